// The parts of libvips that it keeps outside its own library.
#pragma once

#include <string_view>

#include "image/vips/start.h"

namespace winnow {

// Starts libvips without them: together they bring dozens of libraries, most for formats that are
// not read here, and take longer to load than a small picture to restore. 0 or -1, as libvips
// reports it. Where $VIPSHOME is set, libvips loads what it finds there.
int InitVipsWithoutModules();

// Loads the one that reads and writes the picture format `format`, on the first call, from
// whichever thread. Does nothing for formats without one, and for one that is not installed:
// libvips will say that it does not know the format.
void LoadVipsModule(std::string_view format);

}  // namespace winnow
