#pragma once

#include <cstddef>
#include <optional>
#include <source_location>
#include <string>
#include <vector>

#include "theus/runtime/turn_guard.hpp"

#include "call_stack.hpp"

namespace theus {

class call_guard;

namespace guard {

struct found_call {
  std::size_t call;
  call_stack stack;
  std::vector<std::source_location> awaits;  // the innermost first
};

// What was found while a step runs on a thread. Nothing is allocated unless something is.
class turn_watch {
 public:
  constexpr turn_watch() = default;
  turn_watch(const turn_watch&) = delete;
  turn_watch& operator=(const turn_watch&) = delete;

  void begin(call_guard* rules, const machine* code) noexcept {
    rules_ = rules;
    code_ = code;
  }
  guard_findings end() { return found_ == nullptr ? guard_findings() : tell(); }
  const machine* code() const noexcept { return code_; }

  // Whether the call goes on to libc; see lets_through().
  bool decide(std::size_t call, bool can_fail, const void* caller);

  // Without rules it only looks whether it is asked: why_blind().
  bool was_asked() const noexcept { return was_asked_; }

 private:
  struct findings {
    std::optional<found_call> forbidden;
    std::vector<found_call> noted;
  };

  guard_findings tell();
  found_call look(std::size_t call, const void* caller) const;
  [[noreturn]] void stop(std::size_t call, const void* caller) const;

  call_guard* rules_ = nullptr;
  const machine* code_ = nullptr;
  findings* found_ = nullptr;
  bool was_asked_ = false;
};

}  // namespace guard
}  // namespace theus
