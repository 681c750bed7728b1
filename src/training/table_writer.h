// Fills a TOML table, see recipe_sections.h. Empty texts, vectors and tables are left out; paths
// are written as absolute ones.
#pragma once

#include <toml++/toml.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

namespace winnow {

class TableWriter {
 public:
  const toml::table& table() const { return table_; }

  template <typename T>
  void Field(const std::string& key, const T& value) {
    if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
      table_.insert(key, static_cast<std::int64_t>(value));
    } else {
      table_.insert(key, value);
    }
  }
  void Field(const std::string& key, const std::string& value) {
    if (!value.empty()) table_.insert(key, value);
  }
  template <typename T>
  void Field(const std::string& key, const std::vector<T>& values) {
    toml::array array;
    for (const T& value : values) {
      if constexpr (std::is_same_v<T, std::filesystem::path>) {
        array.push_back(Absolute(value));
      } else {
        array.push_back(value);
      }
    }
    if (!array.empty()) table_.insert(key, std::move(array));
  }
  void Path(const std::string& key, const std::string& path) {
    if (!path.empty()) table_.insert(key, Absolute(path));
  }
  template <typename T>
  void All(const std::map<std::string, T>& values) {
    for (const auto& [key, value] : values) Field(key, value);
  }
  template <typename Visit>
  void Section(const std::string& key, Visit visit) {
    TableWriter section;
    visit(section);
    if (!section.table_.empty()) table_.insert(key, std::move(section.table_));
  }
  template <typename T, typename Visit>
  void OptionalSection(const std::string& key, std::optional<T>& value, Visit visit) {
    if (value) Section(key, [&](TableWriter& section) { visit(section, *value); });
  }

 private:
  static std::string Absolute(const std::filesystem::path& path) {
    return std::filesystem::absolute(path).lexically_normal().string();
  }

  toml::table table_;
};

}  // namespace winnow
