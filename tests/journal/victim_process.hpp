#pragma once

#include <sys/wait.h>

#include <csignal>
#include <cstdio>
#include <string>

// What starts tests/journal/victim.cpp and hears what it did before it died.
namespace theus::journal::test {

class victim_process {
 public:
  explicit victim_process(const std::string& arguments, const std::string& fail_points = "") {
    const std::string environment =
        fail_points.empty() ? "" : "THEUS_FAIL_POINTS='" + fail_points + "' ";
    // The shell is replaced, so the exit status is the victim's own.
    pipe_ = ::popen((environment + "exec " THEUS_VICTIM " " + arguments + " 2>&1").c_str(), "r");
  }

  std::string line() {
    std::string text;
    for (int c = std::fgetc(pipe_); c != EOF && c != '\n'; c = std::fgetc(pipe_)) {
      text.push_back(char(c));
    }
    return text;
  }
  // What it printed last, then its exit status.
  std::string last_line() {
    std::string last;
    for (std::string text = line(); !text.empty(); text = line()) last = text;
    return last;
  }
  int wait() { return ::pclose(pipe_); }

 private:
  FILE* pipe_;
};

inline bool killed(int status) { return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL; }

// The number behind `word`; zero in any other line.
inline std::uint64_t number_behind(const char* word, const std::string& line) {
  unsigned long long number = 0;
  if (std::sscanf(line.c_str(), (std::string(word) + " %llu").c_str(), &number) != 1) return 0;
  return number;
}

}  // namespace theus::journal::test
