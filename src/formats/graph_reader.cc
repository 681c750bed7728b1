#include <limits>
#include <utility>

#include "formats/as_corrupt.h"
#include "formats/graph_json.h"
#include "formats/op_fields.h"
#include "formats/strict_json.h"

namespace winnow {
namespace {

constexpr int kMaxInt = std::numeric_limits<int>::max();

std::vector<int> ReadInts(JsonFields& fields, const std::string& key) {
  const std::vector<std::int64_t> wide = fields.Integers(key, 0, kMaxInt);
  return {wide.begin(), wide.end()};
}

// Reads the attributes of one node; see op_fields.h. Ranges finer than "not negative" are the
// graph's business.
class FieldReader {
 public:
  FieldReader(const Graph& graph, JsonFields& fields) : graph_(graph), fields_(fields) {}

  void Integer(const char* key, int& value) {
    value = static_cast<int>(fields_.Integer(key, 0, kMaxInt));
  }

  void Number(const char* key, float& value) { value = fields_.Number(key); }

  void Numbers(const char* key, std::vector<float>& values) { values = fields_.Numbers(key); }

  void Pads(const char* key, winnow::Pads& pads) {
    const std::vector<int> sides = ReadInts(fields_, key);
    if (sides.size() != 4) {
      fields_.Fail("field \"" + std::string(key) + "\" must be [top, left, bottom, right]");
    }
    pads = {sides[0], sides[1], sides[2], sides[3]};
  }

  void Param(const char* key, ParamId& id) {
    const std::string name = fields_.Text(key);
    if (!graph_.HasParam(name)) {
      fields_.Fail("field \"" + std::string(key) + "\" names no param: " + Quoted(name));
    }
    id = graph_.FindParam(name);
  }

  void OptionalParam(const char* key, ParamId& id) {
    id = kNoParam;
    if (!fields_.Take(key).is_null()) Param(key, id);
  }

  template <typename E, std::size_t n>
  void Choice(const char* key, E& value, const Choices<E, n>& choices) {
    const std::string text = fields_.Text(key);
    for (const auto& [name, choice] : choices) {
      if (name == text) {
        value = choice;
        return;
      }
    }
    fields_.Fail("field \"" + std::string(key) + "\" does not know " + Quoted(text));
  }

 private:
  const Graph& graph_;
  JsonFields& fields_;
};

template <std::size_t i = 0>
Op MakeOp(const std::string& name, const JsonFields& fields) {
  if constexpr (i == std::variant_size_v<Op>) {
    fields.Fail("unknown operator " + Quoted(name));
  } else {
    Op op(std::in_place_index<i>);
    return OpName(op) == name ? op : MakeOp<i + 1>(name, fields);
  }
}

void ReadParam(const Json& json, const std::string& where, Graph& graph) {
  JsonFields fields(json, where);
  Param param;
  param.name = fields.Text("name");
  param.shape = fields.Integers("shape", 1, std::numeric_limits<std::int64_t>::max());
  fields.Finish();
  AsCorrupt(where, [&] { graph.AddParam(std::move(param)); });
}

void ReadNode(const Json& json, const std::string& where, Graph& graph) {
  const std::string name = JsonFields(json, where).Text("name");
  JsonFields fields(json, where + " " + Quoted(name));
  Node node;
  node.name = fields.Text("name");
  node.op = MakeOp(fields.Text("op"), fields);
  node.inputs = ReadInts(fields, "inputs");
  node.functional = fields.Boolean("functional");
  FieldReader reader(graph, fields);
  std::visit([&](auto& op) { VisitFields(reader, op); }, node.op);
  fields.Finish();
  AsCorrupt(where, [&] { graph.AddNode(std::move(node)); });
}

}  // namespace

Graph ParseGraph(std::string_view text, const std::string& where) {
  const Json json = ParseJson(text, where);
  JsonFields fields(json, where);
  const Json& params = fields.Array("params");
  const Json& nodes = fields.Array("nodes");
  const std::vector<NodeId> outputs = ReadInts(fields, "outputs");
  fields.Finish();

  Graph graph;
  for (std::size_t i = 0; i < params.size(); ++i) {
    ReadParam(params[i], where + ": param " + std::to_string(i), graph);
  }
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    ReadNode(nodes[i], where + ": node " + std::to_string(i), graph);
  }
  AsCorrupt(where, [&] { graph.SetOutputs(outputs); });
  return graph;
}

}  // namespace winnow
