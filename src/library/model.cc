#include "winnow/model.h"

#include <string_view>
#include <utility>

#include "app/models.h"
#include "app/summary.h"
#include "base/error.h"
#include "formats/model_file.h"
#include "graph/cost.h"
#include "library/guard.h"
#include "library/handles.h"

namespace winnow {
namespace {

// Parameters without the convolution weights that are zero.
std::int64_t CountKept(const Model& model) {
  const int extent = 64 * model.info.size_multiple;  // any: parameters do not depend on it
  const ModelSummary summary = Summarize(model, extent, extent);
  return summary.cost.params - summary.cost.conv_weights + summary.nonzero;
}

// Of what goes wrong there the size is to blame: the model was valid.
ModelSummary SummaryAt(const Model& model, int width, int height) {
  try {
    return Summarize(model, height, width);
  } catch (const Error& error) {
    throw Error(ErrorKind::kInvalidArgument, "a picture of " + std::to_string(width) + "x" +
                                                 std::to_string(height) +
                                                 " pixels: " + error.what());
  }
}

template <typename Load>
winnow_status Loaded(winnow_model** handle, Load load) {
  if (handle != nullptr) *handle = nullptr;
  return Guarded([&] {
    RequireGiven(handle, "model");
    auto model = std::make_shared<const Model>(load());
    auto made = std::make_unique<winnow_model>();
    made->field = FindReceptiveField(model->graph);
    made->parameters = CountKept(*model);
    made->model = std::move(model);
    *handle = made.release();
  });
}

}  // namespace
}  // namespace winnow

using winnow::Guarded;
using winnow::RequireGiven;

winnow_status winnow_model_load(const char* name_or_path, winnow_model** model) {
  return winnow::Loaded(model, [&] {
    RequireGiven(name_or_path, "name_or_path");
    return winnow::LoadModel(name_or_path);
  });
}

winnow_status winnow_model_load_default(const char* task, int scale, winnow_model** model) {
  return winnow::Loaded(model, [&] {
    RequireGiven(task, "task");
    return winnow::LoadDefaultModel(task, scale);
  });
}

winnow_status winnow_model_from_memory(const void* bytes, size_t size, winnow_model** model) {
  return winnow::Loaded(model, [&] {
    RequireGiven(bytes, "bytes");
    return winnow::ParseModel({static_cast<const char*>(bytes), size}, "model in memory");
  });
}

void winnow_model_free(winnow_model* model) { delete model; }

winnow_status winnow_model_each(void (*visit)(const char* name, void* user), void* user) {
  return Guarded([&] {
    RequireGiven(reinterpret_cast<const void*>(visit), "visit");
    for (const std::string& name : winnow::ModelNames()) visit(name.c_str(), user);
  });
}

const char* winnow_model_name(const winnow_model* model) {
  return model != nullptr ? model->model->info.name.c_str() : nullptr;
}

const char* winnow_model_network(const winnow_model* model) {
  return model != nullptr ? model->model->info.network.c_str() : nullptr;
}

const char* winnow_model_task(const winnow_model* model) {
  return model != nullptr ? model->model->info.task.c_str() : nullptr;
}

const char* winnow_model_licence(const winnow_model* model) {
  if (model == nullptr) return nullptr;
  const std::string& licence = model->model->info.licence;
  return licence.empty() ? "unknown" : licence.c_str();
}

int winnow_model_scale(const winnow_model* model) {
  return model != nullptr ? model->model->info.scale : 0;
}

int64_t winnow_model_parameters(const winnow_model* model) {
  return model != nullptr ? model->parameters : 0;
}

int winnow_model_receptive_field(const winnow_model* model) {
  if (model == nullptr) return 0;
  return model->field.finite ? model->field.halo : -1;
}

winnow_status winnow_model_macs(const winnow_model* model, int width, int height, int64_t* dense,
                                int64_t* sparse) {
  return Guarded([&] {
    RequireGiven(model, "model");
    const winnow::ModelSummary summary = winnow::SummaryAt(*model->model, width, height);
    if (dense != nullptr) *dense = summary.cost.conv_macs;
    if (sparse != nullptr) *sparse = static_cast<std::int64_t>(summary.nonzero_macs);
  });
}
