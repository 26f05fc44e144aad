#include <sys/time.h>
#include <sys/times.h>

#include <ctime>

#include "subjects.hpp"
#include "thread_watch.hpp"

// A clock that is not asked says the turn's time.
namespace {

int say_turn_time(timespec* t) {
  const auto now = theus::guard::turn_time();
  if (t != nullptr) *t = {now.seconds, now.nanoseconds};
  return 0;
}

int say_turn_time(timeval* t) {
  const auto now = theus::guard::turn_time();
  if (t != nullptr) *t = {now.seconds, now.nanoseconds / 1'000};
  return 0;
}

std::time_t say_turn_time(std::time_t* t) {
  const std::time_t now = theus::guard::turn_time().seconds;
  if (t != nullptr) *t = now;
  return now;
}

}  // namespace

const char theus::guard::stands_before_clocks = 0;

THEUS_WATCHED_CALL(clock_gettime, int, (clockid_t which, timespec* t), (which, t), say_turn_time(t))
THEUS_WATCHED_CALL(gettimeofday, int, (timeval * t, void* zone), (t, zone), say_turn_time(t))
THEUS_WATCHED_CALL(time, std::time_t, (std::time_t* t), (t), say_turn_time(t))
THEUS_WATCHED_CALL(timespec_get, int, (timespec * t, int base), (t, base), (say_turn_time(t), base))
THEUS_WATCHED_CALL(clock, std::clock_t, (), (), theus::guard::refused(std::clock_t(-1)))
THEUS_WATCHED_CALL(times, std::clock_t, (tms * t), (t), theus::guard::refused(std::clock_t(-1)))

// They read the machine's time zone.
THEUS_SEEN_CALL(localtime, std::tm*, (const std::time_t* t), (t))
THEUS_SEEN_CALL(localtime_r, std::tm*, (const std::time_t* t, std::tm* to), (t, to))
THEUS_SEEN_CALL(mktime, std::time_t, (std::tm * t), (t))
THEUS_SEEN_CALL(ctime, char*, (const std::time_t* t), (t))
THEUS_SEEN_CALL(ctime_r, char*, (const std::time_t* t, char* to), (t, to))
THEUS_WATCHED(tzset, tzset, void, (), (), true, true, void())
