/* Winnow's C API: enlarging and sharpening pictures with neural networks on any processor.
 *
 *   winnow_model* model;
 *   winnow_restorer* restorer;
 *   if (winnow_model_load("winnow-x4", &model) != WINNOW_OK ||
 *       winnow_restorer_new(model, NULL, &restorer) != WINNOW_OK ||
 *       winnow_restore_file(restorer, "small.jpg", "large.png") != WINNOW_OK) {
 *     fprintf(stderr, "%s\n", winnow_last_error());
 *   }
 *
 * Functions return a status; winnow_last_error() has the reason. No function prints, exits or
 * throws. Texts are UTF-8. Whoever makes an object frees it, by the function of its name. Objects
 * are opaque and the one open structure says its size, so that programs go on working with later
 * libraries (version.h).
 *
 * Compile with `pkg-config --cflags --libs winnow`, or in CMake with find_package(Winnow) and
 * Winnow::winnow. For C++ there is winnow.hpp. */
#ifndef WINNOW_WINNOW_H_
#define WINNOW_WINNOW_H_

#include "winnow/model.h"
#include "winnow/options.h"
#include "winnow/restorer.h"
#include "winnow/status.h"
#include "winnow/version.h"

#endif /* WINNOW_WINNOW_H_ */
