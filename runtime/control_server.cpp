#include "theus/runtime/control_server.hpp"

#include <sys/resource.h>
#include <sys/stat.h>

#include <set>

#include <boost/asio/post.hpp>

#include "control_session.hpp"
#include "control_socket.hpp"

namespace theus {
namespace {

using boost::asio::local::stream_protocol;

constexpr std::chrono::milliseconds accept_pause{100};

// Descriptors that connections leave to the journal, which fails for good when it gets none. They
// are given out lowest first, so one beyond the bound says that at least so many are in use.
constexpr rlim_t reserved_descriptors = 64;

bool leaves_descriptors(int newest) {
  rlimit allowed{};
  if (::getrlimit(RLIMIT_NOFILE, &allowed) != 0 || allowed.rlim_cur == RLIM_INFINITY) return true;
  return static_cast<rlim_t>(newest) + reserved_descriptors < allowed.rlim_cur;
}

}  // namespace

// Thread: all members on the executor, but for the constructor and listen().
class control_server::acceptor : public std::enable_shared_from_this<acceptor> {
 public:
  acceptor(control_folder folder, const control_server_parts& parts, const control_limits& limits)
      : folder_(std::move(folder)), parts_(parts), limits_(limits), listener_(parts.where) {}

  result<void> listen() {
    if (auto removed = folder_.remove_socket(); !removed) return removed;
    boost::system::error_code failed;
    listener_.open(stream_protocol(), failed);
    // The mode of an unbound socket becomes the file's: nobody else can connect at any moment.
    if (!failed && ::fchmod(listener_.native_handle(), 0600) != 0) {
      failed.assign(errno, boost::system::system_category());
    }
    const stream_protocol::endpoint address(folder_.socket_path());
    if (!failed) listener_.bind(address, failed);
    if (!failed) listener_.listen(boost::asio::socket_base::max_listen_connections, failed);
    if (!failed) return {};
    return error{errc::io_error,
                 "cannot listen on " + folder_.shown_path() + ": " + failed.message()};
  }

  void accept() {
    listener_.async_accept([self = shared_from_this()](boost::system::error_code failed,
                                                       stream_protocol::socket socket) {
      if (!self->listener_.is_open()) return;
      if (!failed) self->welcome(std::move(socket));
      // Out of file descriptors, for example: nothing is gained by asking again at once.
      if (failed && failed != boost::asio::error::connection_aborted) return self->pause();
      self->accept();
    });
  }

  void close() {
    boost::system::error_code ignored;
    listener_.close(ignored);
    pause_.reset();
    (void)folder_.remove_socket();
    for (const auto& each : std::exchange(sessions_, {})) each->close();
  }

  const boost::asio::any_io_executor& executor() const { return parts_.where; }

 private:
  void welcome(stream_protocol::socket socket) {
    if (sessions_.size() >= limits_.connections) {
      return turn_away(std::move(socket),
                       "serves " + std::to_string(limits_.connections) + " connections already");
    }
    if (!leaves_descriptors(socket.native_handle())) {
      return turn_away(std::move(socket), "has no file descriptor to spare");
    }
    auto session = std::make_shared<control_session>(
        std::move(socket), parts_, limits_, [weak = weak_from_this()](control_session& closed) {
          if (const auto self = weak.lock()) self->sessions_.erase(closed.shared_from_this());
        });
    sessions_.insert(session);
    session->start();
  }

  // A new socket's buffer takes so small a frame at once.
  void turn_away(stream_protocol::socket socket, const std::string& why) {
    const auto frame = control::encode(
        0, control::reply(error{errc::limit_exceeded, "the runtime " + why + "; try again later"}));
    boost::system::error_code ignored;
    socket.non_blocking(true, ignored);
    socket.send(boost::asio::buffer(*frame), 0, ignored);
  }

  void pause() {
    pause_ = parts_.clock.set_delay(parts_.where, accept_pause, [weak = weak_from_this()] {
      const auto self = weak.lock();
      if (self && self->listener_.is_open()) self->accept();
    });
  }

  control_folder folder_;
  control_server_parts parts_;
  control_limits limits_;
  stream_protocol::acceptor listener_;
  std::set<std::shared_ptr<control_session>> sessions_;
  std::unique_ptr<wall_clock::alarm> pause_;
};

result<std::unique_ptr<control_server>> control_server::open(const std::filesystem::path& folder,
                                                             const control_server_parts& parts,
                                                             const control_limits& limits) {
  auto opened = control_folder::open(folder);
  if (!opened) return opened.error();
  auto a = std::make_shared<acceptor>(std::move(*opened), parts, limits);
  if (auto listening = a->listen(); !listening) return listening.error();
  boost::asio::post(parts.where, [a] { a->accept(); });
  return std::unique_ptr<control_server>(new control_server(std::move(a)));
}

control_server::control_server(std::shared_ptr<acceptor> a) : acceptor_(std::move(a)) {}

control_server::~control_server() = default;

void control_server::close(std::function<void()> closed) {
  boost::asio::post(acceptor_->executor(), [a = acceptor_, closed = std::move(closed)] {
    a->close();
    closed();
  });
}

}  // namespace theus
