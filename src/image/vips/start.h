// What reading and writing share of libvips: start-up, ownership, errors.
#pragma once

#include <vips/vips.h>

#include <memory>
#include <string>

namespace winnow {

struct Unref {
  void operator()(void* object) const { g_object_unref(object); }
};
template <typename T>
using VipsPtr = std::unique_ptr<T, Unref>;

// Starts libvips on the first call, from whichever thread. Errors: kUnsupported.
void StartVips();

// Blocks what libvips itself calls untrusted, among the operations that are known by now.
void AllowTrustedOperations();

// The accumulated messages of libvips in one line, and clears them. They are common to all threads.
std::string TakeVipsError();

}  // namespace winnow
