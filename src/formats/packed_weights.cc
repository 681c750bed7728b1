#include "formats/packed_weights.h"

#include <algorithm>
#include <bit>
#include <vector>

#include "base/error.h"
#include "formats/dtype.h"
#include "formats/strict_json.h"

namespace winnow {
namespace {

constexpr char kMask[] = "/mask";
constexpr char kKept[] = "/kept";
// About what the second tensor's entry in the header takes.
constexpr std::int64_t kEntryBytes = 128;

// Whole words of 32 bits, so that what follows a mask in the file stays aligned.
std::int64_t MaskBytes(std::int64_t weights) { return (weights + 31) / 32 * 4; }

Tensor MaskOf(const Tensor& weight) {
  std::vector<std::uint8_t> bytes(MaskBytes(weight.size()));
  for (std::int64_t i = 0; i < weight.size(); ++i) {
    if (weight.data[i] != 0) bytes[i / 8] |= 1 << i % 8;
  }
  Tensor mask({static_cast<std::int64_t>(bytes.size())});
  std::ranges::copy(bytes, mask.data.begin());
  return mask;
}

Tensor KeptOf(const Tensor& weight) {
  Tensor kept({std::ranges::count_if(weight.data, [](float w) { return w != 0; })});
  std::ranges::copy_if(weight.data, kept.data.begin(), [](float w) { return w != 0; });
  return kept;
}

Tensor Expand(const Shape& shape, const Tensor& mask, const Tensor& kept,
              const std::string& where) {
  const std::int64_t count = ElementCount(shape);
  if (mask.shape != Shape{MaskBytes(count)}) {
    throw Error(ErrorKind::kCorrupt, where + ": the mask is " + ToString(mask.shape) + ", " +
                                         ToString(shape) + " needs [" +
                                         std::to_string(MaskBytes(count)) + "] bytes");
  }
  std::vector<std::int64_t> positions;
  positions.reserve(kept.data.size());
  for (std::int64_t i = 0; i < mask.size(); ++i) {
    unsigned bits = static_cast<int>(mask.data[i]) & 0xff;
    for (; bits != 0; bits &= bits - 1) positions.push_back(8 * i + std::countr_zero(bits));
  }
  if (!positions.empty() && positions.back() >= count) {
    throw Error(ErrorKind::kCorrupt, where + ": the mask has a bit behind the last weight");
  }
  if (kept.shape != Shape{static_cast<std::int64_t>(positions.size())}) {
    throw Error(ErrorKind::kCorrupt, where + ": the mask keeps " +
                                         std::to_string(positions.size()) +
                                         " weights, stored are " + ToString(kept.shape));
  }
  Tensor weight(shape);
  for (std::size_t i = 0; i < positions.size(); ++i) weight.data[positions[i]] = kept.data[i];
  return weight;
}

}  // namespace

bool PackWeights(DType dtype, TensorFile& file) {
  const std::int64_t size = Describe(dtype).bytes;
  std::vector<std::string> names;
  for (const auto& [name, weight] : file.tensors) {
    const std::int64_t zeros = std::ranges::count(weight.data, 0.0f);
    const bool free = !file.tensors.contains(name + kMask) && !file.tensors.contains(name + kKept);
    if (free && zeros * size > MaskBytes(weight.size()) + kEntryBytes) names.push_back(name);
  }
  for (const std::string& name : names) {
    const auto packed = file.tensors.extract(name);
    file.tensors[name + kMask] = MaskOf(packed.mapped());
    file.tensors[name + kKept] = KeptOf(packed.mapped());
    file.bytes.insert(name + kMask);
  }
  return !names.empty();
}

void UnpackWeights(const Graph& graph, const std::string& file_name, TensorFile& file) {
  for (const Param& param : graph.params()) {
    if (file.tensors.contains(param.name)) continue;  // as it is
    const auto mask = file.tensors.extract(param.name + kMask);
    const auto kept = file.tensors.extract(param.name + kKept);
    if (mask.empty() && kept.empty()) continue;  // missing, as the reader of weights will say
    const std::string where = file_name + ": tensor " + Quoted(param.name);
    if (mask.empty() || kept.empty()) {
      throw Error(ErrorKind::kCorrupt, where + ": is packed, and its '" +
                                           (mask.empty() ? kMask : kKept) + "' is missing");
    }
    file.tensors[param.name] = Expand(param.shape, mask.mapped(), kept.mapped(), where);
  }
}

}  // namespace winnow
