#include "engine/conv_code.h"

#include <algorithm>

#include "kernels/conv/prepare.h"

namespace winnow {
namespace {

// About 16 bytes each. Plans keep the code that they use in any case.
constexpr std::int64_t kMostTaps = 4'000'000;

}  // namespace

struct ConvCode::Code {
  CodeMemory memory;
  std::shared_ptr<const GeneratedConv> conv;
};

ConvCode::Key ConvCode::GeometryOf(NodeId node, const ConvTask& t) {
  return {node,
          t.span,
          t.in.row_stride,
          t.in.channel_stride,
          t.in.halo,
          t.out.width,
          t.out.row_stride,
          t.out.channel_stride,
          t.residual.origin != nullptr,
          t.residual.row_stride,
          t.residual.channel_stride};
}

bool ConvCode::Has(NodeId node, const ConvTask& task) const {
  const Key geometry = GeometryOf(node, task);
  const std::lock_guard lock(mutex_);
  const auto found = entries_.lower_bound(geometry);
  return found != entries_.end() &&
         std::equal(geometry.begin(), geometry.end(), found->first.begin());
}

void ConvCode::Prepare(NodeId node, const ConvChoice& choice, const TapList& taps, ConvTask& task) {
  const auto code = std::make_shared<Code>();
  if (!IsGenerated(choice.kernel)) {
    PrepareConv(choice.kernel, taps, choice.block, code->memory, task);
    return;
  }
  Key key = GeometryOf(node, task);
  key.insert(key.end(),
             {choice.kernel.outputs, choice.kernel.rows, choice.kernel.max_vectors, choice.block});
  {
    const std::lock_guard lock(mutex_);
    const auto found = entries_.find(key);
    if (found != entries_.end()) {
      found->second.last_use = ++uses_;
      const auto& kept = found->second.code;
      task.code = std::shared_ptr<const GeneratedConv>(kept, kept->conv.get());
      return;
    }
  }
  PrepareConv(choice.kernel, taps, choice.block, code->memory, task);
  code->memory.Seal();
  code->conv = std::move(task.code);
  task.code = std::shared_ptr<const GeneratedConv>(code, code->conv.get());
  Keep(std::move(key), code, CountTaps(taps));
}

int ConvCode::made() const {
  const std::lock_guard lock(mutex_);
  return made_;
}

void ConvCode::Keep(Key key, std::shared_ptr<const Code> code, std::int64_t taps) {
  const std::lock_guard lock(mutex_);
  ++made_;
  if (!entries_.try_emplace(std::move(key), Entry{std::move(code), taps, ++uses_}).second) return;
  taps_ += taps;
  while (taps_ > kMostTaps && entries_.size() > 1) {
    const auto oldest = std::ranges::min_element(
        entries_, {}, [](const auto& entry) { return entry.second.last_use; });
    taps_ -= oldest->second.taps;
    entries_.erase(oldest);
  }
}

}  // namespace winnow
