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

// Watches what the code of workflows calls while a step runs. The machine only says when that is;
// what is watched, and how, is the SDK's (theus/guard.hpp). Threads: any, one step at a time each.
class turn_guard {
 public:
  virtual ~turn_guard() = default;
  // On this thread `code` makes a step from here on, and until leave().
  virtual void enter(const machine& code) noexcept = 0;
  virtual guard_findings leave() = 0;
};

// A step under a guard, or under none (null).
class guarded_step {
 public:
  guarded_step(turn_guard* guard, const machine& code) : guard_(guard) {
    if (guard_) guard_->enter(code);
  }
  ~guarded_step() {
    if (guard_) guard_->leave();
  }
  guarded_step(const guarded_step&) = delete;
  guarded_step& operator=(const guarded_step&) = delete;

  guard_findings end() {
    return guard_ ? std::exchange(guard_, nullptr)->leave() : guard_findings();
  }

 private:
  turn_guard* guard_;
};

}  // namespace theus
