#include "winnow/restorer.h"

#include <limits>
#include <thread>

#include "app/engine_runner.h"
#include "app/restorer.h"
#include "library/testing.h"

namespace winnow {
namespace {

Image Expected(const Model& model, const Image& image, const RestoreOptions& options = {}) {
  return Restore(model, EngineRunner(model, {}), image, options);
}

TEST(RestoreApi, EveryKindOfPictureIsWhatTheProgramMakes) {
  const Model model = SmallModel();
  const RestorerHandle restorer = MakeRestorer(model);
  for (int channels : {1, 2, 3, 4}) {
    const Image sixteen = MakePicture(13, 9, channels, 16);
    for (const Image& image : {MakePicture(13, 9, channels, 8), sixteen, ToFloat(sixteen)}) {
      EXPECT_TRUE(Restored(restorer.get(), image) == Expected(model, image))
          << channels << " channels of " << image.bits() << " bits";
    }
  }
}

// A picture with `gap` bytes behind every row; upside down for a negative stride.
struct Strided {
  Strided(int height, std::size_t row, int gap, bool upside_down)
      : stride(static_cast<std::ptrdiff_t>(row) + gap), bytes(stride * height, kGap) {
    top = bytes.data();
    if (!upside_down) return;
    top += stride * (height - 1);
    stride = -stride;
  }
  static constexpr std::uint8_t kGap = 0xa5;
  std::ptrdiff_t stride;
  std::vector<std::uint8_t> bytes;
  std::uint8_t* top;
};

TEST(RestoreApi, StridesMayLeaveGapsAndGoUp) {
  const Model model = SmallModel();
  const RestorerHandle restorer = MakeRestorer(model);
  const Image image = MakePicture(13, 9, 3, 16);
  const Image expected = Expected(model, image);
  for (auto [in_up, out_up, gap] :
       {std::tuple{false, false, 5}, {true, false, 0}, {true, true, 7}}) {
    Strided in(9, 13 * 6, gap, in_up);
    for (int y = 0; y < 9; ++y)
      std::memcpy(in.top + in.stride * y, image.data() + y * 13 * 6, 13 * 6);
    Strided out(18, 26 * 6, gap, out_up);
    winnow_layout input = LayoutOf(image);
    input.stride = in.stride;
    winnow_layout output = OutputOf(restorer.get(), input);
    EXPECT_EQ(output.stride, 0);
    output.stride = out.stride;
    ASSERT_EQ(winnow_restore(restorer.get(), &input, in.top, &output, out.top), WINNOW_OK)
        << winnow_last_error();
    for (int y = 0; y < 18; ++y) {
      const std::uint8_t* row = out.top + out.stride * y;
      ASSERT_EQ(std::memcmp(row, expected.data() + y * 26 * 6, 26 * 6), 0) << y;
      for (int i = 0; i < gap; ++i) ASSERT_EQ(row[26 * 6 + i], Strided::kGap);
    }
  }
}

TEST(RestoreApi, FloatsBeyondTheRangeAreClamped) {
  const RestorerHandle restorer = MakeRestorer(SmallModel());
  Image wild = ToFloat(MakePicture(5, 4, 3, 16));
  Image tame = wild;
  const float nan = std::numeric_limits<float>::quiet_NaN();
  int at = 0;
  for (auto [value, clamped] : {std::pair{-3.0f, 0.0f}, {7.0f, 1.0f}, {nan, 0.0f}}) {
    std::memcpy(wild.data() + at, &value, 4);
    std::memcpy(tame.data() + at, &clamped, 4);
    at += 20;
  }
  EXPECT_TRUE(Restored(restorer.get(), wild) == Restored(restorer.get(), tame));
}

TEST(RestoreApi, ScaleBelowTheModels) {
  const Model model = SmallModel();
  const OptionsHandle options(winnow_options_new());
  ASSERT_EQ(winnow_options_set_scale(options.get(), 1), WINNOW_OK);
  const RestorerHandle restorer = MakeRestorer(model, options.get());
  const Image image = MakePicture(13, 9);
  RestoreOptions same;
  same.scale = 1;
  EXPECT_TRUE(Restored(restorer.get(), image) == Expected(model, image, same));
  winnow_restorer* none = restorer.get();
  ASSERT_EQ(winnow_options_set_scale(options.get(), 4), WINNOW_OK);
  EXPECT_EQ(winnow_restorer_new(Load(model).get(), options.get(), &none), WINNOW_INVALID_ARGUMENT);
  EXPECT_EQ(none, nullptr);
}

TEST(RestoreApi, Ensembles) {
  const Model model = SmallModel();
  const Image image = MakePicture(13, 9, 4);
  const OptionsHandle options(winnow_options_new());
  ASSERT_EQ(winnow_options_set_ensemble(options.get(), 1), WINNOW_OK);
  const RestorerHandle restorer = MakeRestorer(model, options.get());
  RestoreOptions same;
  same.ensemble = true;
  const Image expected = Expected(model, image, same);
  EXPECT_TRUE(Restored(restorer.get(), image) == expected);
  EXPECT_FALSE(Expected(model, image) == expected);

  const winnow_layout input = LayoutOf(image);
  int64_t plain = 0;
  int64_t ensemble = 0;
  ASSERT_EQ(winnow_restorer_memory(MakeRestorer(model).get(), &input, &plain), WINNOW_OK);
  ASSERT_EQ(winnow_restorer_memory(restorer.get(), &input, &ensemble), WINNOW_OK);
  EXPECT_GT(ensemble, plain);
}

TEST(RestoreApi, ThreadsAndMemoryChangeNothing) {
  const Model model = SmallModel();
  const Image image = MakePicture(150, 130);
  const OptionsHandle options(winnow_options_new());
  ASSERT_EQ(winnow_options_set_threads(options.get(), 2), WINNOW_OK);
  ASSERT_EQ(winnow_options_set_max_memory(options.get(), 300 << 10), WINNOW_OK);
  const RestorerHandle tiled = MakeRestorer(model, options.get());
  EXPECT_TRUE(Restored(tiled.get(), image) == Expected(model, image));

  const winnow_layout input = LayoutOf(image);
  int64_t little = 0;
  int64_t much = 0;
  ASSERT_EQ(winnow_restorer_memory(tiled.get(), &input, &little), WINNOW_OK);
  ASSERT_EQ(winnow_restorer_memory(MakeRestorer(model).get(), &input, &much), WINNOW_OK);
  EXPECT_LT(little, 600 << 10);
  EXPECT_GT(much, 2 * little);
  ASSERT_EQ(winnow_options_set_max_memory(options.get(), 1), WINNOW_OK);
  const RestorerHandle starved = MakeRestorer(model, options.get());
  EXPECT_EQ(winnow_restorer_memory(starved.get(), &input, &much), WINNOW_OUT_OF_BUDGET);
  Image result;
  EXPECT_EQ(RestoreInto(starved.get(), image, result), WINNOW_OUT_OF_BUDGET);
}

TEST(RestoreApi, RestorersOfOneModelWorkAtOnce) {
  const Model source = SmallModel();
  const Image image = MakePicture(40, 30);
  const Image expected = Expected(source, image);
  const ModelHandle model = Load(source);
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      winnow_restorer* restorer = nullptr;
      ASSERT_EQ(winnow_restorer_new(model.get(), nullptr, &restorer), WINNOW_OK);
      const RestorerHandle handle(restorer);
      for (int run = 0; run < 3; ++run) EXPECT_TRUE(Restored(restorer, image) == expected);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace winnow
