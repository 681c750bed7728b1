// What operators on shapes mean, for constants and for views alike.
#include <algorithm>
#include <numeric>

#include "base/checked.h"
#include "formats/onnx/ops.h"

namespace winnow::onnx {

Shape TargetOfReshape(const OpCall& call, const Shape& shape, std::vector<std::int64_t> target) {
  const bool zero_is_zero = call.Int("allowzero", 0) != 0;
  std::int64_t known = 1;
  int open = -1;
  for (std::size_t i = 0; i < target.size(); ++i) {
    if (target[i] == 0 && !zero_is_zero && i < shape.size()) target[i] = shape[i];
    if (target[i] == -1 && open < 0) {
      open = static_cast<int>(i);
    } else if (target[i] < 0) {
      call.Corrupt("impossible shape " + winnow::ToString(target));
    } else {
      known = CheckedMul(known, target[i], call.where());
    }
  }
  const std::int64_t count = ElementCount(shape);
  if (open >= 0) {
    if (known == 0) call.Corrupt("impossible shape " + winnow::ToString(target));
    target[open] = count / known;
    known *= target[open];
  }
  if (known != count) {
    call.Corrupt("cannot reshape " + winnow::ToString(shape) + " to " + winnow::ToString(target) +
                 " at the trial size; export with dynamic height and width");
  }
  return target;
}

Shape Flattened(const OpCall& call, const Shape& shape) {
  const std::int64_t axis = call.Int("axis", 1);
  const bool end = axis == static_cast<std::int64_t>(shape.size());
  const std::size_t at = end ? shape.size() : call.Axis(axis, shape.size());
  const auto product = [&](std::size_t from, std::size_t to) {
    return ElementCount(Shape(shape.begin() + static_cast<std::ptrdiff_t>(from),
                              shape.begin() + static_cast<std::ptrdiff_t>(to)));
  };
  return {product(0, at), product(at, shape.size())};
}

Shape Squeezed(const OpCall& call, const Shape& shape) {
  std::vector<bool> gone(shape.size(), false);
  const auto axes = call.IntsIn(1, "axes");
  for (std::size_t i = 0; i < shape.size(); ++i) gone[i] = !axes && shape[i] == 1;
  for (std::int64_t axis : axes.value_or(std::vector<std::int64_t>())) {
    const std::size_t at = call.Axis(axis, shape.size());
    if (shape[at] != 1) call.Corrupt("squeezes an axis of extent " + std::to_string(shape[at]));
    gone[at] = true;
  }
  Shape result;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (!gone[i]) result.push_back(shape[i]);
  }
  return result;
}

Shape Unsqueezed(const OpCall& call, const Shape& shape) {
  const auto axes = call.IntsIn(1, "axes");
  if (!axes) call.Corrupt("has no axes");
  const std::size_t rank = shape.size() + axes->size();
  std::vector<bool> added(rank, false);
  for (std::int64_t axis : *axes) added[call.Axis(axis, rank)] = true;
  if (static_cast<std::size_t>(std::ranges::count(added, true)) != axes->size()) {
    call.Corrupt("names an axis twice");
  }
  Shape result;
  std::size_t from = 0;
  for (std::size_t i = 0; i < rank; ++i) result.push_back(added[i] ? 1 : shape[from++]);
  return result;
}

std::vector<std::int64_t> OrderOfTranspose(const OpCall& call, std::size_t rank) {
  std::vector<std::int64_t> order(rank);
  std::iota(order.rbegin(), order.rend(), 0);
  order = call.Ints("perm", order);
  std::vector<std::int64_t> sorted = order;
  std::ranges::sort(sorted);
  std::vector<std::int64_t> wanted(rank);
  std::iota(wanted.begin(), wanted.end(), 0);
  if (sorted != wanted) call.Corrupt("perm is not an order of its input's axes");
  return order;
}

std::vector<SlicedAxis> SlicedAxes(const OpCall& call, const Shape& shape) {
  const auto starts = call.IntsIn(1, "starts");
  const auto ends = call.IntsIn(2, "ends");
  if (!starts || !ends || starts->size() != ends->size()) call.Corrupt("starts and ends disagree");
  std::vector<std::int64_t> all(starts->size());
  std::iota(all.begin(), all.end(), 0);
  const auto axes = call.IntsIn(3, "axes").value_or(all);
  const auto steps = call.IntsIn(4, "steps").value_or(std::vector<std::int64_t>(all.size(), 1));
  if (axes.size() != all.size() || steps.size() != all.size()) {
    call.Corrupt("axes or steps disagree with starts");
  }
  std::vector<SlicedAxis> result;
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::size_t axis = call.Axis(axes[i], shape.size());
    const std::int64_t extent = shape[axis];
    const std::int64_t step = steps[i];
    if (step == 0) call.Corrupt("has a step of 0");
    const auto clamped = [&](std::int64_t v, std::int64_t least, std::int64_t most) {
      return std::clamp(v < 0 ? std::max(v, -extent - 1) + extent : v, least, most);
    };
    const std::int64_t before = step < 0 ? -1 : 0;  // where no element is left
    const std::int64_t begin = clamped((*starts)[i], 0, extent + before);
    const std::int64_t end = clamped((*ends)[i], before, extent + before);
    const std::int64_t way = step < 0 ? begin - end : end - begin;
    const std::int64_t stride = step < 0 ? -std::max(step, -extent - 1) : step;
    const std::int64_t count = way > 0 ? (way - 1) / stride + 1 : 0;
    result.push_back({axis, begin, step, count});
  }
  return result;
}

std::vector<std::int64_t> PartsOfSplit(const OpCall& call, std::int64_t extent) {
  if (const auto sizes = call.IntsIn(1, "split")) {
    std::int64_t sum = 0;
    for (std::int64_t size : *sizes) {
      if (size < 0 || size > extent) call.Corrupt("impossible size of a part");
      sum += size;
    }
    if (sum != extent) call.Corrupt("the parts do not make up the whole");
    return *sizes;
  }
  const auto count = call.Int("num_outputs", static_cast<std::int64_t>(call.output_count()));
  if (count < 1 || count > extent) call.Corrupt("impossible number of parts");
  const std::int64_t size = (extent + count - 1) / count;
  std::vector<std::int64_t> sizes(static_cast<std::size_t>(count), size);
  sizes.back() = extent - size * (count - 1);
  if (sizes.back() < 1) call.Corrupt("impossible number of parts");
  return sizes;
}

}  // namespace winnow::onnx
