// Resizing.
#include <algorithm>
#include <cmath>
#include <numeric>

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
  call.Unsupported("has the coordinates " + transform + ", which are not imported");
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
  call.Unsupported(
      "resizes by the coordinates " + call.Text("coordinate_transformation_mode", "half_pixel") +
      ", which are not imported; train and export with align_corners=False (or mode nearest)");
}

ResizeMode ModeOf(const OpCall& call) {
  const std::string mode = call.Text("mode", "nearest");
  if (call.Int("antialias", 0) != 0) call.Unsupported("antialiases, which is not imported");
  if (mode == "nearest") return ResizeMode::kNearest;
  if (mode == "linear" || mode == "bilinear") return ResizeMode::kBilinear;
  call.Unsupported("resizes by mode " + mode + "; only nearest and linear are imported");
}

// The last result of these extents.
NodeId FindReference(const OpCall& call, const Extents& out, NodeId before) {
  for (NodeId id = before; id >= 0; --id) {
    const Dims& dims = call.emit.dims(id);
    if (dims.height == out.height && dims.width == out.width) return id;
  }
  call.Unsupported("resizes to " + std::to_string(out.width) + "x" + std::to_string(out.height) +
                   " at the trial size, neither a simple factor nor the size of another result");
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
      if (after != before) call.Unsupported("resizes the batch or the channels");
      continue;
    }
    (AxisOf(call, x, i) == Axis::kHeight ? out.height : out.width) = after;
  }
  return {Seen(call, {ResizeTo(call, x.node, out, ModeOf(call)), x.channels_last})};
}

ConstantPtr FourNumbers(const OpCall& call, std::size_t input) {
  const ConstantPtr numbers = call.ConstantIn(input);
  if (numbers->size() != 4) call.Unsupported("has other than four extents or factors");
  return numbers;
}

Values ResizedByFactors(OpCall& call, const ConstantPtr& factors) {
  return Resized(call, [&](std::size_t i, std::int64_t extent) {
    const double factor = factors->At(static_cast<std::int64_t>(i));
    if (!(factor > 0 && factor < 1 << 16)) call.Corrupt("has an impossible factor");
    // Factors such as 1/3 are rounded to float.
    return static_cast<std::int64_t>(std::floor(static_cast<double>(extent) * factor + 1e-4));
  });
}

}  // namespace

Values LowerResize(OpCall& call) {
  if (call.ShapeOfIn(0).size() != 4) call.Unsupported("resizes what is no picture");
  if (call.HasAttribute("axes")) call.Unsupported("resizes some axes only, which is not imported");
  if (call.Has(3) && call.ConstantIn(3)->size() > 0) {
    const ConstantPtr sizes = FourNumbers(call, 3);
    return Resized(call, [&](std::size_t i, std::int64_t) {
      return static_cast<std::int64_t>(sizes->At(static_cast<std::int64_t>(i)));
    });
  }
  return call.opset() < 11 ? LowerUpsample(call) : ResizedByFactors(call, FourNumbers(call, 2));
}

// Also Resize up to opset 10: the factors are the second input.
Values LowerUpsample(OpCall& call) {
  if (call.ShapeOfIn(0).size() != 4) call.Unsupported("resizes what is no picture");
  if (ModeOf(call) == ResizeMode::kBilinear) {
    call.Unsupported(
        "does not say how it places pixels in this version; export with opset 11 or higher");
  }
  return ResizedByFactors(call, FourNumbers(call, 1));
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
