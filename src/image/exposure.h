// Blurred photographs made of sharp ones: the light of moving frames is averaged.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "base/random.h"
#include "image/image.h"
#include "image/motion.h"

namespace winnow {

// A part of the picture that moves on its own, in front of the rest: what lies inside a wavy
// outline in the sharp picture. It uncovers the picture's own content.
struct MovingObject {
  double x = 0;  // centre, in pixels of the picture
  double y = 0;
  double radius = 0;
  // The outline is `radius` * (1 + sum of wave[i] * cos((i + 2) * direction + phase[i])).
  std::array<double, 3> wave = {};
  std::array<double, 3> phase = {};
  Motion motion;  // turning about the centre, on top of the camera's; as many frames
};

// Everything that happens while one picture is taken.
struct Exposure {
  Motion camera = {Pose{}};  // of the picture's content, turning about (centre_x, centre_y)
  double centre_x = 0;
  double centre_y = 0;
  std::vector<MovingObject> objects;  // each in front of those before it
  // Light is (sample / 255)^gamma. 2.2 is how cameras average; 1 averages the samples themselves.
  // GOPRO has both: blur_gamma and blur.
  double gamma = 2.2;
  // By how much samples of 255 were brighter than white, as the sensor clips at the end.
  double highlight_gain = 1;
  double noise = 0;  // standard deviation of nearly normal noise on the samples, in levels of 255
  double grain = 0;  // level of what compression leaves, see image/grain.h
  std::uint64_t noise_seed = 1;  // of both
};

// The part `rect` of the picture that `exposure` makes of `sharp` (8-bit RGB), without metadata.
// Each frame is sampled bilinearly; beyond the border its edge goes on. Where nothing moves and
// there is no noise the result is `sharp`. Errors: kInvalidArgument (another kind of picture, a
// rectangle that leaves it, motions of unlike numbers of frames or none).
Image Expose(const Image& sharp, const Rect& rect, const Exposure& exposure);

// How motion spreads the light of one point, of the second moments xx, xy and yy of where the
// frames show it, in pixels.
struct BlurShape {
  float spread = 0;    // sqrt(xx + yy)
  float straight = 0;  // (xx - yy) / spread: above 0 where it runs along the rows
  float oblique = 0;   // 2 xy / spread: above 0 where it falls to the right
};

// Of everything in one picture.
class BlurShapes {
 public:
  // `exposure` must outlive this and have equally many frames for all that moves.
  explicit BlurShapes(const Exposure& exposure);

  // Of what lies at (x, y) in the sharp picture. All 0 where nothing moves.
  BlurShape At(double x, double y) const;

 private:
  const Exposure& exposure_;
  std::vector<Rigid> camera_;                // by frame
  std::vector<std::vector<Rigid>> objects_;  // by object and frame
};

// From what range exposures are drawn, uniformly but where said otherwise.
struct BlurOptions {
  double sharp = 0.1;  // fraction of exposures with neither motion nor noise
  // Longest and shortest path of the camera's shake, pixels. A length is the shortest and, times
  // the square of a uniform number, the difference of both: half of all lie in its first quarter.
  double path = 30;
  double shortest = 0;
  double rotation = 0.8;    // largest turn to either side, degrees
  int objects = 2;          // at most; none to so many
  double object_path = 30;  // longest path of an object on its own, pixels; from 0 on, drawn alike
  double highlights = 3;    // largest gain of clipped samples, at least 1
  double noise = 2;         // largest standard deviation, levels of 255
  double grain = 2;         // largest level of what compression leaves, levels of 255
  double gamma = 2.2;       // of light
  double video = 0;         // fraction of exposures that are averaged frames of video
};

// Errors: kInvalidArgument, naming the option.
void Validate(const BlurOptions& options);

// For the part `rect` of a picture of width x height: the camera turns about a point of the
// picture, objects lie in `rect`.
//
// A photograph's frames are an odd number, at most about a pixel of path apart, and the sharp
// picture lies where they are on average. Averaged frames of video are 7 to 13, however far apart,
// as in GOPRO (Nah et al., Deep Multi-scale CNN for Dynamic Scene Deblurring, CVPR 2017); the sharp
// picture is the middle one of them, of an even number one of the two. Each frame was clipped by
// itself: there is no gain of clipped samples.
Exposure DrawExposure(const BlurOptions& options, int width, int height, const Rect& rect,
                      Random& random);

// Expose of what DrawExposure draws with `seed`. Errors: theirs.
Image Blur(const Image& sharp, const Rect& rect, const BlurOptions& options, std::uint64_t seed);

}  // namespace winnow
