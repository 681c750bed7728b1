#include "formats/pytorch/pickle.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <unordered_map>

#include "base/error.h"
#include "formats/pytorch/rebuild.h"
#include "formats/strict_json.h"

namespace winnow::pytorch {
namespace {

constexpr std::size_t kMaxObjects = 10'000'000;

}  // namespace

// The stack machine of the pickle protocol, versions 2 to 5.
class PickleMachine {
 public:
  PickleMachine(std::string_view bytes, const std::string& where, Pickle& pickle)
      : bytes_(bytes), where_(where), pickle_(pickle) {}

  void Run() {
    while (Step(static_cast<unsigned char>(Take(1)[0]))) {
    }
    pickle_.root_ = Pop();
    pickle_.size_ = at_;
  }

 private:
  [[noreturn]] void Corrupt(const std::string& problem) const {
    throw Error(ErrorKind::kCorrupt,
                where_ + ": byte " + std::to_string(at_) + " of its pickle: " + problem);
  }

  std::string_view Take(std::uint64_t count) {
    if (count > bytes_.size() - at_) Corrupt("ends too early");
    const std::string_view taken = bytes_.substr(at_, count);
    at_ += count;
    return taken;
  }
  template <typename T>
  T Number() {
    T value;
    std::memcpy(&value, Take(sizeof(T)).data(), sizeof(T));
    return value;
  }
  std::string Line() {
    const std::size_t end = bytes_.find('\n', at_);
    if (end == std::string_view::npos) Corrupt("ends too early");
    const std::string line(Take(end - at_));
    Take(1);
    return line;
  }

  Object* New(Object object) {
    if (pickle_.objects_.size() >= kMaxObjects) Corrupt("has too many objects");
    pickle_.objects_.push_back(std::move(object));
    return &pickle_.objects_.back();
  }
  template <typename T>
  bool Push(T value) {
    stack_.push_back(New({std::move(value)}));
    return true;
  }
  Object* Pop() {
    if (stack_.size() <= floor()) Corrupt("takes from an empty stack");
    Object* const top = stack_.back();
    stack_.pop_back();
    return top;
  }
  Object* Top() {
    if (stack_.size() <= floor()) Corrupt("looks at an empty stack");
    return stack_.back();
  }
  std::size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }

  // What lies above the last mark.
  std::vector<const Object*> PopToMark() {
    if (marks_.empty()) Corrupt("has no mark to go back to");
    std::vector<const Object*> items(stack_.begin() + static_cast<std::ptrdiff_t>(marks_.back()),
                                     stack_.end());
    stack_.resize(marks_.back());
    marks_.pop_back();
    return items;
  }
  std::vector<const Object*> PopItems(int count) {
    std::vector<const Object*> items(static_cast<std::size_t>(count));
    for (int i = count; i-- > 0;) items[static_cast<std::size_t>(i)] = Pop();
    return items;
  }

  template <typename T>
  T& TopAs(const char* what) {
    T* const value = std::get_if<T>(&Top()->value);
    if (value == nullptr) Corrupt(std::string("needs ") + what);
    return *value;
  }
  bool Append(const std::vector<const Object*>& items) {
    auto& list = TopAs<List>("a list");
    list.items.insert(list.items.end(), items.begin(), items.end());
    return true;
  }
  bool SetItems(const std::vector<const Object*>& items) {
    if (items.size() % 2 != 0) Corrupt("has a key without a value");
    auto& dict = TopAs<Dict>("a dict");
    for (std::size_t i = 0; i < items.size(); i += 2) {
      dict.items.emplace_back(items[i], items[i + 1]);
    }
    return true;
  }

  bool Remember(std::uint64_t slot) {
    memo_[slot] = Top();
    return true;
  }
  bool Recall(std::uint64_t slot) {
    const auto found = memo_.find(slot);
    if (found == memo_.end()) Corrupt("recalls what it never stored");
    stack_.push_back(found->second);
    return true;
  }

  bool PushGlobal(const std::string& name) {
    if (!IsAllowed(name)) {
      throw Error(ErrorKind::kUnsupported,
                  where_ + ": names " + Quoted(name) +
                      ", which weights have no use for; nothing of a pickle is ever run. Save the "
                      "weights alone: torch.save(model.state_dict(), ...)");
    }
    return Push(Global{name});
  }
  bool PushInteger(std::string_view bytes) {
    if (bytes.size() > 8) return Push(Bytes{std::string(bytes)});
    const bool negative = !bytes.empty() && (bytes.back() & 0x80) != 0;
    std::uint64_t value = negative ? ~std::uint64_t{0} : 0;
    std::memcpy(&value, bytes.data(), bytes.size());
    return Push(static_cast<std::int64_t>(value));
  }
  bool PushDouble() {
    std::uint64_t bits = 0;
    for (unsigned char c : Take(8)) bits = bits << 8 | c;  // big-endian
    return Push(std::bit_cast<double>(bits));
  }
  std::string TextFrom(const Object* object) const {
    const auto* text = std::get_if<std::string>(&object->value);
    if (text == nullptr) Corrupt("needs a name");
    return *text;
  }

