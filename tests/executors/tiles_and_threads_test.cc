// Results do not depend on how the work is cut: bit for bit.
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/session.h"
#include "executors/networks_under_test.h"
#include "graph/receptive_field.h"

namespace winnow {
namespace {

// Rows [y, y + height) and columns [x, x + width) of all channels.
Tensor Crop(const Tensor& t, std::int64_t y, std::int64_t x, std::int64_t height,
            std::int64_t width) {
  Tensor part({t.dim(0), height, width});
  for (std::int64_t c = 0; c < t.dim(0); ++c) {
    for (std::int64_t r = 0; r < height; ++r)
      std::copy_n(t.Row(c, y + r) + x, width, part.Row(c, r));
  }
  return part;
}

// Networks that otherwise see the whole picture, or too far for a test.
Model NetworkThatSeesLittle(const std::string& name) {
  static const std::map<std::string, std::map<std::string, int>> kSettings = {
      {"srn", {{"width", 4}, {"blocks", 1}}},  // 527 pixels
      {"dmphn", {{"levels", 1}}},
      {"dmphn_124", {{"levels", 1}}}};
  const auto found = kSettings.find(name);
  return found == kSettings.end() ? SmallNetwork(name) : SmallNetwork(name, found->second);
}

class CutEveryNetwork : public testing::TestWithParam<std::string> {};

TEST_P(CutEveryNetwork, ThreadsDoNotChangeABit) {
  const Model model = SmallNetwork(GetParam());
  const std::vector<Size> sizes = SizesFor(model, 250'000'000);
  const Tensor input = RandomInput(model.graph.input_channels(), sizes.back(), 11);
  const Tensor one = Session(model, {ExecutorKind::kFast, 1}).Run(input);
  EXPECT_TRUE(Session(model, {ExecutorKind::kFast, 2}).Run(input) == one);
  EXPECT_TRUE(Session(model, {ExecutorKind::kFast, 3}).Run(input) == one);
}

TEST_P(CutEveryNetwork, RepeatedRunsAgreeAcrossSizes) {
  const Model model = SmallNetwork(GetParam());
  const std::vector<Size> sizes = SizesFor(model, 100'000'000);
  Session session(model);
  std::vector<Tensor> first;
  for (Size size : sizes) first.push_back(session.Run(RandomInput(3, size, 5)));
  for (std::size_t i = 0; i < sizes.size(); ++i) {
    EXPECT_TRUE(session.Run(RandomInput(3, sizes[i], 5)) == first[i]);
    EXPECT_TRUE(session.Run(RandomInput(3, sizes[i], 5)) == first[i]);
  }
}

TEST_P(CutEveryNetwork, TilesDoNotChangeABit) {
  const Model model = NetworkThatSeesLittle(GetParam());
  const ReceptiveField field = FindReceptiveField(model.graph);
  if (!field.finite) GTEST_SKIP() << "sees the whole picture: " << field.reason;
  ASSERT_LE(field.halo, 600) << "sees too far for a test";
  const std::int64_t step = std::max(field.alignment, model.info.size_multiple);
  const auto up = [&](std::int64_t n) { return (n + step - 1) / step * step; };
  const std::int64_t halo = up(field.halo);
  const Size size = {2 * halo + up(9), 2 * halo + up(21)};
  const Tensor input = RandomInput(model.graph.input_channels(), size, 13);
  Session session(model);
  const Tensor whole = session.Run(input);
  const auto scaled = [&](std::int64_t n) {
    return n * field.scale_numerator / field.scale_denominator;
  };

  // The middle as a tile, its halo around it; and the lower right corner.
  const std::int64_t height = size.height - 2 * halo;
  const std::int64_t width = up(5);
  const std::int64_t y = halo;
  const std::int64_t x = halo + step;
  const Tensor tile =
      session.Run(Crop(input, y - halo, x - halo, height + 2 * halo, width + 2 * halo));
  EXPECT_TRUE(Crop(tile, scaled(halo), scaled(halo), scaled(height), scaled(width)) ==
              Crop(whole, scaled(y), scaled(x), scaled(height), scaled(width)));
  const Tensor corner =
      session.Run(Crop(input, y - halo, x - halo, size.height - y + halo, size.width - x + halo));
  EXPECT_TRUE(
      Crop(corner, scaled(halo), scaled(halo), scaled(size.height - y), scaled(size.width - x)) ==
      Crop(whole, scaled(y), scaled(x), scaled(size.height - y), scaled(size.width - x)));
}

INSTANTIATE_TEST_SUITE_P(Registry, CutEveryNetwork, testing::ValuesIn(NetworkNames()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace winnow
