// Progress, cancelling and messages.
#include <algorithm>

#include "library/testing.h"

namespace winnow {
namespace {

struct Progress {
  std::vector<double> fractions;
  double stop_at = 2;

  static int Note(double fraction, void* user) {
    auto* self = static_cast<Progress*>(user);
    self->fractions.push_back(fraction);
    return fraction >= self->stop_at ? 1 : 0;
  }
};

OptionsHandle TilesWith(Progress& progress) {
  OptionsHandle options(winnow_options_new());
  EXPECT_EQ(winnow_options_set_max_memory(options.get(), 300 << 10), WINNOW_OK);
  EXPECT_EQ(winnow_options_set_progress(options.get(), Progress::Note, &progress), WINNOW_OK);
  return options;
}

TEST(ProgressCallback, RisesFromNothingToAll) {
  Progress progress;
  const RestorerHandle restorer = MakeRestorer(SmallModel(), TilesWith(progress).get());
  Restored(restorer.get(), MakePicture(150, 130, 4));
  ASSERT_GT(progress.fractions.size(), 4u);
  EXPECT_EQ(progress.fractions.front(), 0);
  EXPECT_EQ(progress.fractions.back(), 1);
  EXPECT_TRUE(std::ranges::is_sorted(progress.fractions));
}

TEST(ProgressCallback, StopsAtOnceOrInBetweenAndCanGoOnAfterwards) {
  const Image image = MakePicture(150, 130);
  Progress progress;
  const RestorerHandle restorer = MakeRestorer(SmallModel(), TilesWith(progress).get());
  const Image expected = Restored(restorer.get(), image);
  for (double stop_at : {0.0, 0.5}) {
    progress = {{}, stop_at};
    Image result;
    EXPECT_EQ(RestoreInto(restorer.get(), image, result), WINNOW_CANCELLED);
    EXPECT_NE(std::string(winnow_last_error()), "");
    EXPECT_GE(progress.fractions.back(), stop_at);
    EXPECT_LT(progress.fractions.back(), 1);
  }
  progress = {};
  EXPECT_TRUE(Restored(restorer.get(), image) == expected);
}

TEST(MessageCallback, SaysWhatAUserShouldKnow) {
  std::vector<std::string> messages;
  const OptionsHandle options(winnow_options_new());
  const auto note = [](const char* text, void* user) {
    static_cast<std::vector<std::string>*>(user)->push_back(text);
  };
  ASSERT_EQ(winnow_options_set_message(options.get(), note, &messages), WINNOW_OK);
  Restored(MakeRestorer(SmallModel("rfdn"), options.get()).get(), MakePicture(16, 16));
  ASSERT_EQ(messages.size(), 1u);
  EXPECT_NE(messages[0].find("cannot work in tiles"), std::string::npos);
}

}  // namespace
}  // namespace winnow
