#include "winnow/version.h"

unsigned winnow_version(void) { return WINNOW_VERSION_NUMBER; }

const char* winnow_version_string(void) { return WINNOW_VERSION_STRING; }
