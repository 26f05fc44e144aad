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
THEUS_WATCHED(srand48, srand48, void, (long seed), (seed), true, true, void())
THEUS_SEEN_CALL(arc4random, unsigned, (), ())
THEUS_WATCHED(arc4random_uniform, arc4random, unsigned, (unsigned most), (most), true, false, 0)
THEUS_WATCHED(arc4random_buf, arc4random, void, (void* to, std::size_t size), (to, size), true,
              false, void())
THEUS_WATCHED(srand, srand, void, (unsigned seed), (seed), true, true, void())
THEUS_WATCHED(srandom, srandom, void, (unsigned seed), (seed), true, true, void())

// std::random_device asks the processor. Weak: with -static-libstdc++ its own definition is linked,
// and only the audit finds it.
extern "C" [[gnu::weak, gnu::visibility("default")]] unsigned theus_watched_random_device(
    void* device) __asm__("_ZNSt13random_device9_M_getvalEv");
static constinit theus::guard::real_function<unsigned(void*)> theus_real_random_device{
    "_ZNSt13random_device9_M_getvalEv", nullptr};

extern "C" unsigned theus_watched_random_device(void* device) {
  THEUS_ASK(random_device, true, false, 0)
  return theus_real_random_device.get()(device);
}
