#include "app/eval_set.h"

#include "base/error.h"
#include "image/bicubic.h"
#include "image/codec.h"
#include "image/folders.h"

namespace winnow {
namespace {

namespace fs = std::filesystem;

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

// The targets of `targets`, whose inputs in `inputs` have `suffix` after their names; no inputs
// where that is empty.
void AddPairs(const fs::path& inputs, const fs::path& targets, const std::string& prefix,
              const std::string& suffix, EvalSet& set) {
  for (const fs::path& target : PicturesIn(targets)) {
    const std::string stem = target.stem().string();
    set.pairs.push_back({prefix + stem,
                         inputs.empty() ? fs::path() : FindPartner(inputs, stem + suffix, target),
                         target});
  }
}

void AddSuperResolutionPairs(const fs::path& folder, int scale, EvalSet& set) {
  const bool published = fs::is_directory(folder / "HR");
  fs::path inputs;
  if (published && fs::is_directory(folder / "LR_bicubic")) {
    inputs = folder / "LR_bicubic" / ("X" + std::to_string(scale));
    if (!fs::is_directory(inputs)) {
      throw Error(ErrorKind::kNotFound, inputs.string() + ": no such folder; this set has no x" +
                                            std::to_string(scale) + " inputs");
    }
  }
  AddPairs(inputs, published ? folder / "HR" : folder, "", "x" + std::to_string(scale), set);
}

}  // namespace

EvalSet FindEvalSet(const fs::path& folder, int scale, const std::string& blurred) {
  if (!fs::is_directory(folder)) {
    throw Error(ErrorKind::kNotFound, folder.string() + ": no such folder");
  }
  EvalSet set{.name = NameOf(folder), .pairs = {}};
  const auto pairs = FindDeblurringPairs(folder, blurred);
  for (const FolderPair& pair : pairs) {
    AddPairs(pair.input, pair.target, pair.sequence.empty() ? "" : pair.sequence + "/", "", set);
  }
  if (!pairs.empty()) return set;
  if (scale == 1) {
    throw Error(ErrorKind::kInvalidArgument, folder.string() +
                                                 ": a deblurring set has the folders " + blurred +
                                                 " and sharp, or such sequences");
  }
  AddSuperResolutionPairs(folder, scale, set);
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
