#pragma once

#include <sys/resource.h>
#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

// Programs of this folder as processes of their own, with limited time.
namespace theus::faults {

struct child_options {
  std::map<std::string, std::string> environment = {};  // besides this process's own
  std::vector<std::pair<int, rlim_t>> limits = {};      // soft limits, by RLIMIT_…
  std::chrono::seconds time{60};                        // then SIGKILL
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

// A process that is watched while it works. Killed at the end, if it has not ended.
class running_child {
 public:
  explicit running_child(const std::vector<std::string>& command, const child_options& how = {});
  ~running_child();
  running_child(const running_child&) = delete;
  running_child& operator=(const running_child&) = delete;

  // The next line it prints that begins with `word`; nothing when it ended or the time has passed.
  std::optional<std::string> next(const std::string& word, std::chrono::milliseconds within);
  // Reads what it prints until the time has passed.
  void watch(std::chrono::milliseconds during);
  pid_t pid() const { return pid_; }
  void kill();
  // Waits for its end, or kills it when its time is over. Afterwards the object is done.
  child_end wait();
  const std::string& output() const { return end_.output; }

 private:
  bool read_some(std::chrono::steady_clock::time_point until);

  pid_t pid_ = -1;
  int from_ = -1;
  std::chrono::steady_clock::time_point deadline_;
  child_end end_;
  std::size_t read_lines_ = 0;  // bytes of the output that `next` has seen
  bool ended_ = false;
};

child_end run_child(const std::vector<std::string>& command, const child_options& how = {});

}  // namespace theus::faults
