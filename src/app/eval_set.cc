#include "app/eval_set.h"

#include <algorithm>

#include "base/error.h"
#include "image/bicubic.h"
#include "image/codec.h"

namespace winnow {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> PicturesIn(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.is_regular_file() && !FormatOfExtension(entry.path()).empty()) {
      files.push_back(entry.path());
    }
  }
  if (files.empty()) {
    throw Error(ErrorKind::kInvalidArgument, folder.string() + ": no picture in this folder");
  }
  std::sort(files.begin(), files.end());
  return files;
}

// The picture called `stem` in `folder`, whatever its format.
fs::path FindPartner(const fs::path& folder, const std::string& stem, const fs::path& target) {
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
    if (entry.path().stem() == stem && !FormatOfExtension(entry.path()).empty())
      return entry.path();
  }
  throw Error(ErrorKind::kNotFound,
              target.string() + ": has no partner '" + stem + "' in " + folder.string());
}

std::string NameOf(const fs::path& folder) {
  const fs::path absolute = fs::absolute(folder).lexically_normal();
  return (absolute.has_filename() ? absolute : absolute.parent_path()).filename().string();
}

}  // namespace

EvalSet FindEvalSet(const fs::path& folder, int scale) {
  if (!fs::is_directory(folder)) {
    throw Error(ErrorKind::kNotFound, folder.string() + ": no such folder");
  }
  const std::string factor = std::to_string(scale);
  fs::path targets = folder;
  fs::path inputs;
  std::string suffix;
  if (fs::is_directory(folder / "sharp") && fs::is_directory(folder / "blur")) {
    targets = folder / "sharp";
    inputs = folder / "blur";
  } else if (fs::is_directory(folder / "HR")) {
    targets = folder / "HR";
    if (fs::is_directory(folder / "LR_bicubic")) {
      inputs = folder / "LR_bicubic" / ("X" + factor);
      suffix = "x" + factor;
      if (!fs::is_directory(inputs)) {
        throw Error(ErrorKind::kNotFound,
                    inputs.string() + ": no such folder; this set has no x" + factor + " inputs");
      }
    }
  }
  if (inputs.empty() && scale == 1) {
    throw Error(ErrorKind::kInvalidArgument,
                folder.string() + ": a deblurring set has the folders blur and sharp");
  }
  EvalSet set{.name = NameOf(folder), .pairs = {}};
  for (const fs::path& target : PicturesIn(targets)) {
    const std::string stem = target.stem().string();
    set.pairs.push_back(
        {stem, inputs.empty() ? fs::path() : FindPartner(inputs, stem + suffix, target), target});
  }
  return set;
}

EvalImages ReadPair(const EvalPair& pair, int scale) {
  Image target = ReadImage(pair.target);
  if (!pair.input.empty()) return {ReadImage(pair.input), std::move(target)};
  if (target.width() < scale || target.height() < scale) {
    throw Error(ErrorKind::kInvalidArgument, pair.target.string() + ": too small for this scale");
  }
  target = Crop(target, {0, 0, target.width() / scale * scale, target.height() / scale * scale});
  Image input = ResizeBicubic(target, 1, scale);
  return {std::move(input), std::move(target)};
}

}  // namespace winnow
