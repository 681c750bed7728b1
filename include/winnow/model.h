/* Models: networks with their weights. */
#ifndef WINNOW_MODEL_H_
#define WINNOW_MODEL_H_

#include <stddef.h>
#include <stdint.h>

#include "winnow/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Opaque, and never changed once loaded: any number of threads may use one at a time. */
typedef struct winnow_model winnow_model;

/* Loads a model by the name of a built-in one, "winnow-x4", or by the path of a model file; a file
 * of the name goes first. Built-in models are looked for in the folder $WINNOW_MODELS, then in
 * share/winnow/models of where the library is installed.
 * On success *model is the caller's, to be freed by winnow_model_free; on failure it is null.
 * WINNOW_NOT_FOUND, WINNOW_CORRUPT, WINNOW_UNSUPPORTED (made by a newer version), WINNOW_IO. */
WINNOW_API winnow_status winnow_model_load(const char* name_or_path,
                                           winnow_model** model) WINNOW_MUST_CHECK;

/* The built-in model for a task, "super-resolution" or "deblurring", and an enlargement `scale`
 * times; 0: the usual one. As winnow_model_load; WINNOW_INVALID_ARGUMENT where there is none. */
WINNOW_API winnow_status winnow_model_load_default(const char* task, int scale,
                                                   winnow_model** model) WINNOW_MUST_CHECK;

/* From the bytes of a model file in memory, which may go after the call. */
WINNOW_API winnow_status winnow_model_from_memory(const void* bytes, size_t size,
                                                  winnow_model** model) WINNOW_MUST_CHECK;

/* Frees the caller's hold; restorers made of the model go on working. Null is allowed. */
WINNOW_API void winnow_model_free(winnow_model* model);

/* Calls `visit` with the name of every built-in model that is there, in alphabetical order. The
 * text is valid during the call alone. */
WINNOW_API winnow_status winnow_model_each(void (*visit)(const char* name, void* user), void* user);

/* About the model; the texts live as long as it does. None of these fails but for a null model,
 * where they return null or 0. */
WINNOW_API const char* winnow_model_name(const winnow_model* model);
/* The network's name, "edsr", or "imported". */
WINNOW_API const char* winnow_model_network(const winnow_model* model);
/* "super-resolution" or "deblurring". */
WINNOW_API const char* winnow_model_task(const winnow_model* model);
/* The licence of the weights: an SPDX expression, or "unknown". */
WINNOW_API const char* winnow_model_licence(const winnow_model* model);
/* Extent of the result / extent of the input: 4, or 1 where the size is kept. */
WINNOW_API int winnow_model_scale(const winnow_model* model);
/* Numbers the model consists of, without those that were pruned: weights, biases and the like. */
WINNOW_API int64_t winnow_model_parameters(const winnow_model* model);
/* How many input pixels beyond the one it lies on, on any side, an output pixel can depend on; -1
 * where that is the whole picture, which then is not cut into tiles. */
WINNOW_API int winnow_model_receptive_field(const winnow_model* model);

/* Multiply-adds of the convolutions for an input of width x height pixels: with all weights, and
 * with those that were not pruned; either pointer may be null. WINNOW_INVALID_ARGUMENT for a size
 * that the network cannot take. */
WINNOW_API winnow_status winnow_model_macs(const winnow_model* model, int width, int height,
                                           int64_t* dense, int64_t* sparse) WINNOW_MUST_CHECK;

#ifdef __cplusplus
}
#endif

#endif /* WINNOW_MODEL_H_ */
