#include "engine/groups.h"

#include <unistd.h>

#include <algorithm>
#include <map>
#include <set>

namespace winnow {
namespace {

// Bands taller than this gain nothing more.
constexpr int kTallestBand = 4;
// All results of a group are in memory together: little more than units one by one need.
constexpr double kMemoryGrowth = 1.1;

// Of memory for a row of a channel.
std::int64_t Words(const NodeLayout& layout, int lanes) {
  return static_cast<std::int64_t>(layout.SpanOn(layout.element())) * lanes;
}

// The rows in use while a group works in bands.
class WorkingSet {
 public:
  WorkingSet(const std::vector<Dims>& dims, const std::vector<NodeLayout>& layout, int lanes)
      : dims_(&dims), layout_(&layout), lanes_(lanes) {}

  void Add(NodeId result, const RowAccess& access) {
    for (const RowRead& read : access.reads) Use(read.node, read.rows);
    Use(result, access.writes);
    made_.insert(result);
  }
  // Whether a unit reads what the group has at hand, and nothing of which the group must make all
  // before that unit can begin.
  bool Leads(const RowAccess& access) const {
    const auto uses = [&](const RowRead& read) { return used_.count(read.node) > 0; };
    const auto waits = [&](const RowRead& read) {
      return read.rows.scale == 0 && read.rows.last > 0 && made_.count(read.node) > 0;
    };
    return std::ranges::any_of(access.reads, uses) && std::ranges::none_of(access.reads, waits);
  }
  std::int64_t Bytes(int band) const {
    std::int64_t bytes = 0;
    for (const auto& [node, spans] : used_) {
      int rows = 0;
      for (const RowSpan& s : spans)
        rows = std::max(rows, (band - 1) * s.scale + s.last - s.first + 1);
      bytes += std::min<std::int64_t>(rows, (*dims_)[node].height) * RowBytes(node);
    }
    return bytes;
  }

 private:
  void Use(NodeId node, const RowSpan& rows) { used_[node].push_back(rows); }
  std::int64_t RowBytes(NodeId node) const {
    return (*dims_)[node].channels * Words((*layout_)[node], lanes_) *
           static_cast<std::int64_t>(sizeof(float));
  }

  const std::vector<Dims>* dims_;
  const std::vector<NodeLayout>* layout_;
  int lanes_;
  std::map<NodeId, std::vector<RowSpan>> used_;
  std::set<NodeId> made_;
};

// The memory of whole results from the unit that makes them to the last that reads them.
class Lives {
 public:
  Lives(const Graph& graph, const std::vector<Dims>& dims, const std::vector<NodeLayout>& layout,
        const std::vector<Unit>& units, int lanes) {
    const int count = static_cast<int>(units.size());
    std::vector<int> last(dims.size());
    for (NodeId id : graph.outputs()) last[id] = count;
    results_.resize(units.size());
    for (int u = count - 1; u >= 0; --u) {
      const NodeId id = units[u].result;
      // What is made of others' memory keeps theirs.
      const bool shares = SharesInputs(graph.node(units[u].node));
      for (NodeId in : InputsOf(graph, units[u])) {
        last[in] = std::max({last[in], u, shares ? last[id] : u});
      }
      const std::int64_t words = dims[id].height * Words(layout[id], lanes);
      results_[u] = {last[id], shares ? 0 : dims[id].channels * words};
    }
  }
  // What is alive while the units [begin, end) are at work together, in floats.
  std::int64_t Floats(int begin, int end) const {
    std::int64_t floats = 0;
    for (int u = 0; u < end; ++u) {
      if (results_[u].last >= begin || u >= begin) floats += results_[u].floats;
    }
    return floats;
  }
  // The most that is alive when units work one by one.
  std::int64_t Peak() const {
    std::int64_t peak = 0;
    for (int u = 0; u < static_cast<int>(results_.size()); ++u) {
      peak = std::max(peak, Floats(u, u + 1));
    }
    return peak;
  }

 private:
  struct Result {
    int last = 0;
    std::int64_t floats = 0;
  };
  std::vector<Result> results_;  // by unit
};

}  // namespace

std::vector<UnitGroup> GroupUnits(const Graph& graph, const std::vector<Dims>& dims,
                                  const std::vector<NodeLayout>& layout,
                                  const std::vector<Unit>& units, int lanes,
                                  const GroupLimits& limits) {
  std::vector<UnitGroup> groups;
  const Lives lives(graph, dims, layout, units, lanes);
  const auto most_floats =
      static_cast<std::int64_t>(kMemoryGrowth * static_cast<double>(lives.Peak()));
  WorkingSet rows(dims, layout, lanes);  // of the last group
  bool open = false;
  const auto fits = [&](const WorkingSet& set, int band) {
    return set.Bytes(band) <= limits.cache_bytes;
  };
  for (int u = 0; u < static_cast<int>(units.size()); ++u) {
    const std::optional<RowAccess> access = RowsOf(graph, dims, layout, units[u]);
    WorkingSet longer = rows;
    if (access) longer.Add(units[u].result, *access);
    if (open && access && rows.Leads(*access) && fits(longer, limits.least_band) &&
        lives.Floats(groups.back().begin, u + 1) <= most_floats) {
      rows = std::move(longer);
      groups.back().end = u + 1;
    } else {
      groups.push_back({u, u + 1, kTallestBand});
      rows = WorkingSet(dims, layout, lanes);
      if (access) rows.Add(units[u].result, *access);
      open = access.has_value();
    }
    int& band = groups.back().band;
    while (band > limits.least_band && !fits(rows, band)) --band;
  }
  return groups;
}

std::int64_t L2CacheBytes() {
  long bytes = 0;
#ifdef _SC_LEVEL2_CACHE_SIZE
  bytes = sysconf(_SC_LEVEL2_CACHE_SIZE);
#endif
  return bytes > 0 ? bytes : 1 << 20;
}

}  // namespace winnow
