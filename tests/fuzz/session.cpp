#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "theus/json_text.hpp"
#include "theus/workflows.hpp"

#include "fuzz/targets.hpp"
#include "runtime/control_session.hpp"
#include "runtime/support/engine_world.hpp"

namespace theus::fuzz {
namespace {

using namespace std::chrono_literals;

constexpr int most_pieces = 64;  // what is left then comes at once

constexpr theus::signal<int> number_signal{"number"};

constexpr query<int(int)> plus_addend{"plus_addend"};
constexpr update<int(int)> add{"add"};

workflow<int> add_to_it(context& ctx, int more) {
  ctx["more"] = ctx["more"].value_or(0) + more;
  const int sum = ctx["more"].as<int>();
  co_return sum;
}

void check_more(view run, int more) {
  if (more > 99 || run["more"].value_or(0) > 99) throw failure("full", "no more than that");
}

workflow<int> doubled(context& ctx, int addend) {
  ctx["addend"] = addend;
  const int number = co_await ctx.receive(number_signal);
  co_await ctx.sleep(1s);
  co_return 2 * number + addend;
}

application doubling() {
  application app;
  app.add("doubled", doubled);
  app.bind("doubled", add, add_to_it, check_more);
  app.bind("doubled", plus_addend,
           [](view run, int number) { return number - run["addend"].value_or(0); });
  return app;
}

std::optional<std::string> complaint_about(const journal::payload& text) {
  try {
    (void)canonical_json(text);
    return std::nullopt;
  } catch (const codec_error& refusal) {
    return refusal.what();
  }
}

// The client's end of one connection to a session in the same thread.
class client {
 public:
  explicit client(testing::engine_world& world) : world_(world) {
    int ends[2];
    require(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) == 0,
            "there is a socket pair");
    fd_ = ends[0];
    control_session::socket_type socket(world.io());
    socket.assign(boost::asio::local::stream_protocol(), ends[1]);
    const control_server_parts parts{world.running(), world.store(), world.clock,
                                     world.io().get_executor(), complaint_about};
    const auto session = std::make_shared<control_session>(
        std::move(socket), parts, control_limits{}, [this](control_session&) { is_over_ = true; });
    session->start();
    world_.settle();
  }
  ~client() { ::close(fd_); }
  client(const client&) = delete;
  client& operator=(const client&) = delete;

  void send(std::string_view bytes) {
    while (!bytes.empty() && !is_over_) {
      const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent > 0) bytes.remove_prefix(std::size_t(sent));
      world_.settle();
      take_replies();
      if (sent < 0 && errno != EAGAIN) return;
    }
  }
  void leave() {
    ::shutdown(fd_, SHUT_RDWR);
    world_.settle();
  }
  bool is_over() const { return is_over_; }
  std::size_t replies() const { return replies_; }

 private:
  // Whatever was sent, what comes back is well formed.
  void take_replies() {
    char some[16 * 1024];
    for (ssize_t got = 0; (got = ::recv(fd_, some, sizeof some, 0)) > 0;) {
      received_.append(some, std::size_t(got));
      world_.settle();
    }
    while (received_.size() >= control::frame_header_bytes) {
      const input all(reinterpret_cast<const std::uint8_t*>(received_.data()), received_.size());
      const auto length =
          control::length_in(all.first<control::frame_header_bytes>(), control::max_frame_bytes);
      require(length.has_value(), "a reply has a length");
      const auto message = all.subspan(control::frame_header_bytes);
      if (message.size() < *length) return;
      require(control::decode_reply(message.first(*length)).has_value(), "a reply can be read");
      received_.erase(0, control::frame_header_bytes + *length);
      ++replies_;
    }
  }

  testing::engine_world& world_;
  int fd_ = -1;
  bool is_over_ = false;
  std::string received_;
  std::size_t replies_ = 0;
};

}  // namespace

void session(input bytes) {
  if (bytes.empty()) return;
  testing::engine_world world(doubling());
  world.options.paranoid = false;  // the workflow is honest, and time is for more sessions
  world.open();
  std::string_view stream(reinterpret_cast<const char*>(bytes.data()) + 1, bytes.size() - 1);
  const std::size_t piece = bytes[0] == 0 ? stream.size() : bytes[0];
  client hostile(world);
  for (int sent = 0; sent < most_pieces && !stream.empty() && !hostile.is_over(); ++sent) {
    hostile.send(stream.substr(0, piece));
    stream.remove_prefix(std::min(piece, stream.size()));
  }
  hostile.send(stream);
  // What it started or imported has its timers and sweeps.
  world.advance(11s);
  hostile.leave();
  require(hostile.is_over(), "a client that leaves frees its place");
  client other(world);
  other.send(control::encode(1, control::request(control::ask_status{})).value());
  require(other.replies() == 1, "another client is served");
  other.leave();
  world.close();
}

}  // namespace theus::fuzz
