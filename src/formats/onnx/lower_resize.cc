// Resizing.
#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "formats/onnx/ops.h"
#include "formats/onnx/picture.h"

namespace winnow::onnx {
namespace {

// A factor of these terms is meant as one; any other is the extent of another result.
constexpr std::int64_t kLargestTerm = 16;

struct Extents {
  std::int64_t height = 0;
  std::int64_t width = 0;
};

// Where pixel `i` of `out` lies among `in` pixels, as ONNX has it.
double SourceOf(const OpCall& call, const std::string& transform, std::int64_t i, std::int64_t in,
                std::int64_t out) {
  const double scale = static_cast<double>(out) / static_cast<double>(in);
  const auto x = static_cast<double>(i);
  if (transform == "asymmetric") return x / scale;
  if (transform == "align_corners") {
    return out == 1 ? 0 : x * static_cast<double>(in - 1) / static_cast<double>(out - 1);
  }
  if (transform == "pytorch_half_pixel" && out == 1) return 0;
  if (transform == "half_pixel" || transform == "pytorch_half_pixel" ||
      transform == "half_pixel_symmetric") {
    return (x + 0.5) / scale - 0.5;
  }
  call.Unsupported("has the coordinates " + transform + ", which are not imported",
                   "export with half_pixel (align_corners=False) or asymmetric");
}

std::int64_t NearestOf(const OpCall& call, const std::string& rounding, double x) {
  if (rounding == "floor") return static_cast<std::int64_t>(std::floor(x));
  if (rounding == "ceil") return static_cast<std::int64_t>(std::ceil(x));
  if (rounding == "round_prefer_ceil") return static_cast<std::int64_t>(std::floor(x + 0.5));
  if (rounding == "round_prefer_floor") return static_cast<std::int64_t>(std::ceil(x - 0.5));
  call.Corrupt("has an unknown nearest_mode");
}

// Whether our rule of the nearest pixel, floor(i * in / out), takes the same pixels.
bool SameNearest(const OpCall& call, std::int64_t in, std::int64_t out) {
  const std::string transform = call.Text("coordinate_transformation_mode", "half_pixel");
  const std::string rounding = call.Text("nearest_mode", "round_prefer_floor");
  for (std::int64_t i = 0; i < out; ++i) {
    const double x = SourceOf(call, transform, i, in, out);
    // A hair to the right, for quotients that ought to be integers.
    const std::int64_t theirs = NearestOf(call, rounding, rounding == "floor" ? x + 1e-9 : x);
    if (std::clamp<std::int64_t>(theirs, 0, in - 1) != i * in / out) return false;
  }
  return true;
}

bool SameLinear(const OpCall& call, std::int64_t in, std::int64_t out) {
  const std::string transform = call.Text("coordinate_transformation_mode", "half_pixel");
  const auto clamped = [&](double x) { return std::clamp(x, 0.0, static_cast<double>(in - 1)); };
  for (std::int64_t i = 0; i < out; ++i) {
    const double theirs = clamped(SourceOf(call, transform, i, in, out));
    const double ours = clamped(SourceOf(call, "half_pixel", i, in, out));
    if (std::abs(theirs - ours) > 1e-6) return false;
  }
  return true;
}

void CheckCoordinates(const OpCall& call, ResizeMode mode, const Dims& in, const Extents& out) {
  const auto same = mode == ResizeMode::kNearest ? SameNearest : SameLinear;
  if (same(call, in.height, out.height) && same(call, in.width, out.width)) return;
  call.Unsupported("resizes by the coordinates " +
                       call.Text("coordinate_transformation_mode", "half_pixel") +
                       ", which are not imported",
                   "train and export with align_corners=False (or mode nearest)");
}

// Keys' kernel. Cubic Convolution Interpolation for Digital Image Processing, 1981.
double CubicWeight(double distance, double a) {
  const double x = std::abs(distance);
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? a * (((x - 5) * x + 8) * x - 4) : 0;
}

// Where the `factor` results of each pixel of an axis lie among the pixels, seen from that pixel.
// An error where they lie elsewhere from pixel to pixel.
std::vector<double> PhasesOf(const OpCall& call, std::int64_t in, std::int64_t factor) {
  const std::string transform = call.Text("coordinate_transformation_mode", "half_pixel");
  std::vector<double> phases(factor);
  for (std::int64_t i = 0; i < in * factor; ++i) {
    const double offset =
        SourceOf(call, transform, i, in, in * factor) - static_cast<double>(i / factor);
    if (i < factor) phases[i] = offset;
    if (std::abs(offset - phases[i % factor]) > 1e-6 || std::abs(offset) >= 1) {
      call.Unsupported(
          "resizes cubically by the coordinates " + transform + ", which are not imported",
          "export with align_corners=False");
    }
  }
  return phases;
}

// Enlarging by a whole factor is a convolution of its own for each phase, its picture continued by
// the edge, and a pixel shuffle.
NodeId EnlargeCubically(OpCall& call, NodeId x, std::int64_t factor) {
  constexpr std::int64_t kTaps = 5;  // two pixels on each side
  const Dims in = call.emit.dims(x);
  const double a = call.Float("cubic_coeff_a", -0.75f);
  const std::vector<double> rows = PhasesOf(call, in.height, factor);
  const std::vector<double> columns = PhasesOf(call, in.width, factor);
  Tensor weight({in.channels * factor * factor, 1, kTaps, kTaps});
  for (std::int64_t i = 0; i < weight.size(); ++i) {
    const std::int64_t phase = i / (kTaps * kTaps) % (factor * factor);
    const auto tap = [&](const std::vector<double>& phases, std::int64_t p, std::int64_t at) {
      return CubicWeight(static_cast<double>(at - kTaps / 2) - phases[p], a);
    };
    weight.data[i] = static_cast<float>(tap(rows, phase / factor, i / kTaps % kTaps) *
                                        tap(columns, phase % factor, i % kTaps));
  }
  Conv2d conv;
  conv.weight = call.emit.AddParam("cubic", std::move(weight));
  conv.groups = static_cast<int>(in.channels);
  const NodeId padded = call.emit.Emit(Pad{PadMode::kReplicate, UniformPads(kTaps / 2)}, {x});
  return call.emit.Emit(PixelShuffle{static_cast<int>(factor)}, {call.emit.Emit(conv, {padded})});
}

void RefuseAntialias(const OpCall& call) {
  if (call.Int("antialias", 0) == 0) return;
  call.Unsupported("antialiases, which is not imported", "export with antialias=False");
}

bool IsCubic(const OpCall& call) { return call.Text("mode", "nearest") == "cubic"; }

NodeId ResizeCubically(OpCall& call, NodeId x, const Extents& out) {
  const Dims in = call.emit.dims(x);
  const std::int64_t factor = out.height / in.height;
  RefuseAntialias(call);
  if (call.Int("exclude_outside", 0) != 0) {
    call.Unsupported("leaves pixels outside the picture out, which is not imported",
                     "export with exclude_outside=0");
  }
  if (factor < 1 || factor > kLargestTerm || out.height != factor * in.height ||
      out.width != factor * in.width) {
    call.Unsupported("resizes cubically by other than a whole factor, which is not imported",
                     "use mode linear or nearest");
  }
  return factor == 1 ? x : EnlargeCubically(call, x, factor);
}

ResizeMode ModeOf(const OpCall& call) {
  const std::string mode = call.Text("mode", "nearest");
  RefuseAntialias(call);
  if (mode == "nearest") return ResizeMode::kNearest;
  if (mode == "linear" || mode == "bilinear") return ResizeMode::kBilinear;
  call.Unsupported("resizes by mode " + mode + ", which is not imported",
                   "use nearest, linear or cubic");
}

// The last result of these extents.
NodeId FindReference(const OpCall& call, const Extents& out, NodeId before) {
  for (NodeId id = before; id >= 0; --id) {
    const Dims& dims = call.emit.dims(id);
    if (dims.height == out.height && dims.width == out.width) return id;
  }
  call.Unsupported("resizes to " + std::to_string(out.width) + "x" + std::to_string(out.height) +
                       " at the trial size, neither a simple factor nor the size of another result",
                   "resize by a factor, or to the size of a result of the network");
}

NodeId ResizeTo(OpCall& call, NodeId x, const Extents& out, ResizeMode mode) {
  const Dims in = call.emit.dims(x);
  if (in.height == out.height && in.width == out.width) return x;
  CheckCoordinates(call, mode, in, out);
  const std::int64_t common = std::gcd(in.height, out.height);
  const std::int64_t numerator = out.height / common;
  const std::int64_t denominator = in.height / common;
  const bool simple = std::max(numerator, denominator) <= kLargestTerm &&
                      out.width * denominator == in.width * numerator;
  if (simple) {
    return call.emit.Emit(Resize{mode, static_cast<int>(numerator), static_cast<int>(denominator)},
                          {x});
  }
  return call.emit.Emit(Resize{mode}, {x, FindReference(call, out, call.emit.last())});
}

// The picture resized to what `extent` makes of the extents along its axes.
template <typename Extent>
Values Resized(OpCall& call, Extent extent) {
  const Picture x = PictureOf(call, call.ActivationIn(0));
  Extents out;
  for (std::size_t i = 0; i < 4; ++i) {
    const std::int64_t before = call.ShapeOfIn(0)[i];
    const std::int64_t after = extent(i, before);
    if (after < 1 || after > 1 << 24) call.Corrupt("resizes to an impossible extent");
    if (i == 0 || AxisOf(call, x, i) == Axis::kChannel) {
      if (after != before) {
        call.Unsupported("resizes the batch or the channels", "resize height and width alone");
      }
      continue;
    }
    (AxisOf(call, x, i) == Axis::kHeight ? out.height : out.width) = after;
  }
  const NodeId resized = IsCubic(call) ? ResizeCubically(call, x.node, out)
                                       : ResizeTo(call, x.node, out, ModeOf(call));
  return {Seen(call, {resized, x.channels_last})};
}

// Extents or factors of input `input`, one an axis of the picture. Those that `axes` (from opset 18
// on) leaves out are `others`.
std::vector<double> NumbersOf(const OpCall& call, std::size_t input, std::vector<double> others) {
  const ConstantPtr numbers = call.ConstantIn(input);
  const std::vector<std::int64_t> axes = call.Ints("axes", {0, 1, 2, 3});
  if (numbers->size() != static_cast<std::int64_t>(axes.size())) {
    call.Corrupt("has " + std::to_string(numbers->size()) + " extents or factors for " +
                 std::to_string(axes.size()) + " axes");
  }
  for (std::size_t i = 0; i < axes.size(); ++i) {
    others[call.Axis(axes[i], 4)] = numbers->At(static_cast<std::int64_t>(i));
  }
  return others;
}

void RequirePicture(const OpCall& call) {
  const std::size_t axes = call.ShapeOfIn(0).size();
  if (axes == 4) return;
  call.Unsupported("resizes a tensor of " + std::to_string(axes) + " axes, which is no picture",
                   "resize pictures [1, C, H, W]");
}

Values ResizedByFactors(OpCall& call, std::size_t input) {
  const std::vector<double> factors = NumbersOf(call, input, std::vector<double>(4, 1.0));
  return Resized(call, [&](std::size_t i, std::int64_t extent) {
    const double factor = factors[i];
    if (!(factor > 0 && factor < 1 << 16)) call.Corrupt("has an impossible factor");
    // Factors such as 1/3 are rounded to float.
    return static_cast<std::int64_t>(std::floor(static_cast<double>(extent) * factor + 1e-4));
  });
}

}  // namespace

Values LowerResize(OpCall& call) {
  RequirePicture(call);
  if (call.Text("keep_aspect_ratio_policy", "stretch") != "stretch") {
    call.Unsupported("keeps the aspect ratio by a policy, which is not imported",
                     "export with the factors themselves");
  }
  if (call.Has(3) && call.ConstantIn(3)->size() > 0) {
    const Shape shape = call.ShapeOfIn(0);
    const std::vector<double> sizes = NumbersOf(call, 3, {shape.begin(), shape.end()});
    return Resized(call, [&](std::size_t i, std::int64_t) {
      return static_cast<std::int64_t>(std::min(sizes[i], 1e9));
    });
  }
  return call.opset() < 11 ? LowerUpsample(call) : ResizedByFactors(call, 2);
}

// Also Resize up to opset 10: the factors are the second input.
Values LowerUpsample(OpCall& call) {
  RequirePicture(call);
  if (ModeOf(call) == ResizeMode::kBilinear) {
    call.Unsupported("does not say how it places pixels in this version",
                     "export with opset 11 or higher");
  }
  return ResizedByFactors(call, 1);
}

Values LowerExpand(OpCall& call) {
  Activation x = call.ActivationIn(0);
  const ConstantPtr target = call.ConstantIn(1);
  if (!target->integer) call.Corrupt("has a shape of other than integers");
  x.view = WithRank(x.view, target->integers.size());
  const std::size_t before = x.view.dims.size() - target->integers.size();
  Extents out;
  for (std::size_t i = 0; i < target->integers.size(); ++i) {
    ViewDim& dim = x.view.dims[before + i];
    const std::int64_t wanted = target->integers[i];
    if (wanted == 1 || wanted == Extent(dim)) continue;
    if (!dim.empty() || wanted < 1 || wanted > 1 << 24) call.Corrupt("cannot expand an axis");
    const std::size_t from_behind = x.view.dims.size() - before - i;
    const bool plane = x.view.dims.size() == 4 && call.emit.dims(x.node).height == 1 &&
                       call.emit.dims(x.node).width == 1 && from_behind <= 2;
    if (!plane) {
      dim.push_back({Source::kRepeat, wanted, 1});
    } else {
      (from_behind == 2 ? out.height : out.width) = wanted;
    }
  }
  if (out.height == 0) return {x};
  const NodeId like = FindReference(call, out, call.emit.last());
  return {
      call.emit.Whole(call.emit.Emit(Resize{ResizeMode::kNearest}, {call.emit.Plain(x), like}))};
}

}  // namespace winnow::onnx
