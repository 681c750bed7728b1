// The number types that peers compute in.
#pragma once

namespace winnow::peers {

// Of weights and activations; bfloat16 products are added up in float32.
enum class Precision { kFloat32, kBfloat16 };

}  // namespace winnow::peers
