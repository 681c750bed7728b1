#include "training/validation.h"

#include <gtest/gtest.h>

#include <cmath>

#include "graph/builder.h"
#include "image/quality.h"
#include "support/pictures.h"

namespace winnow {
namespace {

// Passes the picture through, but only at extents that two halvings leave whole.
Model Identity() {
  GraphBuilder g;
  const NodeId input = g.Input(3);
  const NodeId half = g.Apply(SplitSpatial{Axis::kHeight, 2, 0}, {input});
  const NodeId rest = g.Apply(SplitSpatial{Axis::kHeight, 2, 1}, {input});
  Model model;
  model.graph = g.Finish({g.Apply(Concat{Axis::kHeight}, {half, rest})});
  model.info.size_multiple = 4;
  return model;
}

TEST(ValidationTest, PadsNormalisesAndOrdersColoursBackAndForth) {
  const Image picture = MakePicture(7, 5);
  for (const std::string colour : {"rgb", "bgr"}) {
    for (const float range : {1.0f, 255.0f}) {
      Model model = Identity();
      model.info.colour = colour;
      model.info.pixel_range = range;
      model.info.mean = {0.4f * range, 0.5f * range, 0.1f * range};
      TorchSession session(model);
      EXPECT_EQ(RunOnPicture(session, model.info, picture), picture);
    }
  }
}

TEST(ValidationTest, ColoursReachTheNetworkInItsOrder) {
  GraphBuilder g;
  const NodeId input = g.Input(3);
  Model model;
  model.graph = g.Finish({g.Apply(ScaleShift{{1, 1, 0}, {0, 0, 0}}, {input})});
  model.info.colour = "bgr";
  TorchSession session(model);
  const Image picture = MakePicture(3, 2);
  const Image result = RunOnPicture(session, model.info, picture);
  EXPECT_EQ(result.at(1, 2, 0), 0);  // red comes last
  EXPECT_EQ(result.at(1, 2, 2), picture.at(1, 2, 2));
}

TEST(ValidationTest, MeanOverPictures) {
  Model model = Identity();
  EXPECT_EQ(ValidationProtocol(model.info), "rgb");
  const Image a = MakePicture(12, 12, 3, 8, 1), b = MakePicture(12, 12, 3, 8, 2);
  Image c = a;
  c.set(3, 3, 1, 255 - c.at(3, 3, 1));
  const double first = Compare(a, b, {.luminance = false}).psnr;
  const double second = Compare(a, c, {.luminance = false}).psnr;
  EXPECT_NEAR(ValidationPsnr(model, {{"", a, b}, {"", a, c}}, {}), (first + second) / 2, 1e-9);
  model.info.scale = 3;
  EXPECT_EQ(ValidationProtocol(model.info), "y-shave3");
}

}  // namespace
}  // namespace winnow
