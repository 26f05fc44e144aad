#include "crash/process.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <vector>

extern char** environ;

namespace crash {
namespace {

// Of silence, one after the other: while the machine itself stands still only one of them passes.
constexpr int most_waits = 60;
constexpr int wait_ms = 1'000;

[[noreturn]] void fail(int code, const char* what) {
  throw std::system_error(code, std::generic_category(), what);
}

struct child {
  pid_t pid;
  int output;
};

child spawn(const std::filesystem::path& folder, const work& what, const std::string& fail_points) {
  std::string program = THEUS_CRASH_WORKLOAD;
  std::string folder_text = folder.string();
  std::string journeys = std::to_string(what.journeys);
  std::string pairs = std::to_string(what.pairs_at_once);
  char* arguments[] = {program.data(), folder_text.data(), journeys.data(), pairs.data(), nullptr};
  std::string armed = "THEUS_FAIL_POINTS=" + fail_points;
  std::vector<char*> environment;
  for (char** each = environ; *each; ++each) environment.push_back(*each);
  if (!fail_points.empty()) environment.push_back(armed.data());
  environment.push_back(nullptr);

  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) fail(errno, "pipe2");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  child started{-1, ends[0]};
  const int error =
      posix_spawn(&started.pid, program.c_str(), &actions, nullptr, arguments, environment.data());
  posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  if (error != 0) fail(error, "posix_spawn");
  return started;
}

}  // namespace

ending run_workload(const std::filesystem::path& folder, const work& what, std::uint64_t kill_after,
                    const std::string& fail_points) {
  const child started = spawn(folder, what, fail_points);
  ending end;
  char buffer[4'096];
  for (int waits = 0;;) {
    if (end.progress >= kill_after) {
      ::kill(started.pid, SIGKILL);
      break;
    }
    pollfd readable{started.output, POLLIN, 0};
    if (::poll(&readable, 1, wait_ms) == 0) {
      if (++waits < most_waits) continue;
      end.silent = true;
      ::kill(started.pid, SIGKILL);
      break;
    }
    waits = 0;
    const std::size_t wanted = std::min<std::uint64_t>(sizeof buffer, kill_after - end.progress);
    const ssize_t got = ::read(started.output, buffer, wanted);
    if (got <= 0) break;
    end.progress += static_cast<std::uint64_t>(got);
  }
  int status = 0;
  while (::waitpid(started.pid, &status, 0) < 0 && errno == EINTR) {
  }
  // What it did between being counted and being killed.
  for (ssize_t got; (got = ::read(started.output, buffer, sizeof buffer)) > 0;) {
    end.progress += static_cast<std::uint64_t>(got);
  }
  ::close(started.output);
  end.killed = WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
  if (WIFEXITED(status)) end.exit_code = WEXITSTATUS(status);
  return end;
}

}  // namespace crash
