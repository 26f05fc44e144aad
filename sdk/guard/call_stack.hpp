#pragma once

#include <string>
#include <vector>

namespace theus::guard {

// Whether a signal handler is at work between the calling function and the step, or what the
// handler broke into. Allocates nothing, takes no lock.
bool is_in_signal_handler() noexcept;

// Return addresses, innermost first.
class call_stack {
 public:
  // Of this thread, at most 64, from whom `caller` returns to.
  static call_stack from(const void* caller);

  // "name at file:line", as far as the program's symbols and debug information say, down to where
  // the machine resumed the workflow. Slow: reads the program's file.
  std::vector<std::string> describe() const;

 private:
  std::vector<const void*> addresses_;
};

}  // namespace theus::guard
