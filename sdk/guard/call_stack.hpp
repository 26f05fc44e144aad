#pragma once

#include <string>
#include <vector>

namespace theus::guard {

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
