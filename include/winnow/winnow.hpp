// Winnow's C++ API (C++17): a thin layer over the C API, in headers alone, so that the library's
// binary interface is that of C.
//
//   winnow::Restorer restorer(winnow::Model::Load("winnow-x4"));
//   restorer.RestoreFile("small.jpg", "large.png");
//
// Functions throw winnow::Error; objects free themselves. The classes are in the inline namespace
// winnow::v1, which keeps them apart from those of other versions and from the library's own.
#pragma once

#include "winnow/error.hpp"
#include "winnow/model.hpp"
#include "winnow/options.hpp"
#include "winnow/restorer.hpp"
#include "winnow/winnow.h"
