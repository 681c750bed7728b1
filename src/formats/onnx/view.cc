#include "formats/onnx/view.h"

#include <algorithm>

namespace winnow::onnx {
namespace {

void Append(ViewDim& dim, const Atom& atom) {
  if (atom.size == 1) return;
  if (!dim.empty()) {
    Atom& last = dim.back();
    const bool repeats = atom.source == Source::kRepeat && last.source == Source::kRepeat;
    if (repeats || (last.source == atom.source && last.stride == atom.size * atom.stride)) {
      last = {atom.source, last.size * atom.size, atom.stride};
      return;
    }
  }
  dim.push_back(atom);
}

// Takes atoms worth `extent` from the front of `rest`.
std::optional<ViewDim> Take(std::vector<Atom>& rest, std::int64_t extent) {
  ViewDim dim;
  while (extent > 1) {
    if (rest.empty()) return std::nullopt;
    Atom& front = rest.front();
    if (extent % front.size == 0) {
      extent /= front.size;
      Append(dim, front);
      rest.erase(rest.begin());
    } else if (front.size % extent == 0) {
      const std::int64_t inner = front.size / extent;
      Append(dim, {front.source, extent, front.stride * inner});
      front.size = inner;
      extent = 1;
    } else {
      return std::nullopt;
    }
  }
  return dim;
}

// Splits a spatial dim into the pixels and the channels that go between them.
struct Spatial {
  std::int64_t shrink = 1;
  std::int64_t grow = 1;
  std::vector<Atom> channels;
};

std::optional<Spatial> ReadSpatial(const ViewDim& dim, Source source, std::int64_t extent) {
  Spatial spatial;
  std::size_t at = 0;
  if (!dim.empty() && dim[0].source == source) {
    spatial.shrink = dim[0].stride;
    if (dim[0].size * dim[0].stride != extent) return std::nullopt;
    at = 1;
  } else if (extent != 1) {
    return std::nullopt;
  }
  for (; at < dim.size(); ++at) {
    if (dim[at].source != Source::kChannel) return std::nullopt;
    spatial.grow *= dim[at].size;
    spatial.channels.push_back(dim[at]);
  }
  return spatial;
}

std::vector<Rearrangement::Tap> TapsOf(const std::vector<Atom>& atoms) {
  std::vector<Rearrangement::Tap> taps = {{}};
  for (const Atom& atom : atoms) {
    std::vector<Rearrangement::Tap> finer;
    finer.reserve(taps.size() * atom.size);
    for (const Rearrangement::Tap& tap : taps) {
      for (std::int64_t i = 0; i < atom.size; ++i) {
        Rearrangement::Tap next = tap;
        if (atom.source == Source::kChannel) next.channel += i * atom.stride;
        if (atom.source == Source::kHeight) next.ky += i * atom.stride;
        if (atom.source == Source::kWidth) next.kx += i * atom.stride;
        finer.push_back(next);
      }
    }
    taps = std::move(finer);
  }
  return taps;
}

bool InOrder(const std::vector<Rearrangement::Tap>& taps, std::int64_t channels) {
  if (static_cast<std::int64_t>(taps.size()) != channels) return false;
  for (std::int64_t i = 0; i < channels; ++i) {
    if (taps[i].channel != i || taps[i].ky != 0 || taps[i].kx != 0) return false;
  }
  return true;
}

std::vector<Atom> Joined(std::initializer_list<const std::vector<Atom>*> lists) {
  std::vector<Atom> all;
  for (const std::vector<Atom>* list : lists) all.insert(all.end(), list->begin(), list->end());
  return all;
}

// Far above what networks do; keeps sizes representable.
constexpr std::int64_t kMaxTaps = 1 << 16;

}  // namespace

std::int64_t Extent(const ViewDim& dim) {
  std::int64_t extent = 1;
  for (const Atom& atom : dim) extent *= atom.size;
  return extent;
}

Shape ShapeOf(const View& view) {
  Shape shape;
  for (const ViewDim& dim : view.dims) shape.push_back(Extent(dim));
  return shape;
}

View PlainView(const Dims& dims) {
  View view;
  view.dims.resize(4);
  Append(view.dims[1], {Source::kChannel, dims.channels, 1});
  Append(view.dims[2], {Source::kHeight, dims.height, 1});
  Append(view.dims[3], {Source::kWidth, dims.width, 1});
  return view;
}

std::optional<View> Reshaped(const View& view, const Shape& shape) {
  std::vector<Atom> rest;
  for (const ViewDim& dim : view.dims) rest.insert(rest.end(), dim.begin(), dim.end());
  View result;
  for (std::int64_t extent : shape) {
    std::optional<ViewDim> dim = Take(rest, extent);
    if (!dim) return std::nullopt;
    result.dims.push_back(std::move(*dim));
  }
  if (!rest.empty()) return std::nullopt;
  return result;
}

View Transposed(const View& view, const std::vector<std::int64_t>& order) {
  View result;
  for (std::int64_t axis : order) result.dims.push_back(view.dims[axis]);
  return result;
}

View WithRank(const View& view, std::size_t rank) {
  View result = view;
  while (result.dims.size() < rank) result.dims.insert(result.dims.begin(), ViewDim());
  return result;
}

bool IsWhole(const ViewDim& dim, Source source, std::int64_t extent) {
  if (extent == 1) return dim.empty();
  return dim.size() == 1 && dim[0] == Atom{source, extent, 1};
}

std::optional<Rearrangement> FindRearrangement(const View& view, const Dims& dims) {
  if (view.dims.size() != 4 || !view.dims[0].empty()) return std::nullopt;
  const auto rows = ReadSpatial(view.dims[2], Source::kHeight, dims.height);
  const auto columns = ReadSpatial(view.dims[3], Source::kWidth, dims.width);
  if (!rows || !columns || rows->shrink != columns->shrink || rows->grow != columns->grow ||
      Extent(view.dims[1]) * rows->grow * rows->grow > kMaxTaps) {
    return std::nullopt;
  }
  Rearrangement result;
  result.shrink = rows->shrink;
  result.grow = rows->grow;
  result.taps = TapsOf(Joined({&view.dims[1], &rows->channels, &columns->channels}));
  result.in_order = result.shrink == 1 && InOrder(result.taps, dims.channels);
  result.tensorflow =
      result.shrink == 1 && !result.in_order &&
      InOrder(TapsOf(Joined({&rows->channels, &columns->channels, &view.dims[1]})), dims.channels);
  return result;
}

}  // namespace winnow::onnx
