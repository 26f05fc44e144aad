#include "theus/runtime/cause_in_child.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <string>

#include "theus/runtime/diagnosis.hpp"

namespace theus {
namespace {

constexpr unsigned seconds_for_a_child = 10;
constexpr std::size_t most_told_bytes = 64 * 1024;  // what a pipe holds, so that nobody waits

// The three texts, each with a zero behind it.
std::string told_of(const mismatch& found) {
  std::string told;
  for (const auto* each : {&found.cause, &found.likely_cause, &found.advice}) {
    told += *each;
    told += '\0';
  }
  return told;
}

bool take_told(mismatch& found, const std::string& told) {
  std::size_t at = 0;
  std::array<std::string, 3> texts;
  for (std::string& each : texts) {
    const auto end = told.find('\0', at);
    if (end == std::string::npos) return false;
    each = told.substr(at, end - at);
    at = end + 1;
  }
  found.cause = std::move(texts[0]);
  found.likely_cause = std::move(texts[1]);
  found.advice = std::move(texts[2]);
  return at == told.size();
}

// What it prints before it dies is of no use to anybody.
[[noreturn]] void be_the_child(int to, mismatch& found, machine& code,
                               std::span<const journal::stored_record> later) {
  for (const int each : {SIGSEGV, SIGFPE, SIGABRT, SIGBUS, SIGILL, SIGALRM, SIGTERM}) {
    std::signal(each, SIG_DFL);
  }
  ::close(STDERR_FILENO);
  ::alarm(seconds_for_a_child);
  explain_cause(found, code, later, invented_results::yes);
  const std::string told = told_of(found);
  const bool fits = told.size() <= most_told_bytes;
  const bool wrote =
      fits && ::write(to, told.data(), told.size()) == static_cast<ssize_t>(told.size());
  ::_exit(wrote ? 0 : 1);
}

std::string read_all(int from) {
  std::string all;
  std::array<char, 4096> some;
  while (all.size() <= most_told_bytes) {
    const ssize_t got = ::read(from, some.data(), some.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    all.append(some.data(), static_cast<std::size_t>(got));
  }
  return all;
}

bool ask_child(mismatch& found, machine& code, std::span<const journal::stored_record> later) {
  std::array<int, 2> ends;
  if (::pipe(ends.data()) != 0) return false;
  const pid_t child = ::fork();
  if (child == 0) be_the_child(ends[1], found, code, later);
  ::close(ends[1]);
  const std::string told = child > 0 ? read_all(ends[0]) : std::string();
  ::close(ends[0]);
  if (child < 0) return false;
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) && WEXITSTATUS(status) == 0 && take_told(found, told);
}

}  // namespace

void explain_in_child(mismatch& found, machine& code,
                      std::span<const journal::stored_record> later) {
  if (!ask_child(found, code, later)) explain_cause(found, code, later, invented_results::no);
}

}  // namespace theus
