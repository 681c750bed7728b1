#include "training/pictures.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

#include "base/error.h"
#include "base/parallel.h"
#include "image/bicubic.h"
#include "image/codec.h"

namespace winnow {
namespace {

namespace fs = std::filesystem;

// Pixels a side that Compare needs after shaving `scale` on both (image/quality.h).
constexpr int kComparable = 11;

struct Source {
  fs::path input;  // empty: made from the target
  fs::path target;
  bool for_validation = false;
};

// What one source became.
struct Loaded {
  std::vector<PicturePair> pairs;
  std::vector<std::string> notes;
};

std::vector<fs::path> PicturesIn(const fs::path& folder) {
  if (!fs::is_directory(folder)) {
    throw Error(ErrorKind::kNotFound,
                folder.string() + ": no such folder; correct [data] in the recipe");
  }
  std::vector<fs::path> files;
  try {
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
      if (entry.is_regular_file() && !FormatOfExtension(entry.path()).empty())
        files.push_back(entry);
    }
  } catch (const fs::filesystem_error& error) {
    throw Error(ErrorKind::kIo, folder.string() + ": " + error.code().message());
  }
  if (files.empty()) {
    throw Error(ErrorKind::kInvalidArgument, folder.string() + ": holds no pictures");
  }
  std::sort(files.begin(), files.end());
  return files;
}

void AppendFolder(const fs::path& input_folder, const fs::path& target_folder, int validation_every,
                  std::vector<Source>& sources) {
  int number = 0;
  for (const fs::path& target : PicturesIn(target_folder)) {
    Source source{{}, target, validation_every > 0 && ++number % validation_every == 0};
    if (!input_folder.empty()) {
      source.input = input_folder / target.filename();
      if (!fs::exists(source.input)) {
        throw Error(ErrorKind::kNotFound, source.input.string() + ": missing; every picture of " +
                                              target_folder.string() +
                                              " needs an input of the same name");
      }
    }
    sources.push_back(std::move(source));
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
  return sources;
}

Image ToRgb8(const Image& image) {
  Image rgb(image.width(), image.height(), 3);
  for (int y = 0; y < image.height(); ++y) {
    for (int x = 0; x < image.width(); ++x) {
      for (int c = 0; c < 3; ++c) {
        const int value = image.at(y, x, image.colour_channels() == 1 ? 0 : c);
        rgb.set(y, x, c, image.bits() == 8 ? value : (value + 128) / 257);
      }
    }
  }
  return rgb;
}

Image Shrink(const Image& image, double factor) {
  constexpr int kSteps = 10000;  // factors are taken to four decimals
  const int numerator = std::max(1, static_cast<int>(std::lround(factor * kSteps)));
  return numerator == kSteps ? image : ResizeBicubic(image, numerator, kSteps);
}

Image CropToMultiple(const Image& image, int scale) {
  return Crop(image, {0, 0, image.width() / scale * scale, image.height() / scale * scale});
}

PicturePair MakePair(const Image& input, const Image& target, double shrink, int scale) {
  if (input.size_bytes() != 0) return {"", Shrink(input, shrink), Shrink(target, shrink)};
  Image sharp = CropToMultiple(Shrink(target, shrink), scale);
  return {"", ResizeBicubic(sharp, 1, scale), std::move(sharp)};
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

Loaded Load(const Source& source, const std::vector<double>& shrink, int scale, int patch) {
  const Image target = ToRgb8(ReadImage(source.target));
  const Image input = ReadInput(source, target, scale);
  const int needed = std::max(scale * patch, source.for_validation ? kComparable + 2 * scale : 1);
  Loaded loaded;
  for (double factor : source.for_validation ? std::vector<double>{1.0} : shrink) {
    const int extent = static_cast<int>(std::min(target.width(), target.height()) * factor);
    if (extent / scale * scale < needed) {
      char text[64];
      std::snprintf(text, sizeof text, ": skipped, %dx%d at factor %g is too small", target.width(),
                    target.height(), factor);
      loaded.notes.push_back(source.target.string() + text);
      continue;
    }
    loaded.pairs.push_back(MakePair(input, target, factor, scale));
    loaded.pairs.back().name = source.target.filename().string();
  }
  return loaded;
}

void CheckShrink(const DataRecipe& recipe, int scale) {
  if (!recipe.hr.empty() && scale == 1) {
    throw Error(
        ErrorKind::kInvalidArgument,
        "a network of scale 1 needs 'input' and 'target' folders; 'hr' would make both the same");
  }
  const bool shrinks =
      std::any_of(recipe.shrink.begin(), recipe.shrink.end(), [](double f) { return f != 1; });
  if (recipe.hr.empty() && scale > 1 && shrinks) {
    throw Error(
        ErrorKind::kInvalidArgument,
        "given low-resolution inputs cannot be shrunk in step with their targets; remove 'shrink'");
  }
}

}  // namespace

Pictures LoadPictures(const DataRecipe& recipe, int scale, int patch, int threads) {
  CheckShrink(recipe, scale);
  const std::vector<Source> sources = ListSources(recipe);
  std::vector<Loaded> loaded(sources.size());
  ParallelFor(static_cast<int>(sources.size()), threads,
              [&](int i) { loaded[i] = Load(sources[i], recipe.shrink, scale, patch); });
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

std::string Digest(const std::vector<PicturePair>& pairs) {
  std::uint64_t hash = 0xcbf29ce484222325u;  // FNV-1a
  const auto mix = [&hash](std::uint64_t value) { hash = (hash ^ value) * 0x100000001b3u; };
  for (const PicturePair& pair : pairs) {
    for (const Image* image : {&pair.input, &pair.target}) {
      mix(static_cast<std::uint64_t>(image->width()));
      mix(static_cast<std::uint64_t>(image->height()));
      for (std::size_t i = 0; i < image->size_bytes(); ++i) mix(image->data()[i]);
    }
  }
  char text[17];
  std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(hash));
  return text;
}

}  // namespace winnow
