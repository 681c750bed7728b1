// Files that break the container's rules, one rule each.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "formats/safetensors.h"
#include "formats/testing.h"

namespace winnow {
namespace {

struct BadFile {
  std::string name;
  ErrorKind kind;
  std::string fragment;
  std::string bytes;
};

std::string WithLength(std::uint64_t length, std::string_view rest) {
  return BytesOf<std::uint64_t>({length}) + std::string(rest);
}

// A file of one tensor "t" described by `entry`.
std::string One(const std::string& entry, std::string_view data = "") {
  return MakeSafetensors("{\"t\":" + entry + "}", data);
}

// Two U8 tensors "a" and "b" at the given offsets, in `size` bytes of data.
std::string Two(const std::string& a, const std::string& b, std::size_t size) {
  const auto entry = [](const std::string& offsets) {
    return R"({"dtype":"U8","shape":[2],"data_offsets":)" + offsets + "}";
  };
  return MakeSafetensors("{\"a\":" + entry(a) + ",\"b\":" + entry(b) + "}", std::string(size, 1));
}

const std::string kFour(4, '\0');

std::vector<BadFile> BadFiles() {
  constexpr ErrorKind kCorrupt = ErrorKind::kCorrupt;
  constexpr ErrorKind kUnsupported = ErrorKind::kUnsupported;
  const std::string good = R"({"dtype":"F32","shape":[1],"data_offsets":[0,4]})";
  const float infinity = std::numeric_limits<float>::infinity();
  return {
      {"Empty", kCorrupt, "too short", ""},
      {"SevenBytes", kCorrupt, "too short", std::string(7, '\0')},
      {"Picture", kCorrupt, "file: is not a safetensors file", "\x89PNG\r\n\x1a\n____IHDR"},
      {"Text", kCorrupt, "file: is not a safetensors file", "# A title\nand some text\n"},
      {"NoHeader", kCorrupt, "does not begin", WithLength(0, "")},
      {"HeaderBeyondFile", kCorrupt, "ends before it", WithLength(3, "{}")},
      {"HeaderTooLong", kCorrupt, "at most 100000000", WithLength(100'000'001, "{}")},
      {"HeaderLengthHuge", kCorrupt, "18446744073709551615", WithLength(~0ull, "{}")},
      {"LeadingSpace", kCorrupt, "does not begin", MakeSafetensors(" {}")},
      {"NotAnObject", kCorrupt, "does not begin", MakeSafetensors("[]")},
      {"CutJson", kCorrupt, "not valid JSON", MakeSafetensors("{\"t\":")},
      {"TextBehindJson", kCorrupt, "not valid JSON", MakeSafetensors("{} x")},
      {"ZeroBehindJson", kCorrupt, "zero byte", MakeSafetensors(std::string("{}\0x", 4))},
      {"NotUtf8", kCorrupt, "not valid JSON in UTF-8", MakeSafetensors("{\"\xc3\x28\":1}")},
      {"DuplicateName", kCorrupt, "the key \"t\" appears twice",
       MakeSafetensors("{\"t\":" + good + ",\"t\":" + good + "}", kFour)},
      {"DuplicateField", kCorrupt, "the key \"shape\" appears twice",
       One(R"({"dtype":"F32","shape":[9],"shape":[1],"data_offsets":[0,4]})", kFour)},
      {"DuplicateMetadata", kCorrupt, "the key \"k\" appears twice",
       MakeSafetensors(R"({"__metadata__":{"k":"1","k":"2"}})")},
      {"MetadataNoMap", kCorrupt, "__metadata__: must be an object",
       MakeSafetensors(R"({"__metadata__":"text"})")},
      {"MetadataNoString", kCorrupt, "__metadata__: \"k\" must be a string",
       MakeSafetensors(R"({"__metadata__":{"k":1}})")},
      {"EntryNoObject", kCorrupt, "tensor \"t\": must be an object", One("[]")},
      {"NoDType", kCorrupt, "tensor \"t\": field \"dtype\" is missing",
       One(R"({"shape":[1],"data_offsets":[0,4]})", kFour)},
      {"NoShape", kCorrupt, "field \"shape\" is missing",
       One(R"({"dtype":"F32","data_offsets":[0,4]})", kFour)},
      {"NoOffsets", kCorrupt, "field \"data_offsets\" is missing",
       One(R"({"dtype":"F32","shape":[1]})", kFour)},
      {"UnknownField", kCorrupt, "unknown field \"stride\"",
       One(R"({"dtype":"F32","shape":[1],"data_offsets":[0,4],"stride":[1]})", kFour)},
      {"DTypeNoString", kCorrupt, "field \"dtype\" must be a string",
       One(R"({"dtype":32,"shape":[1],"data_offsets":[0,4]})", kFour)},
      {"UnknownDType", kCorrupt, "unknown dtype \"f32\"",
       One(R"({"dtype":"f32","shape":[1],"data_offsets":[0,4]})", kFour)},
      {"Bool", kUnsupported, "tensor \"t\": dtype BOOL is not read; convert",
       One(R"({"dtype":"BOOL","shape":[4],"data_offsets":[0,4]})", kFour)},
      {"Float8", kUnsupported, "F8_E4M3",
       One(R"({"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]})", kFour)},
      {"NegativeExtent", kCorrupt, "\"shape\" must hold integers from 0",
       One(R"({"dtype":"F32","shape":[-1],"data_offsets":[0,4]})", kFour)},
      {"FractionalExtent", kCorrupt, "\"shape\" must hold integers",
       One(R"({"dtype":"F32","shape":[1.0],"data_offsets":[0,4]})", kFour)},
      {"SizeOverflows", kCorrupt, "size overflows",
       One(R"({"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]})")},
      {"ExtentBeyond64Bits", kCorrupt, "\"shape\" must hold integers",
       One(R"({"dtype":"F32","shape":[18446744073709551616],"data_offsets":[0,4]})", kFour)},
      {"OffsetBeyond63Bits", kCorrupt, "\"data_offsets\" must hold integers",
       One(R"({"dtype":"F32","shape":[1],"data_offsets":[0,18446744073709551615]})", kFour)},
      {"ThreeOffsets", kCorrupt, "must be [begin, end]",
       One(R"({"dtype":"F32","shape":[1],"data_offsets":[0,4,4]})", kFour)},
      {"BackwardOffsets", kCorrupt, "begin <= end",
       One(R"({"dtype":"F32","shape":[1],"data_offsets":[4,0]})", kFour)},
      {"ShapeAgainstOffsets", kCorrupt, "shape [2] of F32 takes 8 bytes, data_offsets span 4",
       One(R"({"dtype":"F32","shape":[2],"data_offsets":[0,4]})", kFour)},
      {"BeyondTheData", kCorrupt, "tensor \"t\": ends at byte 4 of 3 bytes",
       One(good, std::string(3, '\0'))},
      {"HugeButConsistent", kCorrupt, "ends at byte 4000000000000 of 0 bytes",
       One(R"({"dtype":"F32","shape":[1000000000000],"data_offsets":[0,4000000000000]})")},
      {"LeftOver", kCorrupt, "1 bytes are left over", One(good, std::string(5, '\0'))},
      {"LeftOverWithoutTensors", kCorrupt, "4 bytes are left over", MakeSafetensors("{}", kFour)},
      {"Overlap", kCorrupt, "tensor \"b\": overlaps", Two("[0,2]", "[1,3]", 3)},
      {"SameData", kCorrupt, "overlaps", Two("[0,2]", "[0,2]", 2)},
      {"Hole", kCorrupt, "tensor \"b\": leaves a hole of 1 bytes", Two("[0,2]", "[3,5]", 5)},
      {"HoleAtTheStart", kCorrupt, "leaves a hole of 1 bytes", Two("[1,3]", "[3,5]", 5)},
      {"EmptyInsideAnother", kCorrupt, "overlaps",
       MakeSafetensors(R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},)"
                       R"("e":{"dtype":"U8","shape":[0],"data_offsets":[1,1]}})",
                       "12")},
      {"Infinite", kCorrupt, "tensor \"t\": the value at index 1 is not finite",
       One(R"({"dtype":"F32","shape":[2],"data_offsets":[0,8]})", BytesOf<float>({0, -infinity}))},
      {"NotANumber", kCorrupt, "index 0 is not finite", One(good, BytesOf<float>({NAN}))},
      {"InfiniteHalf", kCorrupt, "index 0 is not finite",
       One(R"({"dtype":"F16","shape":[1],"data_offsets":[0,2]})",
           BytesOf<std::uint16_t>({0xfc00}))},
      {"NanBf16", kCorrupt, "index 0 is not finite",
       One(R"({"dtype":"BF16","shape":[1],"data_offsets":[0,2]})",
           BytesOf<std::uint16_t>({0x7fc0}))},
      {"DoubleBeyondFloat", kCorrupt, "not finite in float32",
       One(R"({"dtype":"F64","shape":[1],"data_offsets":[0,8]})", BytesOf<double>({1e39}))},
  };
}

class BadSafetensors : public testing::TestWithParam<BadFile> {};

TEST_P(BadSafetensors, IsRefusedByName) {
  const BadFile& bad = GetParam();
  ExpectError(bad.kind, {"some/file: ", bad.fragment},
              [&] { ParseSafetensors(bad.bytes, "some/file"); });
}

INSTANTIATE_TEST_SUITE_P(Files, BadSafetensors, testing::ValuesIn(BadFiles()),
                         [](const auto& test) { return test.param.name; });

}  // namespace
}  // namespace winnow
