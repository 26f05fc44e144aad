#include "runtime/support/hosted_runtime.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <stdexcept>
#include <system_error>

#include <gtest/gtest.h>

#include "journal/support.hpp"
#include "runtime/control_frames.hpp"
#include "runtime/control_socket.hpp"

extern char** environ;

namespace theus::testing {
namespace {

constexpr int start_ms = 60'000;

[[noreturn]] void fail(const char* what) {
  throw std::system_error(errno, std::generic_category(), what);
}

std::uint64_t status_bytes(pid_t pid, const std::string& field) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(field + ":")) return std::stoull(line.substr(field.size() + 1)) * 1'024;
  }
  throw std::runtime_error("no " + field + " of process " + std::to_string(pid));
}

}  // namespace

hosted_runtime::hosted_runtime(int hurry) {
  std::string pattern = (journal::test::temporary_root() / "theus-hosted-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) fail("mkdtemp");
  folder_ = pattern;
  int in[2];
  int out[2];
  if (::pipe2(in, O_CLOEXEC) != 0 || ::pipe2(out, O_CLOEXEC) != 0) fail("pipe2");
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  std::string program = THEUS_CONTROL_HOST;
  std::string folder = folder_.string();
  std::string hurry_text = std::to_string(hurry);
  char* arguments[] = {program.data(), folder.data(), hurry_text.data(), nullptr};
  errno = posix_spawn(&pid_, program.c_str(), &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(in[0]);
  ::close(out[1]);
  input_ = in[1];
  output_ = out[0];
  if (errno != 0) fail("posix_spawn");
  await_line();
}

hosted_runtime::~hosted_runtime() {
  ::close(input_);
  int status = 0;
  while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {
  }
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "the runtime ended with " << status;
  ::close(output_);
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

void hosted_runtime::tell(const std::string& command, std::uint64_t number) {
  const std::string line = command + " " + std::to_string(number) + "\n";
  if (::write(input_, line.data(), line.size()) != ssize_t(line.size())) fail("write");
  await_line();
}

void hosted_runtime::await_line() {
  for (char c = 0; c != '\n';) {
    pollfd waiting{output_, POLLIN, 0};
    if (::poll(&waiting, 1, start_ms) <= 0 || ::read(output_, &c, 1) != 1) {
      throw std::runtime_error("the hosted runtime does not answer");
    }
  }
}

std::uint64_t hosted_runtime::resident_bytes() const { return status_bytes(pid_, "VmRSS"); }
std::uint64_t hosted_runtime::peak_bytes() const { return status_bytes(pid_, "VmHWM"); }

void hosted_runtime::forget_peak() const {
  std::ofstream clear("/proc/" + std::to_string(pid_) + "/clear_refs");
  clear << "5" << std::flush;
  if (!clear) fail("clear_refs");
}

std::size_t hosted_runtime::descriptors() const {
  std::size_t count = 0;
  for (const auto& each :
       std::filesystem::directory_iterator("/proc/" + std::to_string(pid_) + "/fd")) {
    (void)each;
    ++count;
  }
  return count;
}

std::chrono::milliseconds hosted_runtime::processor_time() const {
  std::ifstream stat("/proc/" + std::to_string(pid_) + "/stat");
  std::string text;
  std::getline(stat, text);
  std::istringstream fields(text.substr(text.rfind(')') + 2));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  std::int64_t user = 0;
  std::int64_t system = 0;
  fields >> user >> system;
  return std::chrono::milliseconds((user + system) * 1'000 / ::sysconf(_SC_CLK_TCK));
}

raw_connection::raw_connection(const hosted_runtime& to)
    : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (fd_ < 0) fail("socket");
  const auto folder = control_folder::open(to.journal()).value();
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  folder.socket_path().copy(address.sun_path, sizeof(address.sun_path) - 1);
  if (::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) fail("connect");
}

raw_connection::raw_connection(raw_connection&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), received_(std::move(other.received_)) {}

raw_connection::~raw_connection() {
  if (fd_ >= 0) ::close(fd_);
}

std::size_t raw_connection::send(std::string_view bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const auto count = ::send(fd_, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && (errno == EPIPE || errno == ECONNRESET)) break;
    if (count < 0) fail("send");
    sent += std::size_t(count);
  }
  return sent;
}

bool raw_connection::is_readable(std::chrono::milliseconds within) {
  pollfd waiting{fd_, POLLIN, 0};
  const int ready = ::poll(&waiting, 1, int(within.count()));
  if (ready < 0) fail("poll");
  return ready > 0;
}

bool raw_connection::receive(std::size_t most, std::chrono::milliseconds within) {
  if (!is_readable(within)) throw std::runtime_error("the runtime did not answer in time");
  std::string some(std::min<std::size_t>(most, 64 * 1'024), '\0');
  const auto got = ::recv(fd_, some.data(), some.size(), 0);
  if (got < 0 && errno != ECONNRESET) fail("recv");
  if (got <= 0) return false;
  received_.append(some, 0, std::size_t(got));
  return true;
}

std::optional<control::reply> raw_connection::reply(std::chrono::milliseconds within) {
  constexpr auto header = control::frame_header_bytes;
  const auto bytes = [&] {
    return std::span(reinterpret_cast<const std::uint8_t*>(received_.data()), received_.size());
  };
  while (received_.size() < header) {
    if (!receive(header - received_.size(), within)) return std::nullopt;
  }
  const auto length = control::length_in(bytes().first<header>(), control::max_frame_bytes).value();
  while (received_.size() < header + length) {
    if (!receive(header + length - received_.size(), within)) return std::nullopt;
  }
  auto decoded = control::decode_reply(bytes().subspan(header)).value();
  received_.clear();
  return std::move(decoded.what);
}

bool raw_connection::is_closed(std::chrono::milliseconds within) {
  if (!is_readable(within)) return false;
  return !receive(1, within);
}

std::optional<control::reply> raw_connection::ask(const control::request& what) {
  send(control::encode(1, what).value());
  return reply();
}

std::chrono::microseconds raw_connection::echo(const std::string& workflow_id, int number) {
  const auto from = std::chrono::steady_clock::now();
  const std::string text = std::to_string(number);
  const auto started = ask(start_request{"echo", workflow_id, "", "[" + text + "]"});
  if (!started || !std::holds_alternative<start_reply>(*started)) {
    throw std::runtime_error("an echo was not started");
  }
  const auto ended = ask(control::wait_for_outcome{workflow_id});
  if (!ended || !std::holds_alternative<run_outcome>(*ended) ||
      std::get<run_outcome>(*ended).result != text) {
    throw std::runtime_error("an echo did not come back");
  }
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() -
                                                               from);
}

}  // namespace theus::testing
