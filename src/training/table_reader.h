// Typed access to a TOML table, with errors that name file and line.
#pragma once

#include <toml++/toml.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
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
  void Field(const std::string& key, T& value) {
    known_.insert(key);
    if (const toml::node* node = table_.get(key)) Convert(*node, key, value);
  }

  void Path(const std::string& key, std::string& value) {
    std::filesystem::path path = value;
    Field(key, path);
    value = path.string();
  }

  // Reads the table under `key`, or an empty one, to its end.
  template <typename Visit>
  void Section(const std::string& key, Visit visit) {
    TableReader section = Inside(key);
    visit(section);
    section.Finish();
  }

  // The same, if there is such a table; `value` has its defaults then.
  template <typename T, typename Visit>
  void OptionalSection(const std::string& key, std::optional<T>& value, Visit visit) {
    if (!table_.contains(key)) return;
    value.emplace();
    Section(key, [&](TableReader& section) { visit(section, *value); });
  }

  // Every key of this table, whatever its name.
  template <typename T>
  void All(std::map<std::string, T>& values) {
    for (const auto& [key, node] : table_)
      Field(std::string(key.str()), values[std::string(key.str())]);
  }

  void Finish() const;

 private:
  TableReader Inside(const std::string& key);
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
