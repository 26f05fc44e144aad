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

// A call that the code of the step on this thread made.
class found_call {
 public:
  found_call(std::size_t call, const void* caller);

  std::size_t call() const noexcept { return call_; }
  // For people, in lines.
  std::string report() const;

 private:
  std::size_t call_;
  call_stack stack_;
  std::vector<std::source_location> awaits_;  // the innermost first
};

// Of a step.
struct findings {
  std::optional<found_call> forbidden;
  std::vector<found_call> noted;

  guard_findings tell(const call_guard& rules) const;
};

}  // namespace guard
}  // namespace theus
