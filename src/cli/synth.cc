// winnow synth: blurred pictures with their sharp originals.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "app/blurred_pairs.h"
#include "cli/commands.h"
#include "cli/console.h"
#include "cli/interrupt.h"
#include "cli/options.h"

namespace winnow {
namespace {

struct SynthArguments {
  std::string folder;
  std::string output;
  BlurredPairsOptions pairs;
  int threads = 0;
  bool json = false;
  Console console;
};

int RunSynth(SynthArguments& arguments) {
  BlurredPairsOptions& options = arguments.pairs;
  options.threads = ThreadsOf(arguments.threads);
  options.stop = CatchInterrupts();
  options.on_pair = [&](const std::string& name) { arguments.console.Progress(name); };
  const int pairs = MakeBlurredPairs(arguments.folder, arguments.output, options);
  arguments.console.EndProgress();
  if (arguments.json) {
    const nlohmann::ordered_json json = {{"folder", arguments.output}, {"pairs", pairs}};
    std::printf("%s\n", json.dump(2).c_str());
  } else {
    std::printf("%s: %d pairs\n", arguments.output.c_str(), pairs);
  }
  return 0;
}

void AddBlurOptions(CLI::App& app, BlurOptions& blur) {
  const auto add = [&app](const char* name, auto& value, const char* help) {
    app.add_option(name, value, help)->capture_default_str();
  };
  add("--sharp", blur.sharp, "Fraction of pictures left as they are");
  add("--path", blur.path, "Longest path of the camera's shake, pixels");
  add("--shortest", blur.shortest, "Shortest path of the camera's shake, pixels");
  add("--rotation", blur.rotation, "Largest turn of the camera to either side, degrees");
  add("--objects", blur.objects, "Most parts that move on their own");
  add("--object-path", blur.object_path, "Longest path of such a part, pixels");
  add("--highlights", blur.highlights, "Largest gain of clipped highlights");
  add("--noise", blur.noise, "Largest standard deviation of noise, levels of 255");
  add("--grain", blur.grain, "Largest level of what compression leaves in detail, levels of 255");
  add("--gamma", blur.gamma, "Of light; 1 averages the samples themselves");
  add("--video", blur.video, "Fraction that are averages of 7 to 13 frames of video");
}

}  // namespace

CommandBody DeclareSynth(CLI::App& app, const CommandLine&) {
  auto a = std::make_shared<SynthArguments>();
  app.add_option("folder", a->folder, "Folder of sharp pictures")->required();
  app.add_option("-o,--output", a->output, "Folder for blur/ and sharp/")->required();
  app.add_option("--copies", a->pairs.copies, "Blur each picture in so many ways")
      ->check(Between(1, 10000));
  app.add_option("--seed", a->pairs.seed, "Another seed, other blur")->capture_default_str();
  AddBlurOptions(app, a->pairs.blur);
  app.add_flag("--force", a->pairs.force, "Overwrite outputs that exist");
  AddThreads(app, a->threads);
  app.add_flag("--json", a->json, "Report as JSON");
  a->console.AddOptions(app);
  return [a] { return RunSynth(*a); };
}

}  // namespace winnow
