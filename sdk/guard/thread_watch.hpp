#pragma once

#include <cerrno>
#include <cstdarg>
#include <cstddef>
#include <cstdio>

#include "theus/runtime/turn_guard.hpp"

#include "real_function.hpp"
#include "watched_calls.hpp"

namespace theus::guard {

// A guard that is asked about calls.
class call_watcher : public turn_guard {
 public:
  // Whether the call goes on to libc; see lets_through().
  virtual bool decide(std::size_t call, bool can_fail, const void* caller) = 0;
};

// Whether code of a workflow runs on this thread that somebody watches: all that the functions look
// at that stand in front of libc's.
inline bool is_watched() noexcept { return step_of_this_thread.guard != nullptr; }

// Whether the call goes on to libc. `can_fail`: there is an answer for one that does not.
// `caller`: where it returns to.
bool lets_through(std::size_t call, bool can_fail, const void* caller) noexcept;

// Nobody watches this thread while it lives.
class unwatched {
 public:
  unwatched() noexcept : guard_(step_of_this_thread.guard) { step_of_this_thread.guard = nullptr; }
  ~unwatched() { step_of_this_thread.guard = guard_; }
  unwatched(const unwatched&) = delete;
  unwatched& operator=(const unwatched&) = delete;

  turn_guard* guard() const noexcept { return guard_; }

 private:
  turn_guard* guard_;
};

// Of the turn that runs, for clocks that are not asked.
struct time_of_turn {
  long seconds;
  long nanoseconds;
};
time_of_turn turn_time() noexcept;

// What a call answers that failed because of the guard.
template <class T>
T refused(T answer) noexcept {
  errno = EPERM;
  return answer;
}

// A stream without a descriptor (open_memstream) is memory.
inline bool is_file(std::FILE* stream) noexcept {
  const int before = errno;
  const bool has_descriptor = ::fileno(stream) >= 0;
  errno = before;
  return has_descriptor;
}

}  // namespace theus::guard

// What the function `symbol` goes on to: theus_real_…, which is found when the program begins. Libc
// has to have it: the message of a search in vain is freed by the next search, and a sanitizer's
// free() may make one again.
#define THEUS_REAL_FUNCTION(symbol, result, parameters)                                           \
  extern "C"                                                                                      \
      [[gnu::weak]] result theus_sanitizer_##symbol parameters __asm__("__interceptor_" #symbol); \
  static constinit ::theus::guard::real_function<result parameters> theus_real_##symbol{          \
      #symbol, &theus_sanitizer_##symbol};                                                        \
  [[gnu::constructor]] static void theus_find_##symbol() { theus_real_##symbol.find(); }

// Asks about a call of what is listed as `call`, `when` somebody watches; one that does not go on
// answers `otherwise`.
#define THEUS_ASK(call, when, can_fail, otherwise)                                           \
  if (::theus::guard::is_watched() && (when)) [[unlikely]] {                                 \
    constexpr std::size_t call_number = ::theus::guard::number_of(#call);                    \
    if (!::theus::guard::lets_through(call_number, can_fail, __builtin_return_address(0))) { \
      return otherwise;                                                                      \
    }                                                                                        \
  }

// Defines `symbol` in front of libc's function of that name. Nobody minds unless `when`;
// `otherwise` is the answer of a call that does not go on. In the source the functions have other
// names, since libc's headers declare them with attributes and exception specifications of their
// own.
#define THEUS_WATCHED(symbol, call, result, parameters, arguments, when, can_fail, otherwise)   \
  THEUS_REAL_FUNCTION(symbol, result, parameters)                                               \
  extern "C"                                                                                    \
      [[gnu::visibility("default")]] result theus_watched_##symbol parameters __asm__(#symbol); \
  extern "C" result theus_watched_##symbol parameters {                                         \
    THEUS_ASK(call, when, can_fail, otherwise)                                                  \
    return theus_real_##symbol.get() arguments;                                                 \
  }

// One with `...`, which goes on as libc's function `listed`, which takes a va_list and is watched
// in the same file. The parameter before is named `format`.
#define THEUS_WATCHED_FORMAT(symbol, call, parameters, listed, arguments, when, otherwise)   \
  extern "C"                                                                                 \
      [[gnu::visibility("default")]] int theus_watched_##symbol parameters __asm__(#symbol); \
  extern "C" int theus_watched_##symbol parameters {                                         \
    THEUS_ASK(call, when, true, otherwise)                                                   \
    std::va_list with;                                                                       \
    va_start(with, format);                                                                  \
    const int answer = theus_real_##listed.get() arguments;                                  \
    va_end(with);                                                                            \
    return answer;                                                                           \
  }

// One that can say that it failed; `otherwise` is how it says so.
#define THEUS_WATCHED_CALL(name, result, parameters, arguments, otherwise) \
  THEUS_WATCHED(name, name, result, parameters, arguments, true, true, otherwise)
// Another symbol of the same function: open64 of open.
#define THEUS_WATCHED_AS(symbol, name, result, parameters, arguments, otherwise) \
  THEUS_WATCHED(symbol, name, result, parameters, arguments, true, true, otherwise)
// One whose every answer is a good one.
#define THEUS_SEEN_CALL(name, result, parameters, arguments) \
  THEUS_WATCHED(name, name, result, parameters, arguments, true, false, static_cast<result>(0))
