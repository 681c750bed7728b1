// What the API refuses.
#include <functional>

#include "library/testing.h"

namespace winnow {
namespace {

void ExpectInvalid(winnow_status status, const std::string& text) {
  EXPECT_EQ(status, WINNOW_INVALID_ARGUMENT);
  EXPECT_NE(std::string(winnow_last_error()).find(text), std::string::npos) << winnow_last_error();
}

TEST(OptionsApi, RangesAreChecked) {
  const OptionsHandle handle(winnow_options_new());
  winnow_options* options = handle.get();
  ExpectInvalid(winnow_options_set_scale(options, -1), "scale -1 is not in 0 .. 64");
  ExpectInvalid(winnow_options_set_scale(options, 65), "scale");
  ExpectInvalid(winnow_options_set_threads(options, 1025), "threads");
  ExpectInvalid(winnow_options_set_max_memory(options, -5), "max_memory");
  ExpectInvalid(winnow_options_set_precision(options, static_cast<winnow_precision>(9)), "9");
  ExpectInvalid(winnow_options_set_ensemble(options, 2), "ensemble 2 is not in 0 .. 1");
  ExpectInvalid(winnow_options_set_format(options, "bmp"), "bmp");
  ExpectInvalid(winnow_options_set_quality(options, 101), "quality");
  ExpectInvalid(winnow_options_set_max_pixels(options, 0), "max_pixels");
  ExpectInvalid(winnow_options_set_scale(nullptr, 2), "options is null");
  ExpectInvalid(winnow_options_set_precision(nullptr, WINNOW_EXACT), "options is null");
  ExpectInvalid(winnow_options_set_progress(nullptr, nullptr, nullptr), "options is null");
  ExpectInvalid(winnow_options_set_message(nullptr, nullptr, nullptr), "options is null");
  ExpectInvalid(winnow_options_set_format(nullptr, nullptr), "options is null");
  winnow_options_free(nullptr);
}

TEST(OptionsApi, EveryValueInRangeIsTaken) {
  const OptionsHandle handle(winnow_options_new());
  winnow_options* options = handle.get();
  for (int scale : {0, 1, 64}) EXPECT_EQ(winnow_options_set_scale(options, scale), WINNOW_OK);
  for (const char* format : {"png", "jpg", "jpeg", "tif", "webp", "avif", "heif", "jxl"}) {
    EXPECT_EQ(winnow_options_set_format(options, format), WINNOW_OK) << format;
  }
  EXPECT_EQ(winnow_options_set_format(options, nullptr), WINNOW_OK);
  for (int precision = WINNOW_EXACT; precision <= WINNOW_FP16; ++precision) {
    EXPECT_EQ(winnow_options_set_precision(options, static_cast<winnow_precision>(precision)),
              WINNOW_OK);
  }
}

TEST(RestorerApi, NullArgumentsAreNamed) {
  const RestorerHandle restorer = MakeRestorer(SmallModel());
  const Image image = MakePicture(4, 3);
  const winnow_layout input = LayoutOf(image);
  winnow_layout output = OutputOf(restorer.get(), input);
  Image result(8, 6, 3);
  winnow_restorer* r = restorer.get();
  ExpectInvalid(winnow_restore(nullptr, &input, image.data(), &output, result.data()), "restorer");
  ExpectInvalid(winnow_restore(r, nullptr, image.data(), &output, result.data()), "input");
  ExpectInvalid(winnow_restore(r, &input, nullptr, &output, result.data()), "pixels");
  ExpectInvalid(winnow_restore(r, &input, image.data(), nullptr, result.data()), "output");
  ExpectInvalid(winnow_restore(r, &input, image.data(), &output, nullptr), "result");
  ExpectInvalid(winnow_restorer_output(r, &input, nullptr), "output");
  ExpectInvalid(winnow_restorer_memory(r, &input, nullptr), "bytes");
  ExpectInvalid(winnow_restore_file(r, nullptr, "x.png"), "input");
  ExpectInvalid(winnow_restore_file(r, "x.png", nullptr), "output");
  winnow_restorer* made = r;
  ExpectInvalid(winnow_restorer_new(nullptr, nullptr, &made), "model");
  EXPECT_EQ(made, nullptr);
  const ModelHandle model = Load(SmallModel());
  ExpectInvalid(winnow_restorer_new(model.get(), nullptr, nullptr), "restorer");
  winnow_restorer_free(nullptr);
}

TEST(RestorerApi, LayoutsAreChecked) {
  const RestorerHandle restorer = MakeRestorer(SmallModel());
  const winnow_layout good = LayoutOf(Image(4, 3, 3));
  const auto refuse = [&](const std::function<void(winnow_layout&)>& change, const char* text) {
    winnow_layout bad = good;
    change(bad);
    winnow_layout output = good;
    ExpectInvalid(winnow_restorer_output(restorer.get(), &bad, &output), text);
  };
  refuse([](winnow_layout& l) { l.struct_size = 0; }, "input: struct_size");
  refuse([](winnow_layout& l) { l.width = 0; }, "0x3");
  refuse([](winnow_layout& l) { l.height = (1 << 24) + 1; }, "16777217");
  refuse([](winnow_layout& l) { l.channels = 5; }, "channels 5");
  refuse([](winnow_layout& l) { l.channels = 0; }, "channels 0");
  refuse([](winnow_layout& l) { l.sample = static_cast<winnow_sample>(8); }, "sample type 8");
  refuse([](winnow_layout& l) { l.stride = 11; }, "stride 11");
  refuse([](winnow_layout& l) { l.stride = -11; }, "stride -11");
  refuse([](winnow_layout& l) { l.stride = PTRDIFF_MAX / 2; }, "beyond any memory");
  refuse([](winnow_layout& l) { l.stride = PTRDIFF_MIN; }, "beyond any memory");
  winnow_layout output = good;
  output.struct_size = 4;
  ExpectInvalid(winnow_restorer_output(restorer.get(), &good, &output), "output: struct_size");
}

TEST(RestorerApi, TheResultMustBeWhatIsToldAndApartFromTheInput) {
  const RestorerHandle restorer = MakeRestorer(SmallModel());
  const winnow_layout input = LayoutOf(Image(4, 3, 3));
  const winnow_layout good = OutputOf(restorer.get(), input);
  std::vector<std::uint8_t> memory(36 + 144);
  const auto restore = [&](const winnow_layout& output, std::size_t at) {
    return winnow_restore(restorer.get(), &input, memory.data(), &output, memory.data() + at);
  };
  EXPECT_EQ(restore(good, 36), WINNOW_OK) << winnow_last_error();
  ExpectInvalid(restore(good, 35), "overlaps");
  ExpectInvalid(restore(good, 0), "overlaps");
  for (auto change :
       {+[](winnow_layout& l) { l.width = 7; }, +[](winnow_layout& l) { l.height = 5; },
        +[](winnow_layout& l) { l.channels = 4; },
        +[](winnow_layout& l) { l.sample = WINNOW_U16; }}) {
    winnow_layout bad = good;
    change(bad);
    ExpectInvalid(restore(bad, 36), "winnow_restorer_output");
  }
}

}  // namespace
}  // namespace winnow
