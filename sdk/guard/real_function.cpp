#include "real_function.hpp"

#include <dlfcn.h>

#include <cstdio>
#include <cstdlib>

#include "loaded_object.hpp"
#include "thread_watch.hpp"

namespace theus::guard {
namespace {

const char in_this_object = 0;

}  // namespace

// A sanitizer's function calls the next one in the order of symbols. Where the guard is in a shared
// library, that is the guard's.
void* find_real(const char* name, void* sanitizers) noexcept {
  const unwatched by_itself;
  static const bool comes_first = loaded_object::program().holds(&in_this_object);
  return sanitizers != nullptr && comes_first ? sanitizers : ::dlsym(RTLD_NEXT, name);
}

void stop_without_real(const char* name) noexcept {
  const unwatched by_itself;
  std::fprintf(stderr,
               "theus: there is no %s behind the guard's: a program that is linked with -static "
               "cannot be guarded; link libc dynamically\n",
               name);
  std::abort();
}

}  // namespace theus::guard
