#include <sys/types.h>

#include <cstddef>

#include "subjects.hpp"
#include "thread_watch.hpp"

const char theus::guard::stands_before_randomness = 0;

THEUS_WATCHED_CALL(getrandom, ssize_t, (void* to, std::size_t size, unsigned flags),
                   (to, size, flags), theus::guard::refused(ssize_t(-1)))
THEUS_WATCHED_CALL(getentropy, int, (void* to, std::size_t size), (to, size),
                   theus::guard::refused(-1))
THEUS_SEEN_CALL(rand, int, (), ())
THEUS_SEEN_CALL(random, long, (), ())
THEUS_SEEN_CALL(drand48, double, (), ())
THEUS_SEEN_CALL(lrand48, long, (), ())
THEUS_SEEN_CALL(mrand48, long, (), ())
THEUS_SEEN_CALL(arc4random, unsigned, (), ())
THEUS_WATCHED(srand, srand, void, (unsigned seed), (seed), true, true, void())
THEUS_WATCHED(srandom, srandom, void, (unsigned seed), (seed), true, true, void())

// std::random_device asks the processor. Weak: with -static-libstdc++ its own definition is linked,
// and only the audit finds it.
extern "C" [[gnu::weak, gnu::visibility("default")]] unsigned theus_watched_random_device(
    void* device) __asm__("_ZNSt13random_device9_M_getvalEv");
extern "C" unsigned theus_watched_random_device(void* device) {
  using function = unsigned (*)(void*);
  static constinit std::atomic<function> real{nullptr};
  if (theus::guard::current != nullptr) [[unlikely]] {
    theus::guard::lets_through(theus::guard::number_of("random_device"), false,
                               __builtin_return_address(0));
  }
  function next = real.load(std::memory_order_relaxed);
  if (next == nullptr) [[unlikely]] {
    next = reinterpret_cast<function>(theus::guard::find_real("_ZNSt13random_device9_M_getvalEv"));
    real.store(next, std::memory_order_relaxed);
  }
  return next(device);
}