  bool Call() {
    const Object* const arguments = Pop();
    const Object* const function = Pop();
    const auto* global = std::get_if<Global>(&function->value);
    const auto* tuple = std::get_if<Tuple>(&arguments->value);
    if (global == nullptr || tuple == nullptr) Corrupt("calls what is no function");
    stack_.push_back(New(Rebuild(global->name, *tuple, where_)));
    return true;
  }
  // Attributes of a dict (state_dict's _metadata) mean nothing here.
  bool Build() {
    Pop();
    TopAs<Dict>("a dict to build on");
    return true;
  }

  bool Step(unsigned char code) {
    switch (code) {
      case 0x80:  // PROTO
        if (const auto version = Number<std::uint8_t>(); version > 5) Corrupt("unknown protocol");
        return true;
      case 0x95:  // FRAME
        Take(8);
        return true;
      case '.':
        return false;
      case '(':
        marks_.push_back(stack_.size());
        return true;
      case '0':
        Pop();
        return true;
      default:
        return Make(code) || Store(code) || Unknown(code);
    }
  }

  bool Make(unsigned char code) {
    switch (code) {
      case 'N':
        return Push(None{});
      case 0x88:
        return Push(true);
      case 0x89:
        return Push(false);
      case 'J':
        return Push(std::int64_t{Number<std::int32_t>()});
      case 'K':
        return Push(std::int64_t{Number<std::uint8_t>()});
      case 'M':
        return Push(std::int64_t{Number<std::uint16_t>()});
      case 0x8a:
        return PushInteger(Take(Number<std::uint8_t>()));
      case 'G':
        return PushDouble();
      case 'X':
        return Push(std::string(Take(Number<std::uint32_t>())));
      case 0x8c:
        return Push(std::string(Take(Number<std::uint8_t>())));
      case 0x8d:
        return Push(std::string(Take(Number<std::uint64_t>())));
      case 'U':  // a string of Python 2
        return Push(std::string(Take(Number<std::uint8_t>())));
      case 'B':
        return Push(Bytes{std::string(Take(Number<std::uint32_t>()))});
      case 'C':
        return Push(Bytes{std::string(Take(Number<std::uint8_t>()))});
      case ')':
        return Push(Tuple{});
      case ']':
        return Push(List{});
      case '}':
        return Push(Dict{});
      case 't':
        return Push(Tuple{PopToMark()});
      case 0x85:
      case 0x86:
      case 0x87:
        return Push(Tuple{PopItems(code - 0x84)});
      default:
        return false;
    }
  }

  bool Store(unsigned char code) {
    switch (code) {
      case 'a':
        return Append(PopItems(1));
      case 'e':
        return Append(PopToMark());
      case 's':
        return SetItems(PopItems(2));
      case 'u':
        return SetItems(PopToMark());
      case 'q':
        return Remember(Number<std::uint8_t>());
      case 'r':
        return Remember(Number<std::uint32_t>());
      case 0x94:
        return Remember(memo_.size());
      case 'h':
        return Recall(Number<std::uint8_t>());
      case 'j':
        return Recall(Number<std::uint32_t>());
      case 'c': {
        const std::string module = Line();
        return PushGlobal(module + "." + Line());
      }
      case 0x93: {
        const auto names = PopItems(2);
        return PushGlobal(TextFrom(names[0]) + "." + TextFrom(names[1]));
      }
      case 'Q':
        stack_.push_back(New({StorageOf(*Pop(), where_)}));
        return true;
      case 'R':
        return Call();
      case 'b':
        return Build();
      default:
        return false;
    }
  }

  bool Unknown(unsigned char code) const {
    throw Error(ErrorKind::kUnsupported,
                where_ + ": operation " + std::to_string(code) + " at byte " + std::to_string(at_) +
                    " of its pickle is none that weights need; save the weights alone: "
                    "torch.save(model.state_dict(), ...)");
  }

  std::string_view bytes_;
  const std::string& where_;
  Pickle& pickle_;
  std::size_t at_ = 0;
  std::vector<Object*> stack_;
  std::vector<std::size_t> marks_;
  std::unordered_map<std::uint64_t, Object*> memo_;
};

Pickle::Pickle(std::string_view bytes, const std::string& where) {
  PickleMachine(bytes, where, *this).Run();
}

}  // namespace winnow::pytorch
