#pragma once

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdio>

#include "watched_calls.hpp"

namespace theus {
class machine;
}

namespace theus::guard {

class turn_watch;

// Non-null while code of a workflow runs on this thread: all that the functions look at that stand
// in front of libc's. `initial-exec`: one instruction, also in a shared object.
extern thread_local constinit turn_watch* current __attribute__((tls_model("initial-exec")));

// Whether the call goes on to libc. `can_fail`: there is an answer for one that does not.
// `caller`: where it returns to.
bool lets_through(std::size_t call, bool can_fail, const void* caller) noexcept;

// Nobody watches this thread while it lives.
class unwatched {
 public:
  unwatched() noexcept : watch_(current) { current = nullptr; }
  ~unwatched() { current = watch_; }
  unwatched(const unwatched&) = delete;
  unwatched& operator=(const unwatched&) = delete;

 private:
  turn_watch* watch_;
};

// Of the turn that runs, for clocks that are not asked.
struct time_of_turn {
  long seconds;
  long nanoseconds;
};
time_of_turn turn_time() noexcept;

// Libc's own function, or the sanitizer's in front of it. Exits when there is none, which is so
// in a program without a dynamic linker.
void* find_real(const char* name) noexcept;

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

// Defines `symbol` in front of libc's function of that name. Nobody minds unless `when`;
// `otherwise` is the answer of a call that does not go on. In the source the functions have other
// names, since libc's headers declare them with attributes and exception specifications of their
// own.
#define THEUS_WATCHED(symbol, call, result, parameters, arguments, when, can_fail, otherwise)     \
  extern "C"                                                                                      \
      [[gnu::weak]] result theus_sanitizer_##symbol parameters __asm__("__interceptor_" #symbol); \
  extern "C"                                                                                      \
      [[gnu::visibility("default")]] result theus_watched_##symbol parameters __asm__(#symbol);   \
  extern "C" result theus_watched_##symbol parameters {                                           \
    using function = result(*) parameters;                                                        \
    static constinit std::atomic<function> real{nullptr};                                         \
    if (::theus::guard::current != nullptr && (when)) [[unlikely]] {                              \
      constexpr std::size_t call_number = ::theus::guard::number_of(#call);                       \
      if (!::theus::guard::lets_through(call_number, can_fail, __builtin_return_address(0))) {    \
        return otherwise;                                                                         \
      }                                                                                           \
    }                                                                                             \
    function next = real.load(std::memory_order_relaxed);                                         \
    if (next == nullptr) [[unlikely]] {                                                           \
      next = &theus_sanitizer_##symbol != nullptr                                                 \
                 ? &theus_sanitizer_##symbol                                                      \
                 : reinterpret_cast<function>(::theus::guard::find_real(#symbol));                \
      real.store(next, std::memory_order_relaxed);                                                \
    }                                                                                             \
    return next arguments;                                                                        \
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
