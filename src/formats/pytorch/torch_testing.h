// Files as torch.save writes them, byte by byte.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

namespace winnow {

// Pickle operations, as text to be joined.
inline std::string Little(std::uint64_t value, int bytes) {
  return std::string(reinterpret_cast<const char*>(&value), static_cast<std::size_t>(bytes));
}
inline std::string PickleText(const std::string& text) {
  return "X" + Little(text.size(), 4) + text;
}
inline std::string PickleInt(std::int32_t value) {
  return "J" + Little(static_cast<std::uint32_t>(value), 4);
}
inline std::string PickleGlobal(const std::string& module, const std::string& name) {
  return "c" + module + "\n" + name + "\n";
}
inline std::string PickleTuple(const std::vector<std::int64_t>& values) {
  std::string text = "(";
  for (std::int64_t v : values) text += PickleInt(static_cast<std::int32_t>(v));
  return text + "t";
}
inline std::string Pickled(const std::string& operations) {
  return std::string("\x80\x02", 2) + operations + ".";
}

// A tensor as a pickle refers to it.
struct PickledTensor {
  std::string name;
  std::vector<std::int64_t> sizes;
  std::vector<std::int64_t> strides;
  std::int64_t elements = 0;  // of its storage
  std::int64_t offset = 0;
  std::string storage = "FloatStorage";
  bool legacy = false;

  std::string Operations(const std::string& key) const {
    std::string text = PickleGlobal("torch._utils", "_rebuild_tensor_v2") + "((" +
                       PickleText("storage") + PickleGlobal("torch", storage) + PickleText(key) +
                       PickleText("cpu") + PickleInt(static_cast<std::int32_t>(elements));
    if (legacy) text += "N";
    return text + "tQ" + PickleInt(static_cast<std::int32_t>(offset)) + PickleTuple(sizes) +
           PickleTuple(strides) + "\x89" + PickleGlobal("collections", "OrderedDict") + ")RtR";
  }
};

// {name: tensor, ...}; the storages are "0", "1", ...
inline std::string StateDict(const std::vector<PickledTensor>& tensors) {
  std::string text = PickleGlobal("collections", "OrderedDict") + ")R(";
  for (std::size_t i = 0; i < tensors.size(); ++i) {
    text += PickleText(tensors[i].name) + tensors[i].Operations(std::to_string(i));
  }
  return text + "u";
}

// A zip file of stored entries.
inline std::string ZipOf(const std::vector<std::pair<std::string, std::string>>& files) {
  const auto crc = [](const std::string& bytes) {
    std::uint32_t sum = ~0u;
    for (unsigned char c : bytes) {
      sum ^= c;
      for (int i = 0; i < 8; ++i) sum = sum >> 1 ^ (sum & 1 ? 0xedb88320u : 0);
    }
    return ~sum;
  };
  std::string zip;
  std::string directory;
  for (const auto& [name, contents] : files) {
    const std::string common = Little(0, 2) + Little(0, 2) + Little(0, 4) +
                               Little(crc(contents), 4) + Little(contents.size(), 4) +
                               Little(contents.size(), 4) + Little(name.size(), 2) + Little(0, 2);
    directory += "PK\x01\x02" + Little(20, 2) + Little(20, 2) + common + Little(0, 2) +
                 Little(0, 2) + Little(0, 2) + Little(0, 4) + Little(zip.size(), 4) + name;
    zip += "PK\x03\x04" + Little(20, 2) + common + name + contents;
  }
  const std::string end = Little(0, 4) + Little(files.size(), 2) + Little(files.size(), 2) +
                          Little(directory.size(), 4) + Little(zip.size(), 4) + Little(0, 2);
  return zip + directory + "PK\x05\x06" + end;
}

inline std::string Floats(const std::vector<float>& values) {
  return std::string(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float));
}

// The older kind: pickles one behind the other, then the storages.
inline std::string LegacyFile(std::vector<PickledTensor> tensors,
                              const std::vector<std::string>& data) {
  for (PickledTensor& tensor : tensors) tensor.legacy = true;
  std::string text = Pickled("\x8a\x0a" + std::string("\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19"));
  text += Pickled("M" + Little(1001, 2)) + Pickled("}") + Pickled(StateDict(tensors));
  std::string keys = "](";
  for (std::size_t i = 0; i < tensors.size(); ++i) keys += PickleText(std::to_string(i));
  text += Pickled(keys + "e");
  for (std::size_t i = 0; i < data.size(); ++i) {
    text += Little(static_cast<std::uint64_t>(tensors[i].elements), 8) + data[i];
  }
  return text;
}

}  // namespace winnow
