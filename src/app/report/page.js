// Two views of a crop in one place, with a border that a range input moves: drag it, or use the arrow keys.
"use strict";

function element(tag, properties, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children);
  return node;
}

function chooser(text, views, chosen, onChange) {
  const select = element("select", {}, ...views.map((view, i) =>
    element("option", { value: i, textContent: view.name, selected: i === chosen })));
  select.addEventListener("change", () => onChange(views[select.value]));
  onChange(views[chosen]);
  return element("label", {}, text, select);
}

function addSlider(compare) {
  const views = [...compare.querySelectorAll("figure")].map((figure) => ({
    name: figure.querySelector("figcaption").textContent,
    image: figure.querySelector("img"),
  }));
  if (views.length < 2) return;
  const show = (image) => (view) => Object.assign(image, { src: view.image.src, alt: view.image.alt });
  const { width, height } = views[0].image;
  const right = element("img", { width, height });
  const left = element("img", { width, height });
  const border = element("input", { type: "range", min: 0, max: 100, step: 0.5, value: 50 });
  border.setAttribute("aria-label", "Border between the two pictures of " + compare.dataset.name);
  const stage = element("div", { className: "stage" }, right, left, border);
  const move = () => stage.style.setProperty("--at", border.value + "%");
  border.addEventListener("input", move);
  move();
  // The last view is the truth, the one before it the last model or, without models, the baseline.
  const choices = element("div", { className: "choices" },
    chooser("Left", views, Number(compare.dataset.baseline), show(left)),
    chooser("Right", views, Math.max(views.length - 2, 1), show(right)));
  compare.querySelector(".views").before(element("div", { className: "slider" }, choices, stage));
}

document.querySelectorAll(".compare").forEach(addSlider);
