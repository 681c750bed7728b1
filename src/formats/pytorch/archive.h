// The zip file that torch.save writes.
#pragma once

#include <map>
#include <string>
#include <string_view>

namespace winnow::pytorch {

// The files of the archive by name, without the folder that all share: contents of data.pkl,
// byteorder and data/..., names alone of others. Contents are compared with their checksums; one of
// 0 stands for none, as newer versions of torch.save write where they are told not to compute them.
// Errors: kCorrupt; kUnsupported for compressed files, which torch.save does not write.
std::map<std::string, std::string> ReadArchive(std::string_view bytes, const std::string& where);

}  // namespace winnow::pytorch
