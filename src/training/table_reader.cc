#include "training/table_reader.h"

#include <algorithm>
#include <numeric>

#include "base/error.h"

namespace winnow {
namespace {

std::size_t EditDistance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] != b[j - 1]);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

std::string Nearest(const std::string& word, const std::set<std::string>& choices) {
  return *std::min_element(choices.begin(), choices.end(), [&](const auto& a, const auto& b) {
    return EditDistance(word, a) < EditDistance(word, b);
  });
}

}  // namespace

TableReader TableReader::Inside(const std::string& key) {
  static const toml::table kEmpty;
  known_.insert(key);
  const toml::node* node = table_.get(key);
  if (node == nullptr) return {kEmpty, "[" + key + "]", file_};
  if (!node->is_table()) Fail(*node, "'" + key + "' must be a [" + key + "] section");
  return {*node->as_table(), "[" + key + "]", file_};
}

void TableReader::Finish() const {
  for (const auto& [key, node] : table_) {
    const std::string name(key.str());
    if (known_.contains(name)) continue;
    Fail(node, "unknown key '" + name + "' in " + section_ + "; the nearest known one is '" +
                   Nearest(name, known_) + "'");
  }
}

void TableReader::Fail(const toml::node& node, const std::string& what) const {
  throw Error(ErrorKind::kInvalidArgument,
              file_ + ":" + std::to_string(node.source().begin.line) + ": " + what);
}

template <typename T>
T TableReader::Scalar(const toml::node& node, const std::string& key, const char* type) const {
  if (const auto value = node.value_exact<T>()) return *value;
  Fail(node, "'" + key + "' in " + section_ + " must be " + type);
}

void TableReader::Convert(const toml::node& node, const std::string& key, bool& value) const {
  value = Scalar<bool>(node, key, "true or false");
}

void TableReader::Convert(const toml::node& node, const std::string& key,
                          std::int64_t& value) const {
  value = Scalar<std::int64_t>(node, key, "a whole number");
}

void TableReader::Convert(const toml::node& node, const std::string& key,
                          std::uint64_t& value) const {
  const auto number = Scalar<std::int64_t>(node, key, "a whole number");
  if (number < 0) Fail(node, "'" + key + "' may not be negative");
  value = static_cast<std::uint64_t>(number);
}

void TableReader::Convert(const toml::node& node, const std::string& key, int& value) const {
  const auto number = Scalar<std::int64_t>(node, key, "a whole number");
  if (!std::in_range<int>(number)) Fail(node, "'" + key + "' is too large");
  value = static_cast<int>(number);
}

void TableReader::Convert(const toml::node& node, const std::string& key, double& value) const {
  if (const auto whole = node.value_exact<std::int64_t>()) {
    value = static_cast<double>(*whole);
  } else {
    value = Scalar<double>(node, key, "a number");
  }
}

void TableReader::Convert(const toml::node& node, const std::string& key,
                          std::string& value) const {
  value = Scalar<std::string>(node, key, "a string");
}

void TableReader::Convert(const toml::node& node, const std::string& key,
                          std::filesystem::path& value) const {
  value = std::filesystem::path(file_).parent_path() /
          Scalar<std::string>(node, key, "a path in quotes");
  value = value.lexically_normal();
}

}  // namespace winnow
