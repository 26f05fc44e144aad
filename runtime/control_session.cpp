#include "control_session.hpp"

#include <unistd.h>

#include <algorithm>
#include <new>

#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include "theus/runtime/queries.hpp"

namespace theus {
namespace {

// A body grows with the bytes that came in, so a length that is only announced costs nothing.
constexpr std::size_t first_chunk_bytes = 4 * 1024;
constexpr std::size_t chunk_bytes = 64 * 1024;

control::reply reply_of(result<void> r) {
  if (!r) return r.error();
  return control::done{};
}
control::reply reply_of(result<journal::sequence> r) {
  if (!r) return r.error();
  return control::trimmed_through{*r};
}
control::reply reply_of(result<journal::payload> r) {
  if (!r) return r.error();
  return control::query_reply{std::move(*r)};
}
template <class T>
control::reply reply_of(result<T> r) {
  if (!r) return r.error();
  return std::move(*r);
}

}  // namespace

control_session::control_session(socket_type socket, const control_server_parts& parts,
                                 const control_limits& limits,
                                 std::function<void(control_session&)> closed)
    : socket_(std::move(socket)), parts_(parts), limits_(limits), closed_(std::move(closed)) {}

void control_session::close() {
  boost::system::error_code ignored;
  socket_.close(ignored);
  deadline_.reset();
  if (const auto closed = std::exchange(closed_, nullptr)) closed(*this);
}

void control_session::set_deadline(std::chrono::milliseconds from_now) {
  deadline_ = parts_.clock.set_delay(parts_.where, from_now, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->close();
  });
}

// ---- frames

void control_session::read_header() {
  set_deadline(limits_.idle_timeout);
  boost::asio::async_read(
      socket_, boost::asio::buffer(header_),
      [self = shared_from_this()](boost::system::error_code failed, std::size_t) {
        if (failed) return self->close();
        const auto length = control::length_in(self->header_, control::max_frame_bytes);
        if (!length) return self->refuse(length.error());
        self->body_.clear();
        self->set_deadline(self->limits_.frame_timeout);
        self->unless_out_of_memory([&] { self->read_body(*length); });
      });
}

void control_session::read_body(std::size_t length) {
  const std::size_t have = body_.size();
  if (have == length) return take_frame();
  const std::size_t chunk = std::clamp(have, first_chunk_bytes, chunk_bytes);
  body_.resize(have + std::min(chunk, length - have));
  boost::asio::async_read(
      socket_, boost::asio::buffer(body_.data() + have, body_.size() - have),
      [self = shared_from_this(), length](boost::system::error_code failed, std::size_t) {
        if (failed) return self->close();
        self->unless_out_of_memory([&] { self->read_body(length); });
      });
}

// A client that asks for more than there is hears of it; the others do not.
template <class Work>
void control_session::unless_out_of_memory(Work work) try {
  work();
} catch (const std::bad_alloc&) {
  awaiting_answer_ = false;
  std::vector<std::uint8_t>().swap(body_);
  std::string().swap(outgoing_);
  try {
    refuse({errc::limit_exceeded, "the runtime has no memory for this request or its answer"});
  } catch (const std::bad_alloc&) {
    close();
  }
}

void control_session::take_frame() {
  deadline_.reset();
  const auto decoded = control::decode_request(body_);
  std::vector<std::uint8_t>().swap(body_);
  if (!decoded) return refuse(decoded.error());
  awaiting_answer_ = true;
  std::visit([&](const auto& what) { handle(decoded->number, what); }, decoded->what);
  if (awaiting_answer_) watch_for_close();
}

// A client that went away while its answer is awaited takes its place free again.
void control_session::watch_for_close() {
  socket_.async_wait(
      socket_type::wait_read, [self = shared_from_this()](boost::system::error_code failed) {
        if (failed || !self->awaiting_answer_ || !self->socket_.is_open()) return;
        self->awaiting_answer_ = false;
        if (self->socket_.available() == 0) return self->close();
        self->refuse({errc::bad_input, "a second request came before the first one was answered"});
      });
}

void control_session::reply(std::uint64_t number, const control::reply& what) {
  if (!std::exchange(awaiting_answer_, false) || !socket_.is_open()) return;
  socket_.cancel();
  auto frame = control::encode(number, what);
  if (!frame) frame = control::encode(number, control::reply(frame.error()));
  write(std::move(*frame));
}

void control_session::refuse(const error& why) {
  last_reply_ = true;
  write(*control::encode(0, control::reply(why)));
}

void control_session::write(std::string frame) {
  outgoing_ = std::move(frame);
  set_deadline(limits_.write_timeout);
  boost::asio::async_write(
      socket_, boost::asio::buffer(outgoing_),
      [self = shared_from_this()](boost::system::error_code failed, std::size_t) {
        std::string().swap(self->outgoing_);
        if (failed || self->last_reply_) return self->close();
        self->read_header();
      });
}

// ---- requests

