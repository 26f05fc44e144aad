#pragma once

#include <sys/resource.h>

#include <chrono>
#include <map>
#include <string>
#include <utility>
#include <vector>

// Programs of this folder as processes of their own, with limited time.
namespace theus::faults {

struct child_options {
  std::map<std::string, std::string> environment;  // besides this process's own
  std::vector<std::pair<int, rlim_t>> limits;      // soft limits, by RLIMIT_…
  std::chrono::seconds time{60};                   // then SIGKILL
};

struct child_end {
  bool out_of_time = false;
  int exit_code = -1;  // -1 when a signal ended it
  int signal = 0;
  std::string output;  // standard output and error
  std::vector<std::string> lines() const;
  // The rest of every line that begins with `word` and a blank.
  std::vector<std::string> after(const std::string& word) const;
};

child_end run_child(const std::vector<std::string>& command, const child_options& how = {});

}  // namespace theus::faults
