// JSON read without mercy: no duplicate keys, no unknown fields, no wrong types.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace winnow {

// Numbers with a fraction are float32, so that 0.05f is written as 0.05 and read back exactly.
using Json = nlohmann::basic_json<std::map, std::vector, std::string, bool, std::int64_t,
                                  std::uint64_t, float>;

// `text` must be one object, well-formed UTF-8, nested at most 16 deep. `where` begins every
// message. Errors: kCorrupt.
Json ParseJson(std::string_view text, const std::string& where);

// Keys in byte order, no white space. Errors: kInvalidArgument when a string is not UTF-8.
std::string DumpJson(const Json& json, const std::string& where);

// A name from a file made fit for a message: in quotes, escaped, cut when very long.
std::string Quoted(std::string_view name);

// Reads the fields of one object. Every error is kCorrupt and begins with `where`.
class JsonFields {
 public:
  // `object` must outlive this. An error when it is not an object.
  JsonFields(const Json& object, std::string where);

  // Each: an error when the field is missing or of another type.
  const Json& Take(const std::string& key);
  std::int64_t Integer(const std::string& key, std::int64_t low, std::int64_t high);
  float Number(const std::string& key);
  bool Boolean(const std::string& key);
  std::string Text(const std::string& key);
  std::vector<std::int64_t> Integers(const std::string& key, std::int64_t low, std::int64_t high);
  std::vector<float> Numbers(const std::string& key);
  const Json& Array(const std::string& key);

  // An error when a field was not read.
  void Finish() const;

  [[noreturn]] void Fail(const std::string& problem) const;

 private:
  const Json& object_;
  std::string where_;
  std::set<std::string> taken_;
};

}  // namespace winnow
