#include "formats/onnx/broadcast.h"

#include <algorithm>

#include "formats/onnx/statistics.h"

namespace winnow::onnx {
namespace {

bool Repeats(const View& view) {
  return std::ranges::any_of(view.dims, [](const ViewDim& dim) {
    return std::ranges::any_of(dim, [](const Atom& a) { return a.source == Source::kRepeat; });
  });
}

Activation WithoutRepeats(OpCall& call, const Activation& x) {
  return Repeats(x.view) ? call.emit.Whole(call.emit.Plain(x)) : x;
}

// The position along `dim` of what lies in channel `c`.
std::int64_t CoordinateOf(const ViewDim& dim, std::int64_t c) {
  std::int64_t at = 0;
  for (const Atom& atom : dim) at = at * atom.size + c / atom.stride % atom.size;
  return at;
}

// The one channel of a plain picture for each of a constant's.
void WidenTo(OpCall& call, const Constant& constant, Activation& x) {
  const std::size_t rank = x.view.dims.size();
  if (rank != 4 || constant.shape.size() < 3) return;
  const std::int64_t wanted = constant.shape[constant.shape.size() - 3];
  if (wanted == 1 || call.emit.dims(x.node).channels != 1) return;
  x = call.emit.Whole(call.emit.Repeat(call.emit.Plain(x), wanted));
}

bool OnlyChannels(const ViewDim& dim) {
  return std::ranges::all_of(dim, [](const Atom& a) { return a.source == Source::kChannel; });
}

struct Missing {
  bool channels = false;
  bool plane = false;
};

// What `part` lacks of `whole`'s dims; nothing where it is more than whole axes.
std::optional<Missing> FindMissing(const View& whole, const View& part, const Dims& dims) {
  Missing missing;
  int spatial = 0;
  int wanted_spatial = (dims.height > 1) + (dims.width > 1);
  for (std::size_t i = 0; i < whole.dims.size(); ++i) {
    if (whole.dims[i] == part.dims[i]) continue;
    if (!part.dims[i].empty()) return std::nullopt;
    for (const Atom& atom : whole.dims[i]) {
      if (atom.source == Source::kChannel) missing.channels = true;
      if (atom.source == Source::kHeight || atom.source == Source::kWidth) ++spatial;
    }
  }
  if (spatial != 0 && spatial != wanted_spatial) return std::nullopt;
  missing.plane = spatial != 0;
  return missing;
}

// `part` as a partner for `whole` in an operator of the graph; nothing where it does not fit.
std::optional<NodeId> Partner(OpCall& call, const Activation& whole, const Activation& part) {
  const Dims dims = call.emit.dims(whole.node);
  const Dims own = call.emit.dims(part.node);
  const auto missing = FindMissing(whole.view, part.view, dims);
  if (!missing) return std::nullopt;
  if (missing->plane ? own.height != 1 || own.width != 1
                     : own.height != dims.height || own.width != dims.width) {
    return std::nullopt;
  }
  if (!missing->channels) {
    if (own.channels != dims.channels) return std::nullopt;
    return part.node;
  }
  if (own.channels != 1) return std::nullopt;
  return call.emit.Repeat(part.node, dims.channels);
}

std::optional<Pair> TryAlign(OpCall& call, Activation a, Activation b) {
  const std::size_t rank = std::max(a.view.dims.size(), b.view.dims.size());
  a.view = WithRank(a.view, rank);
  b.view = WithRank(b.view, rank);
  if (const auto partner = Partner(call, a, b)) return Pair{a.node, *partner, a.view};
  if (const auto partner = Partner(call, b, a)) return Pair{*partner, b.node, b.view};
  return std::nullopt;
}

}  // namespace

std::vector<float> ChannelValues(OpCall& call, const Constant& constant, Activation& x) {
  if (constant.size() == 0) call.Corrupt("has an empty constant among its inputs");
  x = WithoutRepeats(call, x);
  x.view = WithRank(x.view, constant.shape.size());
  const auto channels = [&] { return static_cast<std::size_t>(call.emit.dims(x.node).channels); };
  if (const auto uniform = UniformValue(constant)) {
    return std::vector<float>(channels(), static_cast<float>(*uniform));
  }
  WidenTo(call, constant, x);
  const std::size_t before = x.view.dims.size() - constant.shape.size();
  std::vector<std::int64_t> at(channels(), 0);
  for (std::size_t i = 0; i < constant.shape.size(); ++i) {
    const ViewDim& dim = x.view.dims[before + i];
    const std::int64_t extent = constant.shape[i];
    if (extent != 1 && (extent != Extent(dim) || !OnlyChannels(dim))) {
      call.Unsupported("meets a constant of shape " + winnow::ToString(constant.shape) +
                           " that differs from pixel to pixel",
                       "such a network is tied to one size of picture: export it with constants a "
                       "channel, or none");
    }
    for (std::size_t c = 0; c < at.size(); ++c) {
      const auto coordinate = extent == 1 ? 0 : CoordinateOf(dim, static_cast<std::int64_t>(c));
      at[c] = at[c] * extent + coordinate;
    }
  }
  std::vector<float> values;
  for (std::int64_t i : at) values.push_back(constant.FloatAt(i));
  return values;
}

Pair Align(OpCall& call, Activation a, Activation b) {
  a = WithoutRepeats(call, a);
  b = WithoutRepeats(call, b);
  if (const auto pair = TryAlign(call, a, b)) return *pair;
  if (a.view.dims.size() == 4 && b.view.dims.size() == 4) {
    const Activation plain_a = call.emit.Whole(call.emit.Plain(a));
    const Activation plain_b = call.emit.Whole(call.emit.Plain(b));
    if (const auto pair = TryAlign(call, plain_a, plain_b)) return *pair;
  }
  call.Unsupported("joins results of shapes " + winnow::ToString(ShapeOf(a.view)) + " and " +
                       winnow::ToString(ShapeOf(b.view)) + ", which is not imported",
                   "export with equal shapes, or with one value a channel or a pixel");
}

}  // namespace winnow::onnx
