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
    limit.rlim_cur = soft < limit.rlim_max ? soft : limit.rlim_max;
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

running_child::running_child(const std::vector<std::string>& command, const child_options& how)
    : deadline_(steady::now() + how.time) {
  std::vector<std::string> texts;
  for (char** each = environ; *each; ++each) {
    const std::string text = *each;
    if (!how.environment.contains(text.substr(0, text.find('=')))) texts.push_back(text);
  }
  for (const auto& [name, value] : how.environment) texts.push_back(name + "=" + value);
  std::vector<char*> environment;
  for (std::string& text : texts) environment.push_back(text.data());
  environment.push_back(nullptr);
  std::vector<std::string> words = command;
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) throw std::system_error(errno, std::generic_category());
  pid_ = ::fork();
  if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (pid_ == 0) become(arguments.data(), environment.data(), how, ends[1]);
  ::close(ends[1]);
  from_ = ends[0];
}

running_child::~running_child() {
  if (pid_ < 0) return;
  kill();
  wait();
}

bool running_child::read_some(steady::time_point until) {
  if (ended_) return false;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - steady::now());
  pollfd readable{from_, POLLIN, 0};
  if (left.count() <= 0 || ::poll(&readable, 1, int(left.count())) == 0) return false;
  char buffer[16'384];
  const ssize_t got = ::read(from_, buffer, sizeof buffer);
  if (got <= 0) {
    ended_ = true;
    return false;
  }
  end_.output.append(buffer, std::size_t(got));
  return true;
}

std::optional<std::string> running_child::next(const std::string& word,
                                               std::chrono::milliseconds within) {
  const auto until = steady::now() + within;
  do {
    for (;;) {
      const std::size_t end = end_.output.find('\n', read_lines_);
      if (end == std::string::npos) break;
      const std::string line = end_.output.substr(read_lines_, end - read_lines_);
      read_lines_ = end + 1;
      if (line.starts_with(word)) return line;
    }
  } while (read_some(until));
  return std::nullopt;
}

void running_child::watch(std::chrono::milliseconds during) {
  const auto until = steady::now() + during;
  while (read_some(until)) {
  }
}

void running_child::kill() { ::kill(pid_, SIGKILL); }

child_end running_child::wait() {
  while (read_some(deadline_)) {
  }
  if (!ended_) {
    end_.out_of_time = true;
    kill();
  }
  ::close(from_);
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
  if (WIFEXITED(status)) end_.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) end_.signal = WTERMSIG(status);
  return end_;
}

child_end run_child(const std::vector<std::string>& command, const child_options& how) {
  return running_child(command, how).wait();
}

}  // namespace theus::faults
