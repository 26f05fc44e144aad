#pragma once

#include <string>
#include <vector>

namespace theus::lint {

struct process_result {
  int status = 0;  // what it exited with; 127 if it could not be started, 128 + signal if killed
  std::string output;  // standard output; errors too if asked for
};

// Runs a program found by PATH and waits for it. Throws std::system_error when there can be no pipe
// or process.
process_result run_process(const std::vector<std::string>& arguments, bool with_errors = false);

}  // namespace theus::lint
