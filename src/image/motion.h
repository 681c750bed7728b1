// Smooth random motion of a camera or an object while one picture is taken.
#pragma once

#include <vector>

#include "base/random.h"

namespace winnow {

// Where a frame shows what the sharp picture shows: turned by `angle` (radians) about some centre,
// then shifted by (dx, dy) pixels.
struct Pose {
  double dx = 0;
  double dy = 0;
  double angle = 0;
};

// One pose a frame.
using Motion = std::vector<Pose>;

// `frames` poses at equal intervals along smooth curves: for each of x, y and the angle a drift and
// three slow sines of random phase and falling weight, and a pace that rises or falls. Most are
// nearly straight, as exposures are short beside the movement of a hand. The shift's path is
// `length` pixels long, end to end, and the angle between any two poses goes up to twice `angle`.
// The mean pose is at rest. (Not the middle one: nobody can tell from a blurred picture where in
// its blur that was.) One frame, or a length or angle of 0, is at rest.
Motion DrawMotion(int frames, double length, double angle, Random& random);

// The same seen from its pose `frame`, which comes to rest.
void RestAt(std::size_t frame, Motion& motion);

// A turn about the origin and a shift: (x, y) -> (cos x - sin y + dx, sin x + cos y + dy).
struct Rigid {
  double cos = 1;
  double sin = 0;
  double dx = 0;
  double dy = 0;

  double X(double x, double y) const { return cos * x - sin * y + dx; }
  double Y(double x, double y) const { return sin * x + cos * y + dy; }
};

// What a pose does to points, turning about (centre_x, centre_y).
Rigid ToRigid(const Pose& pose, double centre_x, double centre_y);
Rigid Inverse(const Rigid& map);
// First `first`, then `then`.
Rigid Compose(const Rigid& first, const Rigid& then);

}  // namespace winnow
