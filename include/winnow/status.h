/* How functions of Winnow's C API say that something went wrong. */
#ifndef WINNOW_STATUS_H_
#define WINNOW_STATUS_H_

#include "winnow/export.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Numbers are never given a new meaning; later versions may add more. */
typedef enum winnow_status WINNOW_INT {
  WINNOW_OK = 0,
  WINNOW_INVALID_ARGUMENT = 1, /* the call makes no sense: a null pointer, a size out of range */
  WINNOW_NOT_FOUND = 2,        /* no such file, or no model of that name */
  WINNOW_CORRUPT = 3,          /* a file breaks its own format */
  WINNOW_UNSUPPORTED = 4,      /* valid, but this version, build or processor cannot do it */
  WINNOW_IO = 5,               /* the operating system refused to read or to write */
  WINNOW_OUT_OF_BUDGET = 6,    /* more memory or pixels than there is or than was allowed */
  WINNOW_CANCELLED = 7,        /* the progress callback asked to stop */
  WINNOW_INTERNAL = 8          /* a fault in Winnow: please report it */
} winnow_status;

/* The short name of a status, for example "not found"; never null. Static; any thread. */
WINNOW_API const char* winnow_status_name(winnow_status status);

/* What went wrong in the last call that failed on this thread: a sentence in English that names the
 * file or place and the remedy. Empty before any failure; calls that succeed leave it alone. Each
 * thread has its own text, which is valid until the next call that fails on the same thread. */
WINNOW_API const char* winnow_last_error(void);

#ifdef __cplusplus
}
#endif

#endif /* WINNOW_STATUS_H_ */
