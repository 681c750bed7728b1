#include "app/report/page.h"

#include <nlohmann/json.hpp>

#include "app/report/page_charts.h"
#include "app/report/report_json.h"
#include "app/report/resources.h"
#include "app/report/tables.h"
#include "app/report/text.h"

namespace winnow {
namespace {

std::string Section(const std::string& id, const std::string& title, const std::string& content) {
  return Element("section", {{"id", id}}, Element("h2", {}, EscapeHtml(title)) + "\n" + content) +
         "\n";
}

std::string Paragraph(const std::string& text) { return Element("p", {}, EscapeHtml(text)) + "\n"; }

std::string Grid(const std::string& content) {
  return Element("div", {{"class", "grid"}}, "\n" + content);
}

std::string HtmlRow(const std::vector<std::string>& cells, bool header) {
  std::string html;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const Attributes scope = header   ? Attributes{{"scope", "col"}}
                             : i == 0 ? Attributes{{"scope", "row"}}
                                      : Attributes{};
    html += Element(header || i == 0 ? "th" : "td", scope, EscapeHtml(cells[i]));
  }
  return Element("tr", {}, html) + "\n";
}

// Wide tables scroll by themselves, also by keys.
std::string HtmlTable(const Table& table, const std::string& name, const std::string& classes) {
  std::string body;
  for (const auto& row : table.rows) body += HtmlRow(row, false);
  const std::string html =
      Element("table", {{"class", classes}},
              Element("thead", {}, HtmlRow(table.header, true)) + Element("tbody", {}, body));
  return Element("div",
                 {{"class", "scroll"}, {"tabindex", "0"}, {"role", "region"}, {"aria-label", name}},
                 html) +
         "\n";
}

std::string Results(const Report& report) {
  std::string html = HtmlTable(ResultTable(report), "Results", "figures");
  if (report.sets.empty()) {
    html += Paragraph("Quality was not measured: no set was given (--set DIR).");
  }
  return html +
         Element("details", {},
                 Element("summary", {}, "Where each model comes from") +
                     HtmlTable(OriginTable(report), "Origin of the models", "figures")) +
         "\n";
}

std::string TradeOffs(const Report& report) {
  std::string html;
  for (std::size_t i = 0; i < report.sets.size(); ++i) {
    const std::string charts = Grid(TradeOffCharts(report, i));
    html += i == 0 ? charts
                   : Element("details", {},
                             Element("summary", {}, EscapeHtml(report.sets[i].name)) + charts);
  }
  return html;
}

std::string ViewFigure(const CropPicture& picture, const CropView& view) {
  const std::string text = picture.name + ", " + view.name;
  const std::string source = "data:image/" + picture.format + ";base64," + Base64(view.bytes);
  return Element("figure", {},
                 "<img alt=\"" + EscapeHtml(text) + "\" width=\"" + std::to_string(picture.width) +
                     "\" height=\"" + std::to_string(picture.height) + "\" src=\"" + source +
                     "\">" + Element("figcaption", {}, EscapeHtml(view.name))) +
         "\n";
}

// The views side by side; the script adds the slider, which takes its pictures from them.
std::string Crops(const Report& report) {
  std::string html;
  for (const CropPicture& picture : report.crops) {
    std::string views;
    for (const CropView& view : picture.views) views += ViewFigure(picture, view);
    const Attributes grid = {{"class", "views"},
                             {"style", "--width: " + std::to_string(picture.width) + "px"}};
    html +=
        Element("div",
                {{"class", "compare"},
                 {"data-name", picture.name},
                 {"data-baseline", std::to_string(picture.baseline)}},
                Element("h3", {}, EscapeHtml(picture.name)) + Element("div", grid, "\n" + views)) +
        "\n";
  }
  return html;
}

// JSON that no tag can end early.
std::string Figures(const Report& report) {
  using Json = nlohmann::ordered_json;
  std::string text = ReportJson(report).dump(-1, ' ', false, Json::error_handler_t::replace);
  for (std::size_t at = 0; (at = text.find('<', at)) != text.npos;) text.replace(at, 1, "\\u003c");
  return text;
}

std::string Title(const Report& report) {
  const std::string task =
      report.scale > 1 ? report.task + " x" + std::to_string(report.scale) : report.task;
  return "Compressed models: " + task;
}

std::string Subtitle(const Report& report) {
  return std::to_string(report.models.size()) + (report.models.size() == 1 ? " model" : " models") +
         ", input " + std::to_string(report.width) + "x" + std::to_string(report.height) + ", " +
         report.machine.cpu + ", " + report.date;
}

}  // namespace

std::string ReportPage(const Report& report) {
  std::string sections = Section("results", "Results", Results(report));
  const auto add = [&](const std::string& id, const std::string& title, const std::string& text) {
    if (!text.empty()) sections += Section(id, title, text);
  };
  add("trade-off", "Quality against cost", TradeOffs(report));
  add("crops", "Side by side", Crops(report));
  const std::string layers = LayerCharts(report);
  add("layers", "What each layer keeps", layers.empty() ? "" : Grid(layers));
  const std::string training = TrainingCharts(report);
  add("training", "Training", training.empty() ? "" : Grid(training));
  add("protocol", "Protocol", HtmlTable(ProtocolTable(report), "Protocol", "facts"));
  return FillTemplate(kPageTemplate, {{"title", EscapeHtml(Title(report))},
                                      {"subtitle", EscapeHtml(Subtitle(report))},
                                      {"style", std::string(kPageStyle)},
                                      {"script", std::string(kPageScript)},
                                      {"sections", sections},
                                      {"figures", Figures(report)}});
}

}  // namespace winnow
