#include "formats/onnx/fold_index.h"

#include <algorithm>
#include <numeric>

#include "base/checked.h"
#include "formats/onnx/ops.h"

namespace winnow::onnx {
namespace {

// A constant as [outer, extent, inner] around one axis.
struct Around {
  std::int64_t outer;
  std::int64_t extent;
  std::int64_t inner;
};

Around AroundAxis(const Shape& shape, std::size_t axis) {
  const auto product = [&](std::size_t from, std::size_t to) {
    std::int64_t p = 1;
    for (std::size_t i = from; i < to; ++i) p *= shape[i];
    return p;
  };
  return {product(0, axis), shape[axis], product(axis + 1, shape.size())};
}

Shape WithExtent(Shape shape, std::size_t axis, std::int64_t extent) {
  shape[axis] = extent;
  return shape;
}

// Row-major strides; 0 for extents of 1, which broadcast.
std::vector<std::int64_t> StridesOf(const Shape& shape) {
  std::vector<std::int64_t> strides(shape.size(), 0);
  std::int64_t step = 1;
  for (std::size_t i = shape.size(); i-- > 0;) {
    strides[i] = shape[i] == 1 ? 0 : step;
    step *= shape[i];
  }
  return strides;
}

// Elements at all coordinates of `shape` by these strides.
ConstantPtr Strided(const Constant& in, const Shape& shape,
                    const std::vector<std::int64_t>& strides) {
  std::vector<std::int64_t> at(shape.size(), 0);
  std::int64_t offset = 0;
  return Picked(shape, in.integer, [&](std::int64_t) {
    const std::int64_t here = offset;
    for (std::size_t axis = shape.size(); axis-- > 0;) {
      offset += strides[axis];
      if (++at[axis] < shape[axis]) break;
      offset -= strides[axis] * shape[axis];
      at[axis] = 0;
    }
    return std::pair(&in, here);
  });
}

// The entries `list` of an axis.
ConstantPtr Taken(const Constant& in, std::size_t axis, const std::vector<std::int64_t>& list) {
  const Around around = AroundAxis(in.shape, axis);
  const auto count = static_cast<std::int64_t>(list.size());
  return Picked(WithExtent(in.shape, axis, count), in.integer, [&](std::int64_t i) {
    const std::int64_t inner = i % around.inner;
    const std::int64_t entry = list[i / around.inner % count];
    const std::int64_t outer = i / around.inner / count;
    return std::pair(&in, (outer * around.extent + entry) * around.inner + inner);
  });
}

std::vector<std::int64_t> Counted(std::int64_t begin, std::int64_t step, std::int64_t count) {
  std::vector<std::int64_t> list;
  for (std::int64_t i = 0; i < count; ++i) list.push_back(begin + i * step);
  return list;
}

double Combined(const std::string& type, double a, double b) {
  if (type == "ReduceProd") return a * b;
  if (type == "ReduceMax") return std::max(a, b);
  if (type == "ReduceMin") return std::min(a, b);
  return a + b;
}

}  // namespace

void CheckSize(const OpCall& call, const Shape& shape) {
  std::int64_t span = 1;  // which stays representable where an extent is 0
  for (std::int64_t extent : shape) {
    if (extent < 0) call.Corrupt("impossible shape " + winnow::ToString(shape));
    span = CheckedMul(span, std::max<std::int64_t>(extent, 1), call.where());
    if (span > kMaxConstantSize) {
      call.Corrupt("makes a constant of shape " + winnow::ToString(shape) + ", which is too large");
    }
  }
}

Shape BroadcastShape(const OpCall& call, const Shape& a, const Shape& b) {
  Shape shape(std::max(a.size(), b.size()), 1);
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const auto extent = [&](const Shape& s) {
      const std::size_t missing = shape.size() - s.size();
      return i < missing ? 1 : s[i - missing];
    };
    if (extent(a) != extent(b) && extent(a) != 1 && extent(b) != 1) {
      call.Corrupt("cannot broadcast " + winnow::ToString(a) + " and " + winnow::ToString(b));
    }
    shape[i] = extent(a) == 1 ? extent(b) : extent(a);
  }
  return shape;
}

ConstantPtr ExpandConstant(const OpCall& call, const Constant& constant, const Shape& shape) {
  CheckSize(call, shape);
  Shape padded = constant.shape;
  if (padded.size() > shape.size()) call.Corrupt("cannot expand to fewer axes");
  padded.insert(padded.begin(), shape.size() - padded.size(), 1);
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (padded[i] != 1 && padded[i] != shape[i]) call.Corrupt("cannot expand an axis");
  }
  return Strided(constant, shape, StridesOf(padded));
}

ConstantPtr FoldGather(const OpCall& call) {
  const ConstantPtr in = call.ConstantIn(0);
  const ConstantPtr indices = call.ConstantIn(1);
  if (!indices->integer) call.Corrupt("has indices that are no integers");
  const std::size_t axis = call.Axis(call.Int("axis", 0), in->shape.size());
  std::vector<std::int64_t> list = indices->integers;
  for (std::int64_t& i : list) {
    i += i < 0 ? in->shape[axis] : 0;
    if (i < 0 || i >= in->shape[axis]) call.Corrupt("has an index that is out of range");
  }
  Shape shape = in->shape;
  shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(axis));
  shape.insert(shape.begin() + static_cast<std::ptrdiff_t>(axis), indices->shape.begin(),
               indices->shape.end());
  CheckSize(call, shape);
  Constant out = *Taken(*in, axis, list);
  out.shape = shape;
  return std::make_shared<const Constant>(std::move(out));
}

