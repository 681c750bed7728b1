#include "training/pictures.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "base/digest.h"
#include "base/error.h"
#include "base/parallel.h"
#include "image/bicubic.h"
#include "image/codec.h"
#include "image/folders.h"

namespace winnow {
namespace {

namespace fs = std::filesystem;

// Pixels a side that Compare needs after shaving `scale` on both (image/quality.h).
constexpr int kComparable = 11;
// Pixels a side of a photo for validation: a teacher's result is held for each.
constexpr int kMostOfPhoto = 256;

struct Source {
  fs::path input;  // empty: made from the target
  fs::path target;
  bool photo = false;  // the target is the input, of something that is not known
  bool for_validation = false;
  std::uint64_t number = 0;  // in the list of all
};

// What one source became.
struct Loaded {
  std::vector<PicturePair> pairs;
  std::vector<std::string> notes;
};

void AppendFolder(const fs::path& input_folder, const fs::path& target_folder, int validation_every,
                  std::vector<Source>& sources) {
  int number = 0;
  for (const fs::path& target : PicturesIn(target_folder)) {
    Source source;
    source.target = target;
    source.for_validation = validation_every > 0 && ++number % validation_every == 0;
    if (!input_folder.empty()) {
      source.input = input_folder / target.filename();
      if (!fs::exists(source.input)) {
        throw Error(ErrorKind::kNotFound, source.input.string() + ": missing; every picture of " +
                                              target_folder.string() +
                                              " needs an input of the same name");
      }
    }
    source.number = sources.size();
    sources.push_back(std::move(source));
  }
}

void AppendPairs(const fs::path& folder, const DataRecipe& recipe, std::vector<Source>& sources) {
  const auto pairs = FindDeblurringPairs(folder, recipe.pairs_input);
  if (pairs.empty()) {
    throw Error(ErrorKind::kNotFound,
                folder.string() + ": holds no folders " + recipe.pairs_input +
                    " and sharp, nor do its subfolders; correct 'pairs' in the recipe");
  }
  for (const FolderPair& pair : pairs) {
    AppendFolder(pair.input, pair.target, recipe.validation_every, sources);
  }
}

std::vector<Source> ListSources(const DataRecipe& recipe) {
  std::vector<Source> sources;
  for (const fs::path& folder : recipe.hr) {
    AppendFolder({}, folder, recipe.validation_every, sources);
  }
  for (std::size_t i = 0; i < recipe.target.size(); ++i) {
    AppendFolder(recipe.input[i], recipe.target[i], recipe.validation_every, sources);
  }
  for (const fs::path& folder : recipe.pairs) {
    AppendPairs(folder, recipe, sources);
  }
  const std::size_t before = sources.size();
  for (const fs::path& folder : recipe.photos) {
    AppendFolder({}, folder, recipe.validation_every, sources);
  }
  for (std::size_t i = before; i < sources.size(); ++i) sources[i].photo = true;
  return sources;
}

Image Resized(const Image& image, double factor) {
  constexpr int kSteps = 10000;  // factors are taken to four decimals
  const int numerator = std::max(1, static_cast<int>(std::lround(factor * kSteps)));
  return numerator == kSteps ? image : ResizeBicubic(image, numerator, kSteps);
}

Image CropToMultiple(const Image& image, int scale) {
  return Crop(image, {0, 0, image.width() / scale * scale, image.height() / scale * scale});
}

Image Middle(const Image& image) {
  const int width = std::min(image.width(), kMostOfPhoto);
  const int height = std::min(image.height(), kMostOfPhoto);
  return Crop(image, {(image.width() - width) / 2, (image.height() - height) / 2, width, height});
}

Image ReadInput(const Source& source, const Image& target, int scale) {
  if (source.input.empty()) return {};
  Image input = ToRgb8(ReadImage(source.input));
  if (input.width() * scale == target.width() && input.height() * scale == target.height())
    return input;
  throw Error(ErrorKind::kInvalidArgument, source.input.string() + ": must be 1/" +
                                               std::to_string(scale) + " of the extent of " +
                                               source.target.string());
}

// What all pictures have in common.
struct Loading {
  const DataRecipe& recipe;
  int scale;
  int patch;

