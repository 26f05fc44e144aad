#include "faults/child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <sstream>
#include <system_error>

extern char** environ;

namespace theus::faults {
namespace {

using steady = std::chrono::steady_clock;

// Between fork and exec: only what is safe there.
[[noreturn]] void become(char** arguments, char** environment, const child_options& how, int out) {
  ::dup2(out, STDOUT_FILENO);
  ::dup2(out, STDERR_FILENO);
  for (const auto& [which, soft] : how.limits) {
    rlimit limit{};
    ::getrlimit(__rlimit_resource_t(which), &limit);
    limit.rlim_cur = std::min(soft, limit.rlim_max);
    if (::setrlimit(__rlimit_resource_t(which), &limit) != 0) ::_exit(126);
  }
  ::execve(arguments[0], arguments, environment);
  ::_exit(127);
}

}  // namespace

std::vector<std::string> child_end::lines() const {
  std::vector<std::string> found;
  std::istringstream in(output);
  for (std::string line; std::getline(in, line);) found.push_back(line);
  return found;
}

std::vector<std::string> child_end::after(const std::string& word) const {
  std::vector<std::string> found;
  for (const std::string& line : lines()) {
    if (line.starts_with(word + " ")) found.push_back(line.substr(word.size() + 1));
  }
  return found;
}

child_end run_child(const std::vector<std::string>& command, const child_options& how) {
  std::vector<std::string> texts;
  for (char** each = environ; *each; ++each) {
    const std::string text = *each;
    if (!how.environment.contains(text.substr(0, text.find('=')))) texts.push_back(text);
  }
  for (const auto& [name, value] : how.environment) texts.push_back(name + "=" + value);
  std::vector<char*> environment, arguments;
  for (std::string& text : texts) environment.push_back(text.data());
  environment.push_back(nullptr);
  std::vector<std::string> words = command;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category());
  const pid_t pid = ::fork();
  if (pid < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid == 0) become(arguments.data(), environment.data(), how, ends[1]);
  ::close(ends[1]);

  child_end end;
  const auto until = steady::now() + how.time;
  char buffer[16'384];
  for (;;) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - steady::now());
    pollfd readable{ends[0], POLLIN, 0};
    if (left.count() <= 0 || ::poll(&readable, 1, int(left.count())) == 0) {
      end.out_of_time = true;
      ::kill(pid, SIGKILL);
      break;
    }
    const ssize_t got = ::read(ends[0], buffer, sizeof buffer);
    if (got <= 0) break;
    end.output.append(buffer, std::size_t(got));
  }
  ::close(ends[0]);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status)) end.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) end.signal = WTERMSIG(status);
  return end;
}

}  // namespace theus::faults
