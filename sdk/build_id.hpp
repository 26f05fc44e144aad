#pragma once

#include <string>

namespace theus {

// The GNU build id of this program, which its linker made of all that is in it, in hexadecimal:
// `readelf -n` shows the same. "" for a program without one (-Wl,--build-id makes it).
std::string own_build_id();

}  // namespace theus