  PicturePair MakePair(const Image& input, const Image& target, double factor,
                       const Source& source) const {
    const std::string name = source.target.filename().string();
    if (source.photo) {
      Image photo = Resized(target, factor);
      return {name, source.for_validation ? Middle(photo) : std::move(photo), {}};
    }
    if (input.size_bytes() != 0) return {name, Resized(input, factor), Resized(target, factor)};
    Image sharp = CropToMultiple(Resized(target, factor), scale);
    Image made;
    if (!recipe.blur) {
      made = ResizeBicubic(sharp, 1, scale);
    } else if (source.for_validation) {
      made = Blur(sharp, {0, 0, sharp.width(), sharp.height()}, *recipe.blur, source.number);
    }
    return {name, std::move(made), std::move(sharp)};
  }
};

// Targets are watched as they are; photos as the network mostly gets them.
std::vector<double> ValidationFactors(const DataRecipe& recipe, const Source& source) {
  return {source.photo ? recipe.sizes.front() : 1.0};
}

Loaded Load(const Source& source, const Loading& loading) {
  const auto& [recipe, network_scale, patch] = loading;
  const int scale = source.photo ? 1 : network_scale;  // of the picture to the input
  const Image target = ToRgb8(ReadImage(source.target));
  const Image input = ReadInput(source, target, scale);
  const int needed = std::max(scale * patch, source.for_validation ? kComparable + 2 * scale : 1);
  Loaded loaded;
  for (double factor : source.for_validation ? ValidationFactors(recipe, source) : recipe.sizes) {
    const int extent = static_cast<int>(std::min(target.width(), target.height()) * factor);
    if (extent / scale * scale < needed) {
      char text[64];
      std::snprintf(text, sizeof text, ": skipped, %dx%d at factor %g is too small", target.width(),
                    target.height(), factor);
      loaded.notes.push_back(source.target.string() + text);
      continue;
    }
    loaded.pairs.push_back(loading.MakePair(input, target, factor, source));
  }
  return loaded;
}

void CheckScale(const DataRecipe& recipe, int scale) {
  if (!recipe.hr.empty() && scale == 1 && !recipe.blur) {
    throw Error(ErrorKind::kInvalidArgument,
                "a network of scale 1 needs pairs, or a section [data.blur] that says how to blur "
                "the pictures of 'hr', or 'photos' and a teacher");
  }
  if (recipe.blur && scale != 1) {
    throw Error(ErrorKind::kInvalidArgument,
                "[data.blur] is for networks of scale 1, not " + std::to_string(scale));
  }
  const bool resizes =
      std::any_of(recipe.sizes.begin(), recipe.sizes.end(), [](double f) { return f != 1; });
  const bool pairs = !recipe.target.empty() || !recipe.pairs.empty();
  if (pairs && scale > 1 && resizes) {
    throw Error(
        ErrorKind::kInvalidArgument,
        "given low-resolution inputs cannot be resized in step with their targets; remove 'sizes'");
  }
}

}  // namespace

Pictures LoadPictures(const DataRecipe& recipe, int scale, int patch, int threads) {
  CheckScale(recipe, scale);
  const std::vector<Source> sources = ListSources(recipe);
  std::vector<Loaded> loaded(sources.size());
  ParallelFor(static_cast<int>(sources.size()), threads, [&](int i) {
    loaded[i] = Load(sources[i], {recipe, scale, patch});
  });
  Pictures pictures;
  for (std::size_t i = 0; i < sources.size(); ++i) {
    auto& list = sources[i].for_validation ? pictures.validation : pictures.training;
    std::move(loaded[i].pairs.begin(), loaded[i].pairs.end(), std::back_inserter(list));
    std::move(loaded[i].notes.begin(), loaded[i].notes.end(), std::back_inserter(pictures.notes));
  }
  if (pictures.training.empty()) {
    throw Error(ErrorKind::kInvalidArgument,
                "no picture is left to train on; give larger ones, or a smaller 'patch' than " +
                    std::to_string(patch));
  }
  return pictures;
}

std::string DigestOf(const std::vector<PicturePair>& pairs) {
  Digest digest;
  for (const PicturePair& pair : pairs) {
    for (const Image* image : {&pair.input, &pair.target}) {
      digest.Add(static_cast<std::uint64_t>(image->width()));
      digest.Add(static_cast<std::uint64_t>(image->height()));
      digest.AddEach(std::span(image->data(), image->size_bytes()));
    }
  }
  return digest.Hex();
}

}  // namespace winnow
