#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace theus {

class machine;

// A function that code called while a step ran, and that replay would not repeat.
struct forbidden_call {
  std::string name;    // "getenv"
  std::string report;  // for people: why, what instead, and the stack, in lines
};

struct guard_findings {
  std::optional<forbidden_call> forbidden;  // keeps the turn from existing
  std::vector<std::string> noted;           // lines for people about calls that do not
};

// Watches what the code of workflows calls while a step runs. The machine only says when that is,
// in `watched_step`; what is watched, and how, is the SDK's (theus/guard.hpp). Threads: any, one
// step at a time each.
class turn_guard {
 public:
  virtual ~turn_guard() = default;
  // What was found on this thread since the last time. Asked when `watched_step` says so.
  virtual guard_findings take_findings() = 0;
};

// The step that runs on a thread. That it begins and ends are a few stores, and so costs a turn
// nothing: whoever is called meanwhile looks here.
struct watched_step {
  turn_guard* guard = nullptr;  // null: there is no step, or nobody watches it
  const machine* code = nullptr;
  bool has_findings = false;
};

// `initial-exec`: one instruction, also in a shared object.
extern thread_local constinit watched_step step_of_this_thread [[gnu::tls_model("initial-exec")]];

// A step under a guard, or under none (null).
class guarded_step {
 public:
  guarded_step(turn_guard* guard, const machine& code) noexcept : guard_(guard) {
    step_of_this_thread = {guard, &code, false};
  }
  // What was found in a step that ended with an exception is nobody's.
  ~guarded_step() {
    if (!end()) return;
    try {
      take_findings();
    } catch (...) {  // no memory to describe it
    }
  }
  guarded_step(const guarded_step&) = delete;
  guarded_step& operator=(const guarded_step&) = delete;

  // From here on nothing is watched. Whether there is something to take.
  bool end() noexcept {
    step_of_this_thread.guard = nullptr;
    return std::exchange(step_of_this_thread.has_findings, false);
  }
  guard_findings take_findings() { return guard_->take_findings(); }

 private:
  turn_guard* guard_;
};

}  // namespace theus
