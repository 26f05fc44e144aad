#pragma once

#include <array>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/local/stream_protocol.hpp>

#include "theus/runtime/control_server.hpp"

#include "control_frames.hpp"

namespace theus {

// One connection: reads a request, has it answered, writes the reply, and again. At most one
// request and one reply are in memory.
// Thread: all members on the server's executor.
class control_session : public std::enable_shared_from_this<control_session> {
 public:
  using socket_type = boost::asio::local::stream_protocol::socket;

  control_session(socket_type socket, const control_server_parts& parts,
                  const control_limits& limits, std::function<void(control_session&)> closed);

  void start() { read_header(); }
  void close();

 private:
  void read_header();
  void read_body(std::size_t length);
  void take_frame();
  void reply(std::uint64_t number, const control::reply& what);
  void refuse(const error& why);
  void write(std::string frame);
  void watch_for_close();
  template <class Work>
  void unless_out_of_memory(Work work);
  void set_deadline(std::chrono::milliseconds from_now);

  // The engine's callback for this request: replies, unless the connection is gone by then.
  template <class T>
  engine::callback<T> replying(std::uint64_t number);

  void handle(std::uint64_t number, const start_request& what);
  void handle(std::uint64_t number, const signal_request& what);
  void handle(std::uint64_t number, const control::cancel_run& what);
  void handle(std::uint64_t number, const control::terminate_run& what);
  void handle(std::uint64_t number, const control::pause_run& what);
  void handle(std::uint64_t number, const control::resume_run& what);
  void handle(std::uint64_t number, const control::wait_for_outcome& what);
  void handle(std::uint64_t number, const control::list_instances& what);
  void handle(std::uint64_t number, const control::find_run& what);
  void handle(std::uint64_t number, const control::read_history& what);
  void handle(std::uint64_t number, const control::list_stuck& what);
  void handle(std::uint64_t number, const control::ask_status& what);
  void handle(std::uint64_t number, const control::retry_run& what);
  void handle(std::uint64_t number, const control::import_run& what);
  void handle(std::uint64_t number, const control::list_checkpoints& what);
  void handle(std::uint64_t number, const control::read_checkpoint& what);
  void handle(std::uint64_t number, const control::read_nodes& what);
  void handle(std::uint64_t number, const control::take_one& what);
  void handle(std::uint64_t number, const control::verify_one& what);
  void handle(std::uint64_t number, const control::trim_run& what);
  void handle(std::uint64_t number, const query_request& what);
  void handle(std::uint64_t number, const settle_request& what);
  void handle(std::uint64_t number, const update_request& what);

  socket_type socket_;
  control_server_parts parts_;
  control_limits limits_;
  std::function<void(control_session&)> closed_;
  std::array<std::uint8_t, control::frame_header_bytes> header_{};
  std::vector<std::uint8_t> body_;
  std::string outgoing_;
  std::unique_ptr<wall_clock::alarm> deadline_;
  bool awaiting_answer_ = false;
  bool last_reply_ = false;  // close once it is written
};

}  // namespace theus