ConstantPtr FoldSlice(const OpCall& call) {
  ConstantPtr in = call.ConstantIn(0);
  for (const SlicedAxis& cut : SlicedAxes(call, in->shape)) {
    in = Taken(*in, cut.axis, Counted(cut.begin, cut.step, cut.count));
  }
  return in;
}

std::vector<Value> FoldSplit(const OpCall& call) {
  const ConstantPtr in = call.ConstantIn(0);
  const std::size_t axis = call.Axis(call.Int("axis", 0), in->shape.size());
  std::vector<Value> parts;
  std::int64_t begin = 0;
  for (std::int64_t size : PartsOfSplit(call, in->shape[axis])) {
    parts.push_back(Taken(*in, axis, Counted(begin, 1, size)));
    begin += size;
  }
  return parts;
}

ConstantPtr FoldConcat(const OpCall& call) {
  const Shape& first = call.ConstantIn(0)->shape;
  const std::size_t axis = call.Axis(call.Int("axis", 0), first.size());
  const bool integer = call.ConstantIn(0)->integer;
  std::vector<std::pair<const Constant*, std::int64_t>> entries;  // along the axis
  for (std::size_t i = 0; i < call.input_count(); ++i) {
    const ConstantPtr part = call.ConstantIn(i);
    if (part->shape.size() != first.size() || part->integer != integer ||
        WithExtent(part->shape, axis, 1) != WithExtent(first, axis, 1)) {
      call.Corrupt("joins constants that do not fit");
    }
    for (std::int64_t e = 0; e < part->shape[axis]; ++e) {
      entries.emplace_back(&std::get<ConstantPtr>(call.In(i)).operator*(), e);
    }
  }
  const auto count = static_cast<std::int64_t>(entries.size());
  const std::int64_t inner = AroundAxis(first, axis).inner;
  const Shape shape = WithExtent(first, axis, count);
  CheckSize(call, shape);
  return Picked(shape, integer, [&](std::int64_t i) {
    const auto& [part, entry] = entries[i / inner % count];
    const std::int64_t outer = i / inner / count;
    return std::pair(part, (outer * part->shape[axis] + entry) * inner + i % inner);
  });
}

ConstantPtr FoldTranspose(const OpCall& call) {
  const ConstantPtr in = call.ConstantIn(0);
  const std::vector<std::int64_t> strides = StridesOf(in->shape);
  Shape shape;
  std::vector<std::int64_t> reordered;
  for (std::int64_t axis : OrderOfTranspose(call, in->shape.size())) {
    shape.push_back(in->shape[axis]);
    reordered.push_back(strides[axis]);
  }
  return Strided(*in, shape, reordered);
}

ConstantPtr FoldExpand(const OpCall& call) {
  const ConstantPtr in = call.ConstantIn(0);
  return ExpandConstant(call, *in, BroadcastShape(call, in->shape, *call.IntsIn(1, "")));
}

ConstantPtr FoldTile(const OpCall& call) {
  ConstantPtr in = call.ConstantIn(0);
  const std::vector<std::int64_t> repeats = *call.IntsIn(1, "");
  if (repeats.size() != in->shape.size()) call.Corrupt("needs one number of repeats an axis");
  Shape shape = in->shape;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    shape[i] = CheckedMul(shape[i], repeats[i], call.where());
  }
  CheckSize(call, shape);
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    std::vector<std::int64_t> list;
    for (std::int64_t i = 0; i < shape[axis]; ++i) list.push_back(i % in->shape[axis]);
    in = Taken(*in, axis, list);
  }
  return in;
}

ConstantPtr FoldReduce(const OpCall& call) {
  ConstantPtr in = call.ConstantIn(0);
  std::vector<std::int64_t> all(in->shape.size());
  std::iota(all.begin(), all.end(), 0);
  std::vector<bool> gone(in->shape.size(), false);
  for (std::int64_t named : call.IntsIn(1, "axes").value_or(all)) {
    const std::size_t axis = call.Axis(named, in->shape.size());
    const Around around = AroundAxis(in->shape, axis);
    if (around.extent == 0) call.Corrupt("reduces nothing");
    Constant out{WithExtent(in->shape, axis, 1), in->integer, {}, {}};
    for (std::int64_t i = 0; i < around.outer * around.inner; ++i) {
      const std::int64_t at = i / around.inner * around.extent * around.inner + i % around.inner;
      double value = in->At(at);
      for (std::int64_t e = 1; e < around.extent; ++e) {
        value = Combined(call.type(), value, in->At(at + e * around.inner));
      }
      if (call.type() == "ReduceMean") value /= static_cast<double>(around.extent);
      if (out.integer) {
        out.integers.push_back(ToInteger(value));
      } else {
        out.floats.push_back(static_cast<float>(value));
      }
    }
    in = std::make_shared<const Constant>(std::move(out));
    gone[axis] = call.Int("keepdims", 1) == 0;
  }
  Constant out = *in;
  out.shape.clear();
  for (std::size_t i = 0; i < gone.size(); ++i) {
    if (!gone[i]) out.shape.push_back(in->shape[i]);
  }
  return std::make_shared<const Constant>(std::move(out));
}

}  // namespace winnow::onnx
