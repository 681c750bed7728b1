// What a network costs as a function of the N of each layer.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace winnow {

// at[n] is the cost when n of every m weights are kept, n = 0..m; at[m] is that of the dense layer.
// Any unit will do, the same for all layers: multiply-adds, or measured milliseconds.
struct LayerCost {
  std::string name;
  std::vector<double> at;
};

class LayerCosts {
 public:
  // All layers have the same m.
  explicit LayerCosts(std::vector<LayerCost> layers);

  int layers() const { return static_cast<int>(layers_.size()); }
  int m() const { return static_cast<int>(layers_.front().at.size()) - 1; }
  const LayerCost& layer(int i) const { return layers_[i]; }
  double dense() const { return dense_; }

  // Of the dense cost, for one N a layer.
  double Fraction(std::span<const int> n) const;
  // What the (i+1)-th group of importance adds to the cost of a layer, as a fraction of the dense
  // cost of all.
  double Share(int layer, int i) const {
    return (layers_[layer].at[i + 1] - layers_[layer].at[i]) / dense_;
  }
  // The largest N, at least 1, with which all layers together cost at most `budget` (a fraction).
  // Error kInvalidArgument when even 1 costs more.
  int LargestUniform(double budget) const;

 private:
  std::vector<LayerCost> layers_;
  double dense_ = 0;
};

}  // namespace winnow
