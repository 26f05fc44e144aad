#pragma once

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include <boost/asio/any_io_executor.hpp>

#include "theus/journal/store.hpp"
#include "theus/runtime/clock.hpp"
#include "theus/runtime/engine.hpp"

namespace theus {

struct control_limits {
  std::size_t connections = 64;                     // one more gets limit_exceeded and is closed
  std::chrono::milliseconds frame_timeout{10'000};  // from a frame's header to its last byte
  std::chrono::milliseconds idle_timeout{60'000};   // without a request
  std::chrono::milliseconds write_timeout{30'000};  // for a reply to be taken
};

// What a server speaks for. All must outlive it.
struct control_server_parts {
  engine& core;
  journal::store& records;
  wall_clock& clock;
  // One thread of its own: reading the journal blocks it.
  boost::asio::any_io_executor where;
  // Says what is wrong with a payload from outside, if it is not JSON.
  std::function<std::optional<std::string>(const journal::payload&)> check_json;
};

// Answers other processes over the Unix socket `control.sock` in the journal's folder, mode 0600.
// Whoever can open it can do everything: the file system decides. Each connection has one request
// at a time; what is malformed, too large or too slow gets a typed error and is closed, and costs
// the others nothing.
class control_server {
 public:
  // The caller holds the journal's lock: a socket that is there belongs to a dead process and is
  // replaced. Errors: io_error (names the path).
  static result<std::unique_ptr<control_server>> open(const std::filesystem::path& folder,
                                                      const control_server_parts& parts,
                                                      const control_limits& limits = {});
  ~control_server();  // after close()
  control_server(const control_server&) = delete;
  control_server& operator=(const control_server&) = delete;

  // Closes all connections, removes the socket, then calls back on the server's executor: nothing
  // uses the engine or the journal any more. Stop the engine first: its last answers still go out.
  void close(std::function<void()> closed);

 private:
  class acceptor;
  explicit control_server(std::shared_ptr<acceptor> a);

  std::shared_ptr<acceptor> acceptor_;
};

}  // namespace theus
