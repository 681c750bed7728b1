/* Winnow's version: of the headers at compile time, of the library at run time. */
#ifndef WINNOW_VERSION_H_
#define WINNOW_VERSION_H_

#include "winnow/export.h"

#define WINNOW_VERSION_MAJOR 0
#define WINNOW_VERSION_MINOR 1
#define WINNOW_VERSION_PATCH 0

/* One number to compare by: 0x00MMmmpp, one byte each of major, minor and patch. */
#define WINNOW_MAKE_VERSION(major, minor, patch) \
  (((unsigned)(major) << 16) | ((unsigned)(minor) << 8) | (unsigned)(patch))
#define WINNOW_VERSION_NUMBER \
  WINNOW_MAKE_VERSION(WINNOW_VERSION_MAJOR, WINNOW_VERSION_MINOR, WINNOW_VERSION_PATCH)

#define WINNOW_STRINGIFY_(x) #x
#define WINNOW_STRINGIFY(x) WINNOW_STRINGIFY_(x)
/* "0.1.0" */
#define WINNOW_VERSION_STRING            \
  WINNOW_STRINGIFY(WINNOW_VERSION_MAJOR) \
  "." WINNOW_STRINGIFY(WINNOW_VERSION_MINOR) "." WINNOW_STRINGIFY(WINNOW_VERSION_PATCH)

#ifdef __cplusplus
extern "C" {
#endif

/* WINNOW_VERSION_NUMBER and WINNOW_VERSION_STRING of the library that runs. A program works with
 * any library of the same major version that is not older than the headers it was compiled with;
 * while the major version is 0, the minor one must be the same. The file name of the shared library
 * says as much: its SONAME changes when that is no longer so. */
WINNOW_API unsigned winnow_version(void);
WINNOW_API const char* winnow_version_string(void);

#ifdef __cplusplus
}
#endif

#endif /* WINNOW_VERSION_H_ */
