/* Restoring pictures in memory and in files. */
#ifndef WINNOW_RESTORER_H_
#define WINNOW_RESTORER_H_

#include <stddef.h>
#include <stdint.h>

#include "winnow/model.h"
#include "winnow/options.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A model made ready to run on this processor. Opaque. One thread at a time may use a restorer;
 * different ones may work at once. Making one takes milliseconds, and the first picture of a size
 * a little longer than those that follow it: keep it for many pictures. */
typedef struct winnow_restorer winnow_restorer;

/* On success *restorer is the caller's; on failure it is null. Neither model nor options need to
 * outlive it. Null options: the defaults. WINNOW_INVALID_ARGUMENT for a scale the model cannot
 * reach, WINNOW_UNSUPPORTED for a precision this processor lacks. */
WINNOW_API winnow_status winnow_restorer_new(const winnow_model* model,
                                             const winnow_options* options,
                                             winnow_restorer** restorer) WINNOW_MUST_CHECK;
WINNOW_API void winnow_restorer_free(winnow_restorer* restorer); /* null is allowed */

typedef enum winnow_sample WINNOW_INT {
  WINNOW_U8 = 1,  /* uint8_t, 0 .. 255 */
  WINNOW_U16 = 2, /* uint16_t in the machine's byte order, 0 .. 65535 */
  WINNOW_F32 = 3  /* float, 0 .. 1; what lies beyond is clamped, NaN counts as 0 */
} winnow_sample;

/* How a picture lies in memory. Channel c of pixel (x, y) is the sample at
 *   (const char*)pixels + y * stride + (x * channels + c) * sizeof(sample).
 * Pixels are in gamma-encoded sRGB or what the model was made for, alpha is straight (not
 * multiplied into the colours); it goes through the network like a grey picture, and stays as it is
 * where all pixels have the same. */
typedef struct winnow_layout {
  size_t struct_size; /* sizeof(winnow_layout): tells the library which version of it this is */
  int width;          /* pixels, 1 .. 16777216 */
  int height;         /* the same */
  int channels;       /* interleaved: 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha */
  winnow_sample sample;
  ptrdiff_t stride; /* bytes from a row to the next one below; negative where `pixels`, always the
                       topmost row, is stored last; 0: rows follow each other without gaps */
} winnow_layout;

/* The layout of the result for an input of layout `input`, with stride 0: extents times the scale,
 * the same channels and samples. `output->struct_size` must be set. */
WINNOW_API winnow_status winnow_restorer_output(const winnow_restorer* restorer,
                                                const winnow_layout* input,
                                                winnow_layout* output) WINNOW_MUST_CHECK;

/* Bytes that restoring such an input takes besides input and output: the network's intermediate
 * results by the engine's own account, and the rows in work. WINNOW_OUT_OF_BUDGET where the
 * options do not allow it. */
WINNOW_API winnow_status winnow_restorer_memory(const winnow_restorer* restorer,
                                                const winnow_layout* input,
                                                int64_t* bytes) WINNOW_MUST_CHECK;

/* Restores `pixels` into `result`, both the caller's, neither aligned in any way, not overlapping.
 * `output` must be as winnow_restorer_output says but for the stride; bytes between rows are not
 * touched. After a failure the content of `result` is undefined. The same bits as `winnow restore`
 * gives for a file of these pixels. WINNOW_INVALID_ARGUMENT, WINNOW_OUT_OF_BUDGET,
 * WINNOW_CANCELLED. */
WINNOW_API winnow_status winnow_restore(winnow_restorer* restorer, const winnow_layout* input,
                                        const void* pixels, const winnow_layout* output,
                                        void* result) WINNOW_MUST_CHECK;

/* Restores the picture file `input` into the file `output`, as `winnow restore` does: ICC, EXIF and
 * XMP are kept, memory is bounded, and `output` appears whole or not at all; a file that was there
 * is replaced. Its folder must be there. WINNOW_NOT_FOUND, WINNOW_CORRUPT, WINNOW_UNSUPPORTED,
 * WINNOW_IO, WINNOW_INVALID_ARGUMENT, WINNOW_OUT_OF_BUDGET, WINNOW_CANCELLED. */
WINNOW_API winnow_status winnow_restore_file(winnow_restorer* restorer, const char* input,
                                             const char* output) WINNOW_MUST_CHECK;

#ifdef __cplusplus
}
#endif

#endif /* WINNOW_RESTORER_H_ */
