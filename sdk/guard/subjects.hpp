#pragma once

namespace theus::guard {

// One in each file whose functions stand in front of libc's: whoever mentions them all makes the
// linker take all of those files out of the library.
extern const char stands_before_clocks;
extern const char stands_before_files;
extern const char stands_before_printing;
extern const char stands_before_randomness;
extern const char stands_before_sockets;
extern const char stands_before_streams;
extern const char stands_before_the_process;
extern const char stands_before_threads;

}  // namespace theus::guard
