#include <cmath>

#include "base/error.h"
#include "formats/graph_json.h"
#include "formats/op_fields.h"
#include "formats/strict_json.h"

namespace winnow {
namespace {

// Writes the attributes of one node; see op_fields.h.
class FieldWriter {
 public:
  FieldWriter(const Graph& graph, const std::string& node, Json& json)
      : graph_(graph), node_(node), json_(json) {}

  void Integer(const char* key, int value) { json_[key] = value; }

  void Number(const char* key, float value) {
    Check(key, value);
    json_[key] = value;
  }

  void Numbers(const char* key, const std::vector<float>& values) {
    for (float value : values) Check(key, value);
    json_[key] = values;
  }

  void Pads(const char* key, const winnow::Pads& pads) {
    json_[key] = {pads.top, pads.left, pads.bottom, pads.right};
  }

  void Param(const char* key, ParamId id) { json_[key] = graph_.param(id).name; }

  void OptionalParam(const char* key, ParamId id) {
    json_[key] = nullptr;
    if (id != kNoParam) Param(key, id);
  }

  template <typename E, std::size_t n>
  void Choice(const char* key, E value, const Choices<E, n>& choices) {
    for (const auto& [name, choice] : choices) {
      if (choice == value) json_[key] = std::string(name);
    }
  }

 private:
  void Check(const char* key, float value) const {
    if (!std::isfinite(value)) {
      throw Error(ErrorKind::kInvalidArgument,
                  "node " + Quoted(node_) + ": \"" + key + "\" is not finite");
    }
  }

  const Graph& graph_;
  const std::string& node_;
  Json& json_;
};

Json NodeToJson(const Graph& graph, const Node& node) {
  Json json = {{"name", node.name},
               {"op", std::string(OpName(node.op))},
               {"inputs", node.inputs},
               {"functional", node.functional}};
  FieldWriter writer(graph, node.name, json);
  Op op = node.op;
  std::visit([&](auto& concrete) { VisitFields(writer, concrete); }, op);
  return json;
}

}  // namespace

std::string SerializeGraph(const Graph& graph) {
  Json params = Json::array();
  for (const Param& param : graph.params()) {
    params.push_back({{"name", param.name}, {"shape", param.shape}});
  }
  Json nodes = Json::array();
  for (const Node& node : graph.nodes()) nodes.push_back(NodeToJson(graph, node));
  return DumpJson({{"params", params}, {"nodes", nodes}, {"outputs", graph.outputs()}}, "graph");
}

}  // namespace winnow
