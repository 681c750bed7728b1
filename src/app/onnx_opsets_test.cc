// One network in the forms of each opset above the one that Winnow writes.
#include <gtest/gtest.h>

#include "app/import_model.h"
#include "base/file.h"
#include "base/random.h"
#include "engine/reference.h"
#include "engine/session.h"
#include "support/foreign_onnx.h"
#include "support/temporary_folder.h"

namespace winnow {
namespace {

class OnnxOpset : public testing::TestWithParam<int> {};

TEST_P(OnnxOpset, ComputesWhatItsOperatorsMean) {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "foreign.onnx";
  WriteFile(file, ForeignNetwork(GetParam()));
  const Model model = ImportModel(file, {.range = "0..1"}).model;
  EXPECT_EQ(model.info.provenance.at("opset"), std::to_string(GetParam()));
  EXPECT_EQ(model.info.scale, 2);
  Tensor input({3, 13, 18});
  Random random(1);
  for (float& v : input.data) v = static_cast<float>(random.Uniform());
  const Tensor wanted = ForeignResult(input);
  for (const Tensor& result : {RunReference(model, input).back(),
                               Session(model, {.costs = CostSource::kBuiltIn}).Run(input)}) {
    ASSERT_EQ(result.shape, wanted.shape);
    for (std::int64_t i = 0; i < wanted.size(); ++i) {
      ASSERT_NEAR(result.data[i], wanted.data[i], 2e-6) << i;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(From17To21, OnnxOpset, testing::Range(17, 22),
                         [](const auto& info) { return std::to_string(info.param); });

}  // namespace
}  // namespace winnow
