#include "image/motion.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace winnow {
namespace {

// A curve over the time -1..1: a drift and slow sines upon it.
class Curve {
 public:
  Curve(double drift, Random& random) : drift_(drift * random.Normal()) {
    for (int k = 0; k < kWaves; ++k) {
      weight_[k] = random.Normal() / (k + 1);
      phase_[k] = 2 * std::numbers::pi * random.Uniform();
    }
  }

  double At(double time) const {
    double sum = drift_ * time;
    for (int k = 0; k < kWaves; ++k) {
      sum += weight_[k] * std::sin(kSlowest * (k + 1) * time + phase_[k]);
    }
    return sum;
  }

 private:
  static constexpr int kWaves = 3;
  static constexpr double kSlowest = 1.2;  // radians from the middle to either end

  double drift_;
  double weight_[kWaves];
  double phase_[kWaves];
};

void Shift(const Pose& by, Motion& motion) {
  for (Pose& pose : motion) pose = {pose.dx - by.dx, pose.dy - by.dy, pose.angle - by.angle};
}

Pose Mean(const Motion& motion) {
  Pose mean;
  const auto share = 1 / static_cast<double>(motion.size());
  for (const Pose& pose : motion) {
    mean.dx += share * pose.dx;
    mean.dy += share * pose.dy;
    mean.angle += share * pose.angle;
  }
  return mean;
}

double PathLength(const Motion& motion) {
  double length = 0;
  for (std::size_t i = 1; i < motion.size(); ++i) {
    length += std::hypot(motion[i].dx - motion[i - 1].dx, motion[i].dy - motion[i - 1].dy);
  }
  return length;
}

double LargestAngle(const Motion& motion) {
  double largest = 0;
  for (const Pose& pose : motion) largest = std::max(largest, std::abs(pose.angle));
  return largest;
}

double Ratio(double wanted, double drawn) { return drawn > 0 ? wanted / drawn : 0; }

}  // namespace

Motion DrawMotion(int frames, double length, double angle, Random& random) {
  // Typical drift where the slowest wave is as high as 1; of frames of GOPRO's videos, most
  // streaks are straight within a pixel.
  constexpr double kLeastDrift = 2, kMostDrift = 64;
  constexpr double kPace = 0.4;  // of the mean pace: twice as much faster or slower at either end
  const double drift = kLeastDrift * std::pow(kMostDrift / kLeastDrift, random.Uniform());
  const double gain = kPace * (2 * random.Uniform() - 1);
  const Curve x(drift, random), y(drift, random), turn(drift, random);
  Motion motion;
  for (int frame = 0; frame < frames; ++frame) {
    const double even = frames == 1 ? 0 : 2.0 * frame / (frames - 1) - 1;
    const double time = even + gain * even * even;
    motion.push_back({x.At(time), y.At(time), turn.At(time)});
  }
  Shift(Mean(motion), motion);
  const double shift_scale = Ratio(length, PathLength(motion));
  const double turn_scale = Ratio(angle, LargestAngle(motion));
  for (Pose& pose : motion) {
    pose = {pose.dx * shift_scale, pose.dy * shift_scale, pose.angle * turn_scale};
  }
  return motion;
}

void RestAt(std::size_t frame, Motion& motion) { Shift(Pose(motion[frame]), motion); }

Rigid ToRigid(const Pose& pose, double centre_x, double centre_y) {
  const double cos = std::cos(pose.angle), sin = std::sin(pose.angle);
  return {cos, sin, centre_x - cos * centre_x + sin * centre_y + pose.dx,
          centre_y - sin * centre_x - cos * centre_y + pose.dy};
}

Rigid Inverse(const Rigid& map) {
  return {map.cos, -map.sin, -map.cos * map.dx - map.sin * map.dy,
          map.sin * map.dx - map.cos * map.dy};
}

Rigid Compose(const Rigid& first, const Rigid& then) {
  return {then.cos * first.cos - then.sin * first.sin, then.sin * first.cos + then.cos * first.sin,
          then.X(first.dx, first.dy), then.Y(first.dx, first.dy)};
}

}  // namespace winnow
