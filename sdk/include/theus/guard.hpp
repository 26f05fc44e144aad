#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

// The run-time guard: while a turn runs, functions of libc and libstdc++ whose answer is another
// one on replay are watched, whoever calls them: clocks, randomness, sleeping, threads, files,
// sockets, printing, the environment, the process, the time zone, the locale. They are found by
// standing in front of libc's own in the program's symbols, so it costs nothing but a look at a
// thread-local outside of turns. docs/determinism.md lists what it cannot see.
namespace theus {

// What happens when a workflow calls one. `abort_turn` unless told.
enum class guard_policy : std::uint8_t {
  allow,       // it is called as if nobody watched
  count,       // it is called; a line is reported once for each place in the code
  block,       // as `count`, but it fails with EPERM, or says what is the same on every replay: a
               // clock says ctx.now(), no variable is set, a sleep is over. Others: `abort_turn`
  abort_turn,  // it fails as in `block` where it can; the turn does not exist, the run is set aside
               // with the stack of the call, and goes on with a binary that does not call it
  stop,        // the report goes to standard error, and the process ends with SIGABRT
};

std::string_view name(guard_policy how);

// The policy for each function. A value.
class guard_rules {
 public:
  explicit guard_rules(guard_policy for_all = guard_policy::abort_turn);

  // `what`: a function as C spells it ("getenv", "clock_gettime"; "random_device"), or all of one
  // subject: "clocks", "time zone", "randomness", "sleeping", "threads", "process", "environment",
  // "files", "sockets", "printing", "locale". Later rules win. Throws std::invalid_argument, which
  // names them all, for anything else.
  guard_rules& set(std::string_view what, guard_policy how);

  // Throws std::invalid_argument when nobody watches that function.
  guard_policy of(std::string_view function) const;

 private:
  friend class call_guard;
  std::vector<guard_policy> by_number_;
};

// How often workflows of an application called a function, under any policy but `allow`.
struct watched_count {
  std::string function;
  std::uint64_t calls = 0;
};

}  // namespace theus
