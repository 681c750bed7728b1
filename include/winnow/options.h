/* How to restore: what `winnow restore` takes as options. */
#ifndef WINNOW_OPTIONS_H_
#define WINNOW_OPTIONS_H_

#include <stdint.h>

#include "winnow/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Opaque. One thread at a time may set something; a restorer keeps a copy of what was set. Every
 * function returns WINNOW_INVALID_ARGUMENT for a value out of range, and then changes nothing. */
typedef struct winnow_options winnow_options;

/* Everything at its default; null where memory is out. To be freed by winnow_options_free. */
WINNOW_API winnow_options* winnow_options_new(void);
WINNOW_API void winnow_options_free(winnow_options* options); /* null is allowed */

/* Extent of the result / extent of the input, 1 .. the model's. Below the model's the result is
 * shrunk bicubically. 0, the default: the model's. */
WINNOW_API winnow_status winnow_options_set_scale(winnow_options* options, int scale);

/* Threads that compute, 1 .. 1024, of which the calling one is one; 0, the default: one for every
 * processor. Never changes a result. */
WINNOW_API winnow_status winnow_options_set_threads(winnow_options* options, int threads);

/* Bytes that the network's intermediate results may take: larger pictures are worked on in tiles,
 * and the rows of picture in work take at most as much again. 0, the default: 512 MiB, more where
 * a network looks so far that such tiles would be mostly margin. */
WINNOW_API winnow_status winnow_options_set_max_memory(winnow_options* options, int64_t bytes);

typedef enum winnow_precision WINNOW_INT {
  WINNOW_EXACT = 0, /* float; the same bits with any threads, memory and tiles */
  WINNOW_FAST = 1,  /* float with fewer multiplications; the last bits depend on the tiles */
  WINNOW_BF16 = 2,  /* WINNOW_FAST, and factors of 8 significant bits where faster; the last bits
                       depend on the tiles; AVX512_BF16 or AMX */
  WINNOW_FP16 = 3   /* half precision throughout; the same bits with any threads, memory and tiles;
                       AVX512-FP16 */
} winnow_precision;

/* The default is WINNOW_EXACT. What the processor cannot do is refused by winnow_restorer_new, as
 * WINNOW_UNSUPPORTED. */
WINNOW_API winnow_status winnow_options_set_precision(winnow_options* options,
                                                      winnow_precision precision);

/* 1: the mean of what the network makes of the picture in its eight orientations (quarter turns,
 * mirrored or not), which is a little better and takes eight times as long. 0, the default: the
 * picture as it is. */
WINNOW_API winnow_status winnow_options_set_ensemble(winnow_options* options, int ensemble);

/* Called with the fraction done, 0 at first, never less than before, 1 at last; any other value
 * than 0 that it returns stops the work with WINNOW_CANCELLED. Called between tiles, with an
 * ensemble between their orientations too; with files from threads of the library, but never from
 * two at once. It must not throw, nor use the restorer. `user` is handed through. Null, the
 * default: no calls. */
typedef int (*winnow_progress)(double fraction, void* user);
WINNOW_API winnow_status winnow_options_set_progress(winnow_options* options,
                                                     winnow_progress progress, void* user);

/* Called with what a user should know, one sentence each, for example that a network cannot work
 * in tiles. The text is valid during the call. Threads and the rest as for progress. */
typedef void (*winnow_message)(const char* text, void* user);
WINNOW_API winnow_status winnow_options_set_message(winnow_options* options, winnow_message message,
                                                    void* user);

/* Of files alone. */

/* Format to write: "png", "jpeg", "webp", "tiff", "avif", "heif" or "jxl". Null, the default: by
 * the name of the output, else that of the input. */
WINNOW_API winnow_status winnow_options_set_format(winnow_options* options, const char* format);
/* Of lossy formats, 1 .. 100; 0, the default: what is usual for the format. */
WINNOW_API winnow_status winnow_options_set_quality(winnow_options* options, int quality);
/* Larger inputs are refused before they are decoded; at least 1, 400 million by default. */
WINNOW_API winnow_status winnow_options_set_max_pixels(winnow_options* options, int64_t pixels);

#ifdef __cplusplus
}
#endif

#endif /* WINNOW_OPTIONS_H_ */
