#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.h"
#include "image/exposure.h"

namespace winnow {
namespace {

double Between(double low, double high, Random& random) {
  return low + (high - low) * random.Uniform();
}

double DrawPath(double shortest, double longest, Random& random) {
  const double share = random.Uniform();
  return shortest + (longest - shortest) * share * share;
}

// An object's place, outline and the length of its path.
struct DrawnObject {
  MovingObject object;
  double path;
};

DrawnObject DrawObject(const BlurOptions& options, const Rect& rect, Random& random) {
  constexpr double kSmallest = 0.1, kLargest = 0.3;  // radius, of the part's shorter side
  constexpr double kWaviness = 0.2;
  DrawnObject drawn;
  MovingObject& object = drawn.object;
  object.x = Between(rect.x, rect.x + rect.width, random);
  object.y = Between(rect.y, rect.y + rect.height, random);
  object.radius = Between(kSmallest, kLargest, random) * std::min(rect.width, rect.height);
  for (std::size_t i = 0; i < object.wave.size(); ++i) {
    object.wave[i] = Between(-kWaviness, kWaviness, random);
    object.phase[i] = Between(0, 2 * std::numbers::pi, random);
  }
  drawn.path = DrawPath(0, options.object_path, random);
  return drawn;
}

// How far a point of `rect` may be from (x, y).
double FarthestFrom(double x, double y, const Rect& rect) {
  return std::hypot(std::max(std::abs(rect.x - x), std::abs(rect.x + rect.width - x)),
                    std::max(std::abs(rect.y - y), std::abs(rect.y + rect.height - y)));
}

// Odd, and at most a pixel of path apart.
int FramesFor(double path) { return 2 * static_cast<int>(std::ceil(path / 2)) + 1; }

// Of averaged video.
int DrawVideoFrames(Random& random) {
  constexpr int kFewest = 7, kMost = 13;
  return kFewest + static_cast<int>(random.Below(kMost - kFewest + 1));
}

// Of an even number of frames, either of the two in the middle: a shutter has no direction.
void RestAtMiddle(Exposure& exposure, Random& random) {
  const std::size_t frames = exposure.camera.size();
  const std::size_t middle = (frames - random.Below(2)) / 2;
  RestAt(middle, exposure.camera);
  for (MovingObject& object : exposure.objects) RestAt(middle, object.motion);
}

}  // namespace

void Validate(const BlurOptions& options) {
  const auto require = [](bool condition, const char* message) {
    if (!condition) throw Error(ErrorKind::kInvalidArgument, message);
  };
  constexpr double kLongest = 500;  // pixels; far beyond what a network can undo
  require(0 <= options.sharp && options.sharp <= 1, "'sharp' must lie in [0, 1]");
  require(0 <= options.video && options.video <= 1, "'video' must lie in [0, 1]");
  require(0 <= options.path && options.path <= kLongest, "'path' must lie in 0..500 pixels");
  require(0 <= options.shortest && options.shortest <= options.path,
          "'shortest' must lie between 0 and 'path'");
  require(0 <= options.object_path && options.object_path <= kLongest,
          "'object_path' must lie in 0..500 pixels");
  require(0 <= options.rotation && options.rotation <= 45, "'rotation' must lie in 0..45 degrees");
  require(0 <= options.objects && options.objects <= 100, "'objects' must lie in 0..100");
  require(1 <= options.highlights && options.highlights <= 100, "'highlights' must lie in 1..100");
  require(0 <= options.noise && options.noise <= 100, "'noise' must lie in 0..100 levels");
  require(0 <= options.grain && options.grain <= 100, "'grain' must lie in 0..100 levels");
  require(0.5 <= options.gamma && options.gamma <= 4, "'gamma' must lie in 0.5..4");
}

Exposure DrawExposure(const BlurOptions& options, int width, int height, const Rect& rect,
                      Random& random) {
  Exposure exposure;
  if (random.Uniform() < options.sharp) return exposure;
  exposure.centre_x = Between(0, width, random);
  exposure.centre_y = Between(0, height, random);
  const double path = DrawPath(options.shortest, options.path, random);
  const double angle = Between(0, options.rotation, random) * std::numbers::pi / 180;
  std::vector<DrawnObject> objects(random.Below(options.objects + 1));
  double object_path = 0;
  for (DrawnObject& drawn : objects) {
    drawn = DrawObject(options, rect, random);
    object_path = std::max(object_path, drawn.path);
  }
  const double turned =
      2 * angle * FarthestFrom(exposure.centre_x, exposure.centre_y, rect);  // to both sides
  const bool video = random.Uniform() < options.video;
  const int frames = video ? DrawVideoFrames(random) : FramesFor(path + turned + object_path);
  exposure.camera = DrawMotion(frames, path, angle, random);
  for (DrawnObject& drawn : objects) {
    drawn.object.motion = DrawMotion(frames, drawn.path, angle, random);
    exposure.objects.push_back(drawn.object);
  }
  exposure.highlight_gain = video ? 1 : Between(1, options.highlights, random);
  exposure.noise = Between(0, options.noise, random);
  exposure.noise_seed = random.Next();
  exposure.gamma = options.gamma;
  if (video) RestAtMiddle(exposure, random);
  exposure.grain = Between(0, options.grain, random);
  return exposure;
}

Image Blur(const Image& sharp, const Rect& rect, const BlurOptions& options, std::uint64_t seed) {
  Random random(seed);
  return Expose(sharp, rect, DrawExposure(options, sharp.width(), sharp.height(), rect, random));
}

}  // namespace winnow
