#include "formats/safetensors.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <limits>

#include "formats/testing.h"

namespace winnow {
namespace {

Tensor Filled(Shape shape, std::initializer_list<float> values) {
  Tensor tensor(std::move(shape));
  std::copy(values.begin(), values.end(), tensor.data.begin());
  return tensor;
}

TensorFile Example() {
  TensorFile file;
  file.metadata = {{"source", "a \"test\"\n"}, {"größe", "π"}};
  file.tensors["b.weight"] = Filled({2, 1, 1, 2}, {1.0f, -0.5f, 3.25f, 1e-30f});
  file.tensors["a"] = Filled({}, {7.0f});
  file.tensors["Ünïcode/名"] = Filled({3}, {0.0f, -0.0f, 65504.0f});
  file.tensors["empty"] = Tensor({0, 5});
  file.tensors[""] = Filled({1}, {2.0f});
  return file;
}

TensorFile OneTensor(std::string_view dtype, std::string_view shape, std::string_view data) {
  const std::string header = "{\"t\":{\"dtype\":\"" + std::string(dtype) +
                             "\",\"shape\":" + std::string(shape) + ",\"data_offsets\":[0," +
                             std::to_string(data.size()) + "]}}";
  return ParseSafetensors(MakeSafetensors(header, data), "made");
}

TEST(Safetensors, RoundTripsInF32) {
  const TensorFile file = Example();
  const TensorFile read = ParseSafetensors(SerializeSafetensors(file), "memory");
  EXPECT_EQ(read.metadata, file.metadata);
  EXPECT_EQ(read.tensors, file.tensors);
}

TEST(Safetensors, RoundTripsInF16WithinItsPrecision) {
  const TensorFile file = Example();
  const TensorFile read = ParseSafetensors(SerializeSafetensors(file, DType::kF16), "memory");
  EXPECT_EQ(read.tensors.at("Ünïcode/名"), file.tensors.at("Ünïcode/名"));
  EXPECT_EQ(read.tensors.at("b.weight"), Filled({2, 1, 1, 2}, {1.0f, -0.5f, 3.25f, 0.0f}));
}

TEST(Safetensors, BytesAreDeterministicAndAligned) {
  const std::string bytes = SerializeSafetensors(Example());
  EXPECT_EQ(bytes, SerializeSafetensors(Example()));
  std::uint64_t header;
  std::memcpy(&header, bytes.data(), sizeof(header));
  EXPECT_EQ(header % 8, 0u);
  EXPECT_EQ(bytes.size(), 8 + header + 9 * sizeof(float));
}

TEST(Safetensors, WritesExactlyThis) {
  TensorFile file;
  file.metadata = {{"k", "v"}};
  file.tensors["t"] = Filled({1, 2}, {1.0f, -2.0f});
  const std::string header =
      R"({"__metadata__":{"k":"v"},"t":{"data_offsets":[0,4],"dtype":"F16","shape":[1,2]}})";
  EXPECT_EQ(SerializeSafetensors(file, DType::kF16),
            MakeSafetensors(header + std::string(8 - header.size() % 8, ' '),
                            BytesOf<std::uint16_t>({0x3c00, 0xc000})));
}

TEST(Safetensors, AnEmptyFileOfTensorsIsValid) {
  EXPECT_TRUE(ParseSafetensors(SerializeSafetensors({}), "empty").tensors.empty());
  EXPECT_TRUE(ParseSafetensors(MakeSafetensors("{}   "), "padded").metadata.empty());
}

TEST(Safetensors, ConvertsEveryDType) {
  constexpr float kInt32Min = -2147483648.0f;
  const auto values = [](std::string_view dtype, std::string_view data) {
    const Tensor tensor = OneTensor(dtype, "[2]", data).tensors.at("t");
    EXPECT_EQ(tensor.shape, Shape{2});
    return std::vector<float>(tensor.data.begin(), tensor.data.end());
  };
  using V = std::vector<float>;
  EXPECT_EQ(values("F32", BytesOf<float>({0.1f, -3})), (V{0.1f, -3}));
  EXPECT_EQ(values("F16", BytesOf<std::uint16_t>({0x3555, 0x0001})), (V{0.33325195f, 0x1p-24f}));
  EXPECT_EQ(values("BF16", BytesOf<std::uint16_t>({0x4049, 0x8000})), (V{3.140625f, -0.0f}));
  EXPECT_EQ(values("F64", BytesOf<double>({0.1, -1e-300})), (V{0.1f, 0}));
  EXPECT_EQ(values("U8", BytesOf<std::uint8_t>({0, 255})), (V{0, 255}));
  EXPECT_EQ(values("I8", BytesOf<std::int8_t>({-128, 127})), (V{-128, 127}));
  EXPECT_EQ(values("I32", BytesOf<std::int32_t>({INT32_MIN, 16777217})), (V{kInt32Min, 16777216}));
  EXPECT_EQ(values("I64", BytesOf<std::int64_t>({INT64_MIN, -1})), (V{-0x1p63f, -1}));
}

TEST(Safetensors, TensorsMayLieInAnyOrderAndEmptyOnesAnywhere) {
  const std::string header = R"({"z":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
                             R"("none":{"dtype":"F32","shape":[0],"data_offsets":[1,1]},)"
                             R"("last":{"dtype":"F32","shape":[4,0,2],"data_offsets":[3,3]},)"
                             R"("a":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})";
  const TensorFile file = ParseSafetensors(MakeSafetensors(header, "\x05\x06\x07"), "made");
  EXPECT_EQ(file.tensors.at("z"), Filled({1}, {5}));
  EXPECT_EQ(file.tensors.at("a"), Filled({2}, {6, 7}));
  EXPECT_EQ(file.tensors.at("none").size(), 0);
  EXPECT_EQ(file.tensors.at("last").shape, (Shape{4, 0, 2}));
}

TEST(Safetensors, TheWriterRefusesWhatTheReaderWould) {
  const auto refuses = [](const std::string& name, Tensor tensor, DType dtype,
                          std::initializer_list<std::string_view> fragments) {
    TensorFile file;
    file.tensors[name] = std::move(tensor);
    ExpectError(ErrorKind::kInvalidArgument, fragments, [&] { SerializeSafetensors(file, dtype); });
  };
  const float infinity = std::numeric_limits<float>::infinity();
  refuses("t", Filled({2}, {0, infinity}), DType::kF32, {"\"t\"", "index 1 is not finite"});
  refuses("t", Filled({2}, {0, NAN}), DType::kF16, {"\"t\"", "index 1 is not finite"});
  refuses("t", Filled({2}, {1, 65520}), DType::kF16, {"\"t\"", "index 1 does not fit fp16"});
  refuses("t", Filled({1}, {1}), DType::kBf16, {"F32 or F16"});
  refuses("__metadata__", Filled({1}, {1}), DType::kF32, {"reserved"});
  refuses("\xff", Filled({1}, {1}), DType::kF32, {"not UTF-8"});
  Tensor torn({2});
  torn.shape = {3};
  refuses("t", torn, DType::kF32, {"\"t\"", "holds 2 values", "[3]"});
}

TEST(Safetensors, ReadsFilesAndSaysWhenThereIsNone) {
  ExpectError(ErrorKind::kNotFound, {"no/such.safetensors"},
              [] { ReadSafetensors("no/such.safetensors"); });
}

TEST(Safetensors, ReadsFilesOfOtherWriters) {
  const auto path = std::filesystem::path(WINNOW_SHARED_DATA) / "weights/imdn_x4.safetensors";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is absent";
  const TensorFile file = ReadSafetensors(path);
  EXPECT_FALSE(file.metadata.at("source").empty());
  EXPECT_EQ(file.tensors.size(), 92u);
}

}  // namespace
}  // namespace winnow
