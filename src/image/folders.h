// Pictures in folders, and folders in pairs.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace winnow {

// The files of `folder` whose extension is a picture's, in name order, without those of subfolders.
// Errors: kNotFound (no such folder), kInvalidArgument (no picture in it), kIo.
std::vector<std::filesystem::path> PicturesIn(const std::filesystem::path& folder);

struct FolderPair {
  std::filesystem::path input;   // blurred
  std::filesystem::path target;  // sharp
  std::string sequence;  // name of the folder that holds both; empty for the one asked about
};

// How deblurring sets lie: FOLDER/`input` and FOLDER/sharp, or, as GOPRO does, the two in every
// subfolder, a sequence each, in name order. `input` is "blur" or, where light was averaged with a
// gamma curve, "blur_gamma". Empty for any other folder. Errors: kIo.
std::vector<FolderPair> FindDeblurringPairs(const std::filesystem::path& folder,
                                            const std::string& input);

}  // namespace winnow
