/* What every declaration of Winnow's C API carries. */
#ifndef WINNOW_EXPORT_H_
#define WINNOW_EXPORT_H_

/* Visible outside of the shared library. */
#if defined(__GNUC__)
#define WINNOW_API __attribute__((visibility("default")))
#else
#define WINNOW_API
#endif

/* Enumerations are ints: C++ could not look at a number that comes in without a name else. */
#if defined(__cplusplus)
#define WINNOW_INT : int
#else
#define WINNOW_INT
#endif

/* The status that a function returns must be looked at. */
#if defined(__GNUC__)
#define WINNOW_MUST_CHECK __attribute__((warn_unused_result))
#else
#define WINNOW_MUST_CHECK
#endif

#endif /* WINNOW_EXPORT_H_ */
