#include "image/exposure.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>

#include "base/error.h"
#include "image/grain.h"
#include "image/noise.h"

namespace winnow {
namespace {

constexpr int kLanes = 4;  // red, green, blue, opacity

// Light of the part `rect` of a picture, weighted with its opacity.
struct Sheet {
  explicit Sheet(const Rect& r) : rect(r), lanes(std::size_t{kLanes} * r.width * r.height) {}
  float* At(int x, int y) {
    return lanes.data() + kLanes * (static_cast<std::size_t>(y) * rect.width + x);
  }
  const float* At(int x, int y) const { return const_cast<Sheet*>(this)->At(x, y); }

  Rect rect;
  std::vector<float> lanes;
};

// Light by sample.
using LightTable = std::array<float, 256>;

LightTable MakeLightTable(const Exposure& exposure) {
  LightTable light;
  for (int sample = 0; sample < 256; ++sample) {
    light[sample] = static_cast<float>(std::pow(sample / 255.0, exposure.gamma));
  }
  light[255] = static_cast<float>(exposure.highlight_gain);
  return light;
}

// A rectangle between real bounds.
struct Bounds {
  double left = 1e9, top = 1e9, right = -1e9, bottom = -1e9;
};

// Where `map` takes the pixels of `rect`.
Bounds Mapped(const Rect& rect, const Rigid& map) {
  Bounds bounds;
  for (const int x : {rect.x, rect.x + rect.width - 1}) {
    for (const int y : {rect.y, rect.y + rect.height - 1}) {
      bounds.left = std::min(bounds.left, map.X(x, y));
      bounds.right = std::max(bounds.right, map.X(x, y));
      bounds.top = std::min(bounds.top, map.Y(x, y));
      bounds.bottom = std::max(bounds.bottom, map.Y(x, y));
    }
  }
  return bounds;
}

// The pixels of `frame` that `bounds` reaches; at least one pixel where the two do not meet and
// `keep_one` says so.
Rect Within(const Bounds& bounds, const Rect& frame, bool keep_one) {
  const auto clamp = [](double value, int low, int high) {
    return static_cast<int>(std::clamp(value, double(low), double(high)));
  };
  const int last = keep_one ? 1 : 0;
  const int left = clamp(std::floor(bounds.left), frame.x, frame.x + frame.width - last);
  const int top = clamp(std::floor(bounds.top), frame.y, frame.y + frame.height - last);
  const int right = clamp(std::ceil(bounds.right) + 1, left + last, frame.x + frame.width);
  const int bottom = clamp(std::ceil(bounds.bottom) + 1, top + last, frame.y + frame.height);
  return {left, top, right - left, bottom - top};
}

void Widen(Bounds& bounds, const Bounds& other) {
  bounds.left = std::min(bounds.left, other.left);
  bounds.top = std::min(bounds.top, other.top);
  bounds.right = std::max(bounds.right, other.right);
  bounds.bottom = std::max(bounds.bottom, other.bottom);
}

void PutLight(const Image& sharp, int x, int y, const LightTable& light, float opacity,
              float* lanes) {
  for (int c = 0; c < 3; ++c) lanes[c] = opacity * light[sharp.at(y, x, c)];
  lanes[3] = opacity;
}

// What `frames` of the part `rect` see of the picture.
Sheet Background(const Image& sharp, const Rect& rect, const std::vector<Rigid>& frames,
                 const LightTable& light) {
  Bounds seen;
  for (const Rigid& frame : frames) Widen(seen, Mapped(rect, Inverse(frame)));
  Sheet sheet(Within(seen, {0, 0, sharp.width(), sharp.height()}, true));
  for (int y = 0; y < sheet.rect.height; ++y) {
    for (int x = 0; x < sheet.rect.width; ++x) {
      PutLight(sharp, sheet.rect.x + x, sheet.rect.y + y, light, 1, sheet.At(x, y));
    }
  }
  return sheet;
}

// 1 inside the outline, 0 outside, falling over one pixel.
float Opacity(const MovingObject& object, double x, double y) {
  const double distance = std::hypot(x - object.x, y - object.y);
  const double direction = std::atan2(y - object.y, x - object.x);
  double outline = 1;
  for (int i = 0; i < 3; ++i) {
    outline += object.wave[i] * std::cos((i + 2) * direction + object.phase[i]);
  }
  return static_cast<float>(std::clamp(outline * object.radius - distance + 0.5, 0.0, 1.0));
}

// The object with a transparent border of one pixel.
Sheet Cutout(const Image& sharp, const MovingObject& object, const LightTable& light) {
  double widest = 1;
  for (const double wave : object.wave) widest += std::abs(wave);
  const double reach = widest * object.radius + 1;
  const Rect part = Within({object.x - reach, object.y - reach, object.x + reach, object.y + reach},
                           {0, 0, sharp.width(), sharp.height()}, false);
  Sheet sheet({part.x - 1, part.y - 1, part.width + 2, part.height + 2});
  for (int y = part.y; y < part.y + part.height; ++y) {
    for (int x = part.x; x < part.x + part.width; ++x) {
      PutLight(sharp, x, y, light, Opacity(object, x, y),
               sheet.At(x - sheet.rect.x, y - sheet.rect.y));
    }
  }
  return sheet;
}

// The lanes of one pixel, in one register.
using Lanes [[gnu::vector_size(kLanes * sizeof(float))]] = float;

Lanes Load(const float* lanes) {
  Lanes result;
  std::memcpy(&result, lanes, sizeof(result));
  return result;
}

// What `sheet` shows at (u, v), counted from its corner; beyond the border its edge goes on.
Lanes Bilinear(const Sheet& sheet, float u, float v) {
  const int right = sheet.rect.width - 1, bottom = sheet.rect.height - 1;
  u = std::clamp(u, 0.0f, static_cast<float>(right));
  v = std::clamp(v, 0.0f, static_cast<float>(bottom));
  const int x0 = static_cast<int>(u), y0 = static_cast<int>(v);
  const int x1 = std::min(x0 + 1, right), y1 = std::min(y0 + 1, bottom);
  const float fx = u - static_cast<float>(x0), fy = v - static_cast<float>(y0);
  const Lanes a = Load(sheet.At(x0, y0)), b = Load(sheet.At(x1, y0));
  const Lanes c = Load(sheet.At(x0, y1)), d = Load(sheet.At(x1, y1));
  const Lanes upper = a + fx * (b - a), lower = c + fx * (d - c);
  return upper + fy * (lower - upper);
}

// Lays `sheet`, moved by `map`, over the pixels `where` of the picture.
void Lay(const Sheet& sheet, const Rigid& map, const Rect& where, Sheet& frame) {
  const Rigid back = Inverse(map);
  const auto right = static_cast<float>(back.cos), down = static_cast<float>(back.sin);
  for (int y = where.y; y < where.y + where.height; ++y) {
    float* pixel = frame.At(where.x - frame.rect.x, y - frame.rect.y);
    const auto u = static_cast<float>(back.X(where.x, y) - sheet.rect.x);
    const auto v = static_cast<float>(back.Y(where.x, y) - sheet.rect.y);
    for (int i = 0; i < where.width; ++i, pixel += kLanes) {
      const auto step = static_cast<float>(i);
      const Lanes sample = Bilinear(sheet, u + step * right, v + step * down);
      const Lanes result = sample + (1 - sample[3]) * Load(pixel);
      std::memcpy(pixel, &result, sizeof(result));
    }
  }
}

void RequireUsable(const Image& sharp, const Rect& rect, const Exposure& exposure) {
  const auto require = [](bool condition, const char* message) {
    if (!condition) throw Error(ErrorKind::kInvalidArgument, message);
  };
  require(sharp.channels() == 3 && sharp.bits() == 8, "blur is made of 8-bit RGB pictures only");
  require(rect.x >= 0 && rect.y >= 0 && rect.width > 0 && rect.height > 0 &&
              rect.x + rect.width <= sharp.width() && rect.y + rect.height <= sharp.height(),
          "the part to blur leaves the picture");
  require(!exposure.camera.empty(), "blur needs at least one frame");
  for (const MovingObject& object : exposure.objects) {
    require(object.motion.size() == exposure.camera.size(),
            "camera and objects need equally many frames");
  }
}

std::vector<Rigid> CameraFrames(const Exposure& exposure) {
  std::vector<Rigid> frames;
  for (const Pose& pose : exposure.camera) {
    frames.push_back(ToRigid(pose, exposure.centre_x, exposure.centre_y));
  }
  return frames;
}

// By object and frame.
std::vector<std::vector<Rigid>> ObjectFrames(const Exposure& exposure,
                                             const std::vector<Rigid>& camera) {
  std::vector<std::vector<Rigid>> objects;
  for (const MovingObject& object : exposure.objects) {
    std::vector<Rigid>& frames = objects.emplace_back();
    for (std::size_t f = 0; f < camera.size(); ++f) {
      frames.push_back(Compose(ToRigid(object.motion[f], object.x, object.y), camera[f]));
    }
  }
  return objects;
}

// Sum of all frames' light.
Sheet AddFrames(const Image& sharp, const Rect& rect, const Exposure& exposure) {
  const LightTable light = MakeLightTable(exposure);
  const std::vector<Rigid> camera = CameraFrames(exposure);
  const std::vector<std::vector<Rigid>> objects = ObjectFrames(exposure, camera);
  const Sheet background = Background(sharp, rect, camera, light);
  std::vector<Sheet> cutouts;
  for (const MovingObject& object : exposure.objects) {
    cutouts.push_back(Cutout(sharp, object, light));
  }
  Sheet sum(rect), frame(rect);
  for (std::size_t f = 0; f < camera.size(); ++f) {
    Lay(background, camera[f], rect, frame);
    for (std::size_t i = 0; i < cutouts.size(); ++i) {
      const Rigid& map = objects[i][f];
      Lay(cutouts[i], map, Within(Mapped(cutouts[i].rect, map), rect, false), frame);
    }
    for (std::size_t i = 0; i < sum.lanes.size(); ++i) sum.lanes[i] += frame.lanes[i];
  }
  return sum;
}

}  // namespace

BlurShapes::BlurShapes(const Exposure& exposure)
    : exposure_(exposure),
      camera_(CameraFrames(exposure)),
      objects_(ObjectFrames(exposure, camera_)) {}

BlurShape BlurShapes::At(double x, double y) const {
  const std::vector<Rigid>* frames = &camera_;
  for (std::size_t i = 0; i < objects_.size(); ++i) {
    if (Opacity(exposure_.objects[i], x, y) > 0.5f) frames = &objects_[i];
  }
  double sx = 0, sy = 0, sxx = 0, sxy = 0, syy = 0;
  for (const Rigid& frame : *frames) {
    const double dx = frame.X(x, y) - x, dy = frame.Y(x, y) - y;
    sx += dx;
    sy += dy;
    sxx += dx * dx;
    sxy += dx * dy;
    syy += dy * dy;
  }
  const double share = 1 / static_cast<double>(frames->size());
  const double mx = share * sx, my = share * sy;
  const double xx = share * sxx - mx * mx, xy = share * sxy - mx * my, yy = share * syy - my * my;
  constexpr double kStill = 1e-9;  // what rounding leaves
  if (xx + yy < kStill) return {};
  const double spread = std::sqrt(xx + yy);
  return {static_cast<float>(spread), static_cast<float>((xx - yy) / spread),
          static_cast<float>(2 * xy / spread)};
}

Image Expose(const Image& sharp, const Rect& rect, const Exposure& exposure) {
  RequireUsable(sharp, rect, exposure);
  const Sheet sum = AddFrames(sharp, rect, exposure);
  const float share = 1 / static_cast<float>(exposure.camera.size());
  const auto power = static_cast<float>(1 / exposure.gamma);
  const auto noise = static_cast<float>(exposure.noise);
  Random random(exposure.noise_seed);
  std::optional<Grain> grain;
  if (exposure.grain > 0) grain.emplace(sharp, rect, exposure.grain, ~exposure.noise_seed);
  Image blurred(rect.width, rect.height, 3);
  for (int y = 0; y < rect.height; ++y) {
    for (int x = 0; x < rect.width; ++x) {
      for (int c = 0; c < 3; ++c) {
        const float light = std::min(share * sum.At(x, y)[c], 1.0f);
        float sample = 255 * std::pow(light, power);
        if (noise > 0) sample += noise * Noise(random);
        if (grain) sample += grain->At(x, y);
        blurred.set(y, x, c, static_cast<int>(std::clamp(sample + 0.5f, 0.0f, 255.0f)));
      }
    }
  }
  return blurred;
}

}  // namespace winnow
