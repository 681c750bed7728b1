#include "cli/commands.h"

namespace winnow {

const std::vector<CommandRow>& Commands() {
  static const std::vector<CommandRow> rows = {
      {"restore", "Enlarge or sharpen pictures",
       "winnow restore photos/ -r -s 2 -o large/ --name '{stem}_x{scale}.{ext}'", DeclareRestore},
      {"eval", "Measure quality on a set with known answers",
       "winnow eval -m winnow-x4 --set data/Set5 --protocol y-shave4", DeclareEval},
      {"info", "Describe a model: layers, shapes, cost", "winnow info edsr --size 320x180",
       DeclareInfo},
      {"import", "Make a model file of a network of another project",
       "winnow import imdn_x4.safetensors --network imdn -s 4 -o imdn-x4.safetensors",
       DeclareImport},
      {"export", "Write a model as ONNX, or its weights, for other programs",
       "winnow export winnow-x4 -o winnow-x4.onnx", DeclareExport},
      {"synth", "Blur sharp pictures, to train on or to measure with",
       "winnow synth photos/ -o pairs/ --copies 4", DeclareSynth},
      {"train", "Train a model by a recipe", "winnow train recipes/winnow-x4.toml --run runs/x4",
       DeclareTrain},
      {"compress", "Make a sparse model of a dense one",
       "winnow compress parent-x4 --budget 0.25 --data photos/ -o sparse-x4.safetensors",
       DeclareCompress},
      {"bench", "Time a model, layer by layer", "winnow bench -m winnow-x4 --size 320x180 -j 1",
       DeclareBench},
      {"report", "Compare compressed models on a page",
       "winnow report runs/x4 runs/sparse-x4 --set data/Set5 -o report.html", DeclareReport},
  };
  return rows;
}

}  // namespace winnow
