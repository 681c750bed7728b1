#include "formats/strict_json.h"

#include "base/error.h"

namespace winnow {
namespace {

constexpr int kMaxDepth = 16;
constexpr std::size_t kMaxQuoted = 200;  // bytes of a name shown in a message

// nlohmann keeps the last of two equal keys without a word, so the keys of each open object are
// noted here.
class KeyWatcher {
 public:
  explicit KeyWatcher(const std::string& where) : where_(where) {}

  bool operator()(int depth, Json::parse_event_t event, const Json& value) {
    if (depth > kMaxDepth) Fail("nested too deeply");
    if (event == Json::parse_event_t::object_start) open_.emplace_back();
    if (event == Json::parse_event_t::object_end) open_.pop_back();
    if (event == Json::parse_event_t::key) {
      const auto& key = value.get_ref<const std::string&>();
      if (!open_.back().insert(key).second) Fail("the key " + Quoted(key) + " appears twice");
    }
    return true;
  }

 private:
  [[noreturn]] void Fail(const std::string& problem) const {
    throw Error(ErrorKind::kCorrupt, where_ + ": " + problem);
  }

  const std::string& where_;
  std::vector<std::set<std::string>> open_;
};

bool IsIntegerWithin(const Json& value, std::int64_t low, std::int64_t high) {
  if (value.is_number_unsigned()) {
    const auto number = value.get<std::uint64_t>();
    return high >= 0 && number <= static_cast<std::uint64_t>(high) &&
           (low < 0 || number >= static_cast<std::uint64_t>(low));
  }
  if (!value.is_number_integer()) return false;
  const auto number = value.get<std::int64_t>();
  return low <= number && number <= high;
}

std::string Range(std::int64_t low, std::int64_t high) {
  return " from " + std::to_string(low) + " to " + std::to_string(high);
}

}  // namespace

Json ParseJson(std::string_view text, const std::string& where) {
  const auto fail = [&](const std::string& problem) {
    return Error(ErrorKind::kCorrupt, where + ": " + problem);
  };
  if (!text.starts_with('{')) throw fail("does not begin with '{'");
  // The parser takes a zero byte for the end of its input.
  if (text.find('\0') != text.npos) throw fail("contains a zero byte");
  try {
    return Json::parse(text.begin(), text.end(), KeyWatcher(where));
  } catch (const Json::parse_error& error) {
    throw fail("not valid JSON in UTF-8 at byte " + std::to_string(error.byte));
  } catch (const Json::out_of_range&) {
    throw fail("holds a number out of range");
  }
}

std::string DumpJson(const Json& json, const std::string& where) {
  try {
    return json.dump();
  } catch (const Json::type_error&) {
    throw Error(ErrorKind::kInvalidArgument, where + ": holds a name or text that is not UTF-8");
  }
}

std::string Quoted(std::string_view name) {
  const bool cut = name.size() > kMaxQuoted;
  const std::string shown = Json(std::string(name.substr(0, kMaxQuoted)))
                                .dump(-1, ' ', false, Json::error_handler_t::replace);
  return cut ? shown + "..." : shown;
}

JsonFields::JsonFields(const Json& object, std::string where)
    : object_(object), where_(std::move(where)) {
  if (!object_.is_object()) Fail("must be an object");
}

const Json& JsonFields::Take(const std::string& key) {
  const auto found = object_.find(key);
  if (found == object_.end()) Fail("field \"" + key + "\" is missing");
  taken_.insert(key);
  return *found;
}

std::int64_t JsonFields::Integer(const std::string& key, std::int64_t low, std::int64_t high) {
  const Json& value = Take(key);
  if (!IsIntegerWithin(value, low, high)) {
    Fail("field \"" + key + "\" must be an integer" + Range(low, high));
  }
  return value.get<std::int64_t>();
}

float JsonFields::Number(const std::string& key) {
  const Json& value = Take(key);
  if (!value.is_number()) Fail("field \"" + key + "\" must be a number");
  return value.get<float>();
}

bool JsonFields::Boolean(const std::string& key) {
  const Json& value = Take(key);
  if (!value.is_boolean()) Fail("field \"" + key + "\" must be true or false");
  return value.get<bool>();
}

std::string JsonFields::Text(const std::string& key) {
  const Json& value = Take(key);
  if (!value.is_string()) Fail("field \"" + key + "\" must be a string");
  return value.get<std::string>();
}

std::vector<std::int64_t> JsonFields::Integers(const std::string& key, std::int64_t low,
                                               std::int64_t high) {
  std::vector<std::int64_t> values;
  for (const Json& value : Array(key)) {
    if (!IsIntegerWithin(value, low, high)) {
      Fail("field \"" + key + "\" must hold integers" + Range(low, high));
    }
    values.push_back(value.get<std::int64_t>());
  }
  return values;
}

std::vector<float> JsonFields::Numbers(const std::string& key) {
  std::vector<float> values;
  for (const Json& value : Array(key)) {
    if (!value.is_number()) Fail("field \"" + key + "\" must hold numbers");
    values.push_back(value.get<float>());
  }
  return values;
}

const Json& JsonFields::Array(const std::string& key) {
  const Json& value = Take(key);
  if (!value.is_array()) Fail("field \"" + key + "\" must be an array");
  return value;
}

void JsonFields::Finish() const {
  for (const auto& [key, value] : object_.items()) {
    if (!taken_.contains(key)) Fail("unknown field " + Quoted(key));
  }
}

void JsonFields::Fail(const std::string& problem) const {
  throw Error(ErrorKind::kCorrupt, where_ + ": " + problem);
}

}  // namespace winnow