template <class T>
engine::callback<T> control_session::replying(std::uint64_t number) {
  return [self = shared_from_this(), number](result<T> answer) {
    boost::asio::post(self->parts_.where, [self, number, answer = std::move(answer)]() mutable {
      self->unless_out_of_memory([&] { self->reply(number, reply_of(std::move(answer))); });
    });
  };
}

void control_session::handle(std::uint64_t number, const start_request& what) {
  parts_.core.start(what, replying<start_reply>(number));
}

void control_session::handle(std::uint64_t number, const signal_request& what) {
  if (const auto complaint = parts_.check_json(what.value)) {
    return reply(number, error{errc::bad_input, "the signal's value is not JSON: " + *complaint});
  }
  parts_.core.signal(what, replying<void>(number));
}

void control_session::handle(std::uint64_t number, const settle_request& what) {
  const auto* value = std::get_if<journal::payload>(&what.outcome);
  const auto complaint = value ? parts_.check_json(*value) : std::nullopt;
  if (complaint) {
    return reply(number, error{errc::bad_input, "the promise's value is not JSON: " + *complaint});
  }
  parts_.core.settle(what, replying<void>(number));
}

void control_session::handle(std::uint64_t number, const control::cancel_run& what) {
  parts_.core.cancel(what.workflow_id, what.reason, replying<void>(number));
}

void control_session::handle(std::uint64_t number, const control::terminate_run& what) {
  parts_.core.terminate(what.workflow_id, what.reason, replying<void>(number));
}

void control_session::handle(std::uint64_t number, const control::pause_run& what) {
  parts_.core.pause(what.workflow_id, what.reason, replying<void>(number));
}

void control_session::handle(std::uint64_t number, const control::resume_run& what) {
  parts_.core.resume(what.workflow_id, replying<void>(number));
}

void control_session::handle(std::uint64_t number, const control::wait_for_outcome& what) {
  parts_.core.wait(what.workflow_id, replying<run_outcome>(number));
}

void control_session::handle(std::uint64_t number, const control::list_instances& what) {
  const auto limit = std::clamp<std::uint32_t>(what.limit, 1, control::max_page_rows);
  auto rows = parts_.records.instances(what.filter, limit);
  if (!rows) return reply(number, rows.error());
  const bool is_last = rows->size() < limit;
  reply(number, control::instance_page{std::move(*rows), is_last});
}

void control_session::handle(std::uint64_t number, const control::find_run& what) {
  reply(number, reply_of(find_instance(parts_.records, what.id)));
}

void control_session::handle(std::uint64_t number, const control::read_history& what) {
  const auto limit = std::clamp<std::uint32_t>(what.limit, 1, control::max_page_rows);
  auto page = read_raw_page(parts_.records, what.run, what.from, limit, control::max_page_bytes);
  if (!page) return reply(number, page.error());
  reply(number, control::record_page{std::move(page->raw), page->is_last});
}

void control_session::handle(std::uint64_t number, const control::list_stuck&) {
  parts_.core.stuck(replying<std::vector<stuck_run>>(number));
}

void control_session::handle(std::uint64_t number, const control::ask_status&) {
  const auto trouble = parts_.records.trouble();
  reply(number, control::runtime_status{static_cast<std::uint32_t>(::getpid()),
                                        trouble ? trouble->message : "", parts_.core.counters()});
}

void control_session::handle(std::uint64_t number, const control::retry_run& what) {
  parts_.core.retry_now(what.workflow_id, replying<void>(number));
}

// The engine finds the run's timers and tasks in its next sweep. An append that runs out of memory
// half way ends the process, which then recovers, as it does on the journal's own thread.
void control_session::handle(std::uint64_t number, const control::import_run& what) {
  const auto imported = [&]() noexcept {
    return journal::import_history(parts_.records, parts_.core.owner(), what.run);
  }();
  reply(number, reply_of(imported));
}

// ---- checkpoints

void control_session::handle(std::uint64_t number, const control::list_checkpoints& what) {
  reply(number, reply_of(list_checkpoints(parts_.records, what.run)));
}

void control_session::handle(std::uint64_t number, const control::read_checkpoint& what) {
  reply(number, reply_of(read_checkpoint_piece(parts_.records, what.id, what.from,
                                               control::max_page_bytes)));
}

void control_session::handle(std::uint64_t number, const control::read_nodes& what) {
  reply(number, reply_of(read_node_page(parts_.records, what.wanted, control::max_page_rows,
                                        control::max_page_bytes)));
}

void control_session::handle(std::uint64_t number, const control::take_one& what) {
  parts_.core.take_checkpoint(what.run, replying<taken_checkpoint>(number));
}

void control_session::handle(std::uint64_t number, const control::verify_one& what) {
  parts_.core.verify_checkpoint(what.id, replying<void>(number));
}

void control_session::handle(std::uint64_t number, const control::trim_run& what) {
  parts_.core.trim(what.run, replying<journal::sequence>(number));
}

// ---- updates and queries

void control_session::handle(std::uint64_t number, const update_request& what) {
  parts_.core.update(what, replying<update_reply>(number));
}

void control_session::handle(std::uint64_t number, const query_request& what) {
  parts_.core.query(what, replying<journal::payload>(number));
}

}  // namespace theus
