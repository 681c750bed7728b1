#include "image/motion.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace winnow {
namespace {

// A curve over the time -1..1: a drift, as exposures are short beside a hand's or an object's
// movement, and slow sines upon it.
class Curve {
 public:
  explicit Curve(Random& random) : drift_(kDrift * random.Normal()) {
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
  static constexpr double kDrift = 4;  // typical, where the slowest wave is as high as 1
  static constexpr int kWaves = 3;
  static constexpr double kSlowest = 1.2;  // radians from the middle to either end

  double drift_;
  double weight_[kWaves];
  double phase_[kWaves];
};

// Where the mean of all poses is at rest.
void Centre(Motion& motion) {
  Pose mean;
  const auto share = 1 / static_cast<double>(motion.size());
  for (const Pose& pose : motion) {
    mean.dx += share * pose.dx;
    mean.dy += share * pose.dy;
    mean.angle += share * pose.angle;
  }
  for (Pose& pose : motion) {
    pose = {pose.dx - mean.dx, pose.dy - mean.dy, pose.angle - mean.angle};
  }
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
  const Curve x(random), y(random), turn(random);
  const int middle = frames / 2;
  Motion motion;
  for (int frame = -middle; frame <= middle; ++frame) {
    const double time = static_cast<double>(frame) / std::max(middle, 1);
    motion.push_back({x.At(time), y.At(time), turn.At(time)});
  }
  Centre(motion);
  const double shift_scale = Ratio(length, PathLength(motion));
  const double turn_scale = Ratio(angle, LargestAngle(motion));
  for (Pose& pose : motion) {
    pose = {pose.dx * shift_scale, pose.dy * shift_scale, pose.angle * turn_scale};
  }
  return motion;
}

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
