#include "formats/pytorch/torch_file.h"

#include <gtest/gtest.h>

#include "formats/pytorch/torch_testing.h"
#include "formats/testing.h"

namespace winnow {
namespace {

const std::vector<PickledTensor> kTwo = {{"a", {2, 3}, {3, 1}, 6}, {"b", {3, 2}, {1, 3}, 6}};
const std::string kSix = Floats({1, 2, 3, 4, 5, 6});

std::string Zip(const std::string& operations, const std::string& data = kSix) {
  return ZipOf({{"x/data.pkl", Pickled(operations)}, {"x/data/0", data}, {"x/data/1", data}});
}

void Refused(ErrorKind kind, const std::string& bytes,
             std::initializer_list<std::string_view> fragments) {
  ExpectError(kind, fragments, [&] { ParseTorchFile(bytes, "w.pth"); });
}

void ExpectTwo(const TensorFile& file) {
  ASSERT_EQ(file.tensors.size(), 2u);
  EXPECT_EQ(file.tensors.at("a").data, (AlignedVector<float>{1, 2, 3, 4, 5, 6}));
  EXPECT_EQ(file.tensors.at("b").shape, (Shape{3, 2}));
  EXPECT_EQ(file.tensors.at("b").data, (AlignedVector<float>{1, 4, 2, 5, 3, 6}));
}

TEST(TorchFile, ZipsAndTheOlderKind) {
  ExpectTwo(ParseTorchFile(Zip(StateDict(kTwo)), "w.pth"));
  ExpectTwo(ParseTorchFile(LegacyFile(kTwo, {kSix, kSix}), "w.pth"));
}

TEST(TorchFile, WeightsAmongOtherThings) {
  const std::string better = StateDict({{"module.w", {2}, {1}, 6, 4}});
  const std::string worse = StateDict({{"module.w", {2}, {1}, 6, 0}});
  const std::string both = "}(" + PickleText("params") + worse + PickleText("params_ema") + better +
                           PickleText("epoch") + PickleInt(7) + "u";
  const TensorFile file = ParseTorchFile(Zip(both), "w.pth");
  ASSERT_EQ(file.tensors.size(), 1u);
  EXPECT_EQ(file.tensors.at("w").data, (AlignedVector<float>{5, 6}));
  const std::string nested = "}(" + PickleText("encoder") + StateDict({{"w", {1}, {1}, 6}}) +
                             PickleText("decoder") + StateDict({{"w", {1}, {1}, 6}}) + "u";
  EXPECT_TRUE(ParseTorchFile(Zip(nested), "w.pth").tensors.contains("encoder.w"));
}

TEST(TorchFile, NothingIsRun) {
  for (const auto& [module, name] :
       std::vector<std::pair<std::string, std::string>>{{"posix", "system"},
                                                        {"builtins", "eval"},
                                                        {"torch", "load"},
                                                        {"torch.x", "FloatStorage"},
                                                        {"torch.nn.modules.conv", "Conv2d"}}) {
    Refused(ErrorKind::kUnsupported,
            Zip(PickleGlobal(module, name) + "(" + PickleText("touch x") + "tR"),
            {"w.pth: names \"" + module + "." + name + "\"", "nothing of a pickle is ever run",
             "state_dict()"});
  }
  // By names on the stack too.
  Refused(ErrorKind::kUnsupported, Zip(PickleText("os") + PickleText("system") + "\x93"),
          {"\"os.system\""});
  Refused(ErrorKind::kUnsupported, Zip("i" + std::string("os\nsystem\n")), {"operation 105"});
}

TEST(TorchFile, TensorsThatReachBeyondTheirStorage) {
  const auto with = [](const PickledTensor& tensor) { return Zip(StateDict({tensor})); };
  Refused(ErrorKind::kCorrupt, with({"a", {7}, {1}, 6}), {"tensor \"a\": reaches beyond"});
  Refused(ErrorKind::kCorrupt, with({"a", {2}, {1}, 6, 5}), {"reaches beyond"});
  Refused(ErrorKind::kCorrupt, with({"a", {2}, {1000}, 6}), {"reaches beyond"});
  Refused(ErrorKind::kCorrupt, with({"a", {100000, 100000}, {0, 0}, 6}), {"reaches beyond"});
  Refused(ErrorKind::kCorrupt, with({"a", {2}, {-1}, 6}), {"negative"});
  Refused(ErrorKind::kCorrupt, with({"a", {2, 2}, {1}, 6}), {"disagree"});
  Refused(ErrorKind::kCorrupt, with({"a", {2}, {1}, 5}), {"24 bytes, 5 numbers are announced"});
  Refused(ErrorKind::kUnsupported, with({"a", {2}, {1}, 6, 0, "QInt8Storage"}),
          {"torch.QInt8Storage", "float32"});
}

TEST(TorchFile, BrokenPickles) {
  for (const char* operations : {"", "R", "u", "t", "(e", "h\x01", "X\xff\xff\xff\xff", ")s"}) {
    Refused(ErrorKind::kCorrupt, Zip(operations), {"w.pth: "});
  }
  Refused(ErrorKind::kUnsupported, Zip("}"), {"holds no tensors"});
  const std::string file = LegacyFile(kTwo, {kSix, kSix});
  for (std::size_t size = 1; size < file.size(); ++size) {
    EXPECT_THROW(ParseTorchFile(file.substr(0, size), "w.pth"), Error) << size;
  }
}

TEST(TorchFile, ChecksumsAreCompared) {
  const std::string good = Zip(StateDict(kTwo));
  std::string flipped = good;
  flipped[flipped.find(kSix)] ^= 1;
  Refused(ErrorKind::kCorrupt, flipped, {"w.pth: \"x/data/0\": does not have the checksum"});

  // Saved without: the sums are 0.
  std::string unchecked = good;
  for (const auto& [sign, place] : {std::pair("PK\x03\x04", 14), std::pair("PK\x01\x02", 16)}) {
    for (std::size_t at = 0; (at = unchecked.find(sign, at)) != std::string::npos; ++at) {
      unchecked.replace(at + place, 4, 4, '\0');
    }
  }
  ASSERT_NE(unchecked, good);
  ExpectTwo(ParseTorchFile(unchecked, "w.pth"));
}

TEST(TorchFile, OtherFiles) {
  Refused(ErrorKind::kCorrupt, "hello", {"neither of the kinds"});
  Refused(ErrorKind::kCorrupt, "PK", {"broken zip file"});
  Refused(ErrorKind::kUnsupported, ZipOf({{"x/readme", ""}}), {"none that torch.save wrote"});
  Refused(ErrorKind::kUnsupported, ZipOf({{"x/data.pkl", ""}, {"x/constants.pkl", ""}}),
          {"TorchScript", "ONNX"});
  Refused(ErrorKind::kUnsupported, Pickled("N"), {"is a pickle, but none"});
  std::string compressed = Zip(StateDict(kTwo));
  for (std::size_t at = 0; (at = compressed.find("PK\x01\x02", at)) != std::string::npos; ++at) {
    compressed[at + 10] = 8;
  }
  Refused(ErrorKind::kUnsupported, compressed, {"is compressed"});
  Refused(ErrorKind::kCorrupt, ZipOf({{"x/data.pkl", Pickled(StateDict(kTwo))}}),
          {"its data \"0\" is not there"});
}

}  // namespace
}  // namespace winnow
