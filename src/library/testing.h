// A small model and the pictures to try it on, as the C API takes them.
#pragma once

#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "formats/model_file.h"
#include "image/image.h"
#include "networks/registry.h"
#include "support/pictures.h"
#include "winnow/winnow.h"

namespace winnow {

struct FreeHandle {
  void operator()(winnow_model* model) const { winnow_model_free(model); }
  void operator()(winnow_options* options) const { winnow_options_free(options); }
  void operator()(winnow_restorer* restorer) const { winnow_restorer_free(restorer); }
};
using ModelHandle = std::unique_ptr<winnow_model, FreeHandle>;
using OptionsHandle = std::unique_ptr<winnow_options, FreeHandle>;
using RestorerHandle = std::unique_ptr<winnow_restorer, FreeHandle>;

// Enlarges twice.
inline Model SmallModel(const std::string& network = "srvgg") {
  Model model = BuildNetwork(network, {2, {{"width", 8}, {"blocks", 1}}});
  FillWeights(model);
  model.info.name = "small";
  model.info.licence = "CC0-1.0";
  return model;
}

inline ModelHandle Load(const Model& model) {
  const std::string bytes = SerializeModel(model);
  winnow_model* handle = nullptr;
  EXPECT_EQ(winnow_model_from_memory(bytes.data(), bytes.size(), &handle), WINNOW_OK)
      << winnow_last_error();
  return ModelHandle(handle);
}

inline RestorerHandle MakeRestorer(const Model& model, const winnow_options* options = nullptr) {
  winnow_restorer* restorer = nullptr;
  EXPECT_EQ(winnow_restorer_new(Load(model).get(), options, &restorer), WINNOW_OK)
      << winnow_last_error();
  return RestorerHandle(restorer);
}

// 16-bit samples as float in 0..1.
inline Image ToFloat(const Image& sixteen) {
  Image floats(sixteen.width(), sixteen.height(), sixteen.channels(), 32);
  for (std::size_t i = 0; i < floats.size_bytes() / sizeof(float); ++i) {
    const float value = static_cast<float>(sixteen.at(0, 0, static_cast<int>(i))) / 65535;
    std::memcpy(floats.data() + sizeof value * i, &value, sizeof value);
  }
  return floats;
}

inline winnow_layout LayoutOf(const Image& image) {
  const winnow_sample sample = image.bits() == 8    ? WINNOW_U8
                               : image.bits() == 16 ? WINNOW_U16
                                                    : WINNOW_F32;
  return {sizeof(winnow_layout), image.width(), image.height(), image.channels(), sample, 0};
}

inline winnow_layout OutputOf(const winnow_restorer* restorer, const winnow_layout& input) {
  winnow_layout output = {};
  output.struct_size = sizeof output;
  EXPECT_EQ(winnow_restorer_output(restorer, &input, &output), WINNOW_OK) << winnow_last_error();
  return output;
}

inline winnow_status RestoreInto(winnow_restorer* restorer, const Image& image, Image& result) {
  const winnow_layout input = LayoutOf(image);
  const winnow_layout output = OutputOf(restorer, input);
  result = Image(output.width, output.height, output.channels, image.bits());
  return winnow_restore(restorer, &input, image.data(), &output, result.data());
}

inline Image Restored(winnow_restorer* restorer, const Image& image) {
  Image result;
  EXPECT_EQ(RestoreInto(restorer, image, result), WINNOW_OK) << winnow_last_error();
  return result;
}

}  // namespace winnow
