#include "theus/runtime/control_client.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "control_frames.hpp"
#include "control_socket.hpp"

namespace theus {
namespace {

using steady = std::chrono::steady_clock;

constexpr std::size_t chunk_bytes = 64 * 1024;

error connection_lost() {
  return {errc::stopped, "the runtime that holds the journal closed the connection"};
}

error timed_out() {
  return {errc::timed_out,
          "the runtime that holds the journal did not answer in time; what was "
          "asked for may have happened or not"};
}

error socket_failed(const char* what) {
  return {errc::io_error, std::string("control socket: ") + what + ": " + std::strerror(errno)};
}

// One request's way to its reply, within its time.
class exchange {
 public:
  exchange(int fd, std::optional<std::chrono::milliseconds> timeout) : fd_(fd) {
    if (timeout) deadline_ = steady::now() + *timeout;
  }

  result<void> send(std::span<const char> bytes) {
    while (!bytes.empty()) {
      if (auto ready = wait_for(POLLOUT); !ready) return ready;
      const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent >= 0) {
        bytes = bytes.subspan(static_cast<std::size_t>(sent));
      } else if (errno == EPIPE || errno == ECONNRESET) {
        return connection_lost();
      } else if (errno != EAGAIN && errno != EINTR) {
        return socket_failed("send");
      }
    }
    return {};
  }

  result<void> receive(std::span<std::uint8_t> into) {
    while (!into.empty()) {
      if (auto ready = wait_for(POLLIN); !ready) return ready;
      const auto got = ::recv(fd_, into.data(), into.size(), MSG_DONTWAIT);
      if (got > 0) {
        into = into.subspan(static_cast<std::size_t>(got));
      } else if (got == 0 || errno == ECONNRESET) {
        return connection_lost();
      } else if (errno != EAGAIN && errno != EINTR) {
        return socket_failed("receive");
      }
    }
    return {};
  }

  result<std::vector<std::uint8_t>> receive_frame() {
    std::array<std::uint8_t, control::frame_header_bytes> header{};
    if (auto got = receive(header); !got) return got.error();
    const auto length = control::length_in(header, control::max_frame_bytes);
    if (!length) return length.error();
    std::vector<std::uint8_t> message;
    while (message.size() < *length) {
      const auto have = message.size();
      message.resize(have + std::min<std::size_t>(chunk_bytes, *length - have));
      if (auto got = receive(std::span(message).subspan(have)); !got) return got.error();
    }
    return message;
  }

 private:
  result<void> wait_for(short events) {
    for (;;) {
      int left_ms = -1;
      if (deadline_) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(*deadline_ - steady::now());
        if (left.count() <= 0) return timed_out();
        left_ms = static_cast<int>(std::min<std::int64_t>(left.count(), 1'000'000));
      }
      pollfd waiting{fd_, events, 0};
      const int ready = ::poll(&waiting, 1, left_ms);
      if (ready > 0) return {};
      if (ready < 0 && errno != EINTR) return socket_failed("poll");
    }
  }

  int fd_;
  std::optional<steady::time_point> deadline_;
};

}  // namespace

result<control_client> control_client::connect(const std::filesystem::path& folder) {
  const auto opened = control_folder::open(folder);
  if (!opened) return opened.error();
  const std::string path = opened->socket_path();
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  control_client client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (client.fd_ < 0) return socket_failed("socket");
  if (::connect(client.fd_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) {
    return client;
  }
  if (errno == ENOENT || errno == ECONNREFUSED) {
    return error{errc::not_found, "no runtime listens on " + opened->shown_path()};
  }
  return error{errc::io_error,
               "cannot connect to " + opened->shown_path() + ": " + std::strerror(errno)};
}

control_client::control_client(control_client&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), next_number_(other.next_number_) {}

control_client::~control_client() {
  if (fd_ >= 0) ::close(fd_);
}

control::reply control_client::call(const control::request& what,
                                    std::optional<std::chrono::milliseconds> timeout) {
  const auto number = next_number_++;
  const auto frame = control::encode(number, what);
  if (!frame) return frame.error();
  exchange with(fd_, timeout);
  const auto sent = with.send(*frame);
  // A runtime that refuses the connection says why, and may do so before it reads.
  if (!sent && sent.error().code != errc::stopped) return sent.error();
  const auto message = with.receive_frame();
  if (!message) return message.error();
  auto reply = control::decode_reply(*message);
  if (!reply) return reply.error();
  if (reply->number != number && !std::holds_alternative<error>(reply->what)) {
    return error{errc::bad_input, "the runtime answered another request than was asked"};
  }
  return std::move(reply->what);
}

}  // namespace theus
