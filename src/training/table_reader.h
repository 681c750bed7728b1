// Typed access to a TOML table, with errors that name file and line.
#pragma once

#include <toml++/toml.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace winnow {

// Reads one table; Finish() complains about keys nobody asked for. Errors: kInvalidArgument.
class TableReader {
 public:
  TableReader(const toml::table& table, std::string section, std::string file)
      : table_(table), section_(std::move(section)), file_(std::move(file)) {}

  // Leaves `value` as it is where there is no such key. Relative paths are taken from the folder of
  // the file.
  template <typename T>
  void Read(const std::string& key, T& value) {
    known_.insert(key);
    if (const toml::node* node = table_.get(key)) Convert(*node, key, value);
  }

  bool Has(const std::string& key) const { return table_.contains(key); }

  // The table under `key`, or an empty one.
  TableReader Section(const std::string& key);

  // Every key of this table, whatever its name.
  template <typename T>
  void ReadAll(std::map<std::string, T>& values) {
    for (const auto& [key, node] : table_)
      Read(std::string(key.str()), values[std::string(key.str())]);
  }

  void Finish() const;

 private:
  [[noreturn]] void Fail(const toml::node& node, const std::string& what) const;
  template <typename T>
  T Scalar(const toml::node& node, const std::string& key, const char* type) const;

  void Convert(const toml::node& node, const std::string& key, bool& value) const;
  void Convert(const toml::node& node, const std::string& key, std::int64_t& value) const;
  void Convert(const toml::node& node, const std::string& key, std::uint64_t& value) const;
  void Convert(const toml::node& node, const std::string& key, int& value) const;
  void Convert(const toml::node& node, const std::string& key, double& value) const;
  void Convert(const toml::node& node, const std::string& key, std::string& value) const;
  void Convert(const toml::node& node, const std::string& key, std::filesystem::path& value) const;
  template <typename T>
  void Convert(const toml::node& node, const std::string& key, std::vector<T>& values) const {
    if (!node.is_array()) Fail(node, "'" + key + "' in " + section_ + " must be an array");
    values.clear();
    for (const toml::node& element : *node.as_array()) Convert(element, key, values.emplace_back());
  }

  const toml::table& table_;
  std::string section_;
  std::string file_;
  std::set<std::string> known_;
};

}  // namespace winnow
