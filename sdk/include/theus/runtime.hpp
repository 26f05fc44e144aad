#pragma once

#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <boost/asio/awaitable.hpp>

#include "theus/application.hpp"
#include "theus/codec.hpp"
#include "theus/query.hpp"
#include "theus/runtime/engine.hpp"
#include "theus/signal.hpp"
#include "theus/update.hpp"

namespace theus {

struct runtime_options {
  std::filesystem::path journal;     // folder, created if need be
  std::size_t shards = 1;            // threads that run workflows
  std::size_t activity_threads = 4;  // plain activities that run at once
  bool control_socket = true;        // other processes may talk to this runtime through the folder
  engine_options engine;
  // Lines for people: ctx.log, stuck runs, trouble with the disk. Default: standard error.
  std::function<void(const std::string& line)> report;
  // What the runtime depends on. Absent: the system's clock, the system's randomness, RocksDB in
  // `journal`. With a store of its own it needs no folder unless it has a control socket. The same
  // clock, seed and events give the same records.
  std::shared_ptr<wall_clock> clock;
  std::shared_ptr<entropy> random;
  std::shared_ptr<theus::journal::store> store;
};

// How to name a start. An empty request id makes every start a new one.
struct start_options {
  std::string workflow_id = {};
  std::string request_id = {};  // the same one again gives the same run, also after it finished
  id_policy policy = id_policy::reject;  // when the workflow id has been used
};

// A start as a value.
template <class... Args>
start_request start_of(std::string workflow, start_options how, const Args&... args) {
  return {std::move(workflow), std::move(how.workflow_id), std::move(how.request_id),
          encode_arguments(args...), how.policy};
}

// A run ended without a result: it failed, or was cancelled or terminated.
class run_failed : public std::runtime_error {
 public:
  run_failed(const std::string& workflow_id, journal::run_status status, journal::failure_info why);
  journal::run_status status() const { return status_; }
  const journal::failure_info& why() const { return why_; }

 private:
  journal::run_status status_;
  journal::failure_info why_;
};

// A whole Theus inside a process: journal, engine, threads and control socket.
// Errors are thrown as error_exception, whose code() says what can be done.
// Threads: every member from any thread, but blocking ones not from an activity on the event loop.
class runtime {
 public:
  // Opens the journal, continues what was unfinished. `what` must outlive the runtime.
  runtime(const application& what, runtime_options options);
  // Stops, if stop() was not called.
  ~runtime();
  runtime(const runtime&) = delete;
  runtime& operator=(const runtime&) = delete;

  // Lets turns in flight commit, waits for plain activities to return and joins the threads; every
  // call that still waits ends with errc::stopped. Unfinished runs go on at the next start. The
  // journal stays open, for records(), until the runtime is destroyed.
  void stop();

  // ---- blocking

  template <class... Args>
  start_reply start(const std::string& workflow, start_options how, const Args&... args) {
    return start_encoded(start_of(workflow, std::move(how), args...));
  }
  // Sends the signal to the run that has this workflow id, else to one that begins with it: both
  // are recorded together. Asked again with the same request id it starts and sends nothing twice.
  //   runtime.signal_with_start(theus::start_of("cart", {.workflow_id = "ann"}), added, item);
  template <class T>
  start_reply signal_with_start(start_request first, theus::signal<T> what,
                                const std::type_identity_t<T>& value) {
    first.signal = {what.name(), encode(value)};
    return start_encoded(std::move(first));
  }
  template <class T>
  void signal(const std::string& workflow_id, theus::signal<T> what,
              const std::type_identity_t<T>& value, std::string request_id = {}) {
    signal_encoded({workflow_id, what.name(), encode(value), std::move(request_id)});
  }
  // Gives a promise its value, by its token; the first counts. Twice the same does no harm. Throws
  // what engine::settle says.
  template <class T>
  void resolve(const std::string& token, const T& value) {
    settle_encoded({token, encode(value)});
  }
  void resolve(const std::string& token) { settle_encoded({token, "null"}); }  // promise<void>
  // Who awaits it gets the failure thrown.
  void reject(const std::string& token, const failure& why) {
    settle_encoded({token, journal::failure_info{why.type(), why.what(), {}}});
  }
  // Waits for the newest run of that id. Throws run_failed.
  template <class R>
  R result(const std::string& workflow_id) {
    return decode<R>(result_encoded(workflow_id));
  }
  void cancel(const std::string& workflow_id, const std::string& reason = {});
  // Ends a run whose code is not asked: engine::terminate. Who waits for it gets run_failed, with
  // the status `terminated`.
  void terminate(const std::string& workflow_id, const std::string& reason = {});
  // Lets a run stand still, and go on: engine::pause, engine::resume.
  void pause(const std::string& workflow_id, const std::string& reason = {});
  void resume(const std::string& workflow_id);
  // Asks a run how it stands behind its last durable turn, whether it is busy, asleep, stuck or
  // finished; by workflow id, its newest run, or by run id. Nothing is recorded. What is thrown:
  // engine::query.
  template <class R, class... Params, class... Args>
  R query(const std::string& id, theus::query<R(Params...)> what, const Args&... args) {
    return decode<R>(query_encoded(to_request(id, what, args...)));
  }

  // Asks a run to change, and waits for what that comes to: it runs what application::bind binds.
  // Throws error_exception (engine::update): update_rejected when its validator refused it, before
  // anything was recorded; and theus::failure, when it was accepted and failed. With the same
  // update id it is the same update, and the answer is the same.
  template <class R, class... Params, class... Args>
  R update(const std::string& workflow_id, theus::update<R(Params...)> what, const Args&... args) {
    return update<R>(workflow_id, update_options(), what, args...);
  }
  template <class R, class... Params, class... Args>
  R update(const std::string& workflow_id, update_options how, theus::update<R(Params...)> what,
           const Args&... args) {
    return answer_in<R>(update_encoded(
        to_request(workflow_id, std::move(how), update_stage::completed, what, args...)));
  }
  // The same to a run that begins with it where none of this workflow id is open: both are recorded
  // together, unless a validator has to see the run first. Asked again, also after a crash, it
  // starts nothing and updates nothing twice when both have ids.
  //   const auto booked = runtime.update_with_start(
  //       theus::start_of("book", {.workflow_id = "trip-7"}, trip), {.update_id = "ask"},
  //       confirmed);
  template <class R, class... Params, class... Args>
  R update_with_start(start_request first, update_options how, theus::update<R(Params...)> what,
                      const Args&... args) {
    update_request asked =
        to_request(first.workflow_id, std::move(how), update_stage::completed, what, args...);
    asked.start = std::move(first);
    return answer_in<R>(update_encoded(std::move(asked)));
  }
  // The same, waiting only until it is recorded, so that it happens whatever comes. Returns its id;
  // update() with that gives the answer.
  template <class R, class... Params, class... Args>
  std::string begin_update(const std::string& workflow_id, update_options how,
                           theus::update<R(Params...)> what, const Args&... args) {
    return update_encoded(
               to_request(workflow_id, std::move(how), update_stage::accepted, what, args...))
        .update_id;
  }

  // ---- with coroutines, on any executor; it must outlive what is awaited on it. The coroutine
  // resumes there. Cancelling an await gives up waiting, with asio::error::operation_aborted; what
  // was asked for may happen all the same.

  template <class... Args>
  boost::asio::awaitable<start_reply> async_start(std::string workflow, start_options how,
                                                  const Args&... args) {
    return async_start_encoded(start_of(std::move(workflow), std::move(how), args...));
  }
  template <class T>
  boost::asio::awaitable<start_reply> async_signal_with_start(
      start_request first, theus::signal<T> what, const std::type_identity_t<T>& value) {
    first.signal = {what.name(), encode(value)};
    return async_start_encoded(std::move(first));
  }
  template <class T>
  boost::asio::awaitable<void> async_signal(std::string workflow_id, theus::signal<T> what,
                                            const std::type_identity_t<T>& value,
                                            std::string request_id = {}) {
    return async_signal_encoded(
        {std::move(workflow_id), what.name(), encode(value), std::move(request_id)});
  }
  template <class T>
  boost::asio::awaitable<void> async_resolve(std::string token, const T& value) {
    return async_settle_encoded({std::move(token), encode(value)});
  }
  boost::asio::awaitable<void> async_resolve(std::string token) {
    return async_settle_encoded({std::move(token), "null"});
  }
  boost::asio::awaitable<void> async_reject(std::string token, const failure& why) {
    return async_settle_encoded(
        {std::move(token), journal::failure_info{why.type(), why.what(), {}}});
  }
  boost::asio::awaitable<void> async_terminate(std::string workflow_id, std::string reason = {});
  boost::asio::awaitable<void> async_pause(std::string workflow_id, std::string reason = {});
  boost::asio::awaitable<void> async_resume(std::string workflow_id);
  template <class R>
  boost::asio::awaitable<R> async_result(std::string workflow_id) {
    const std::string encoded = co_await async_result_encoded(std::move(workflow_id));
    co_return decode<R>(encoded);
  }

  template <class R, class... Params, class... Args>
  boost::asio::awaitable<R> async_query(std::string id, theus::query<R(Params...)> what,
                                        const Args&... args) {
    return decoded<R>(async_query_encoded(to_request(std::move(id), what, args...)));
  }

  template <class R, class... Params, class... Args>
  boost::asio::awaitable<R> async_update(std::string workflow_id, update_options how,
                                         theus::update<R(Params...)> what, const Args&... args) {
    return answered<R>(async_update_encoded(to_request(std::move(workflow_id), std::move(how),
                                                       update_stage::completed, what, args...)));
  }

  // ---- payloads as JSON text

  start_reply start_encoded(start_request request);
  void signal_encoded(signal_request request);
  void settle_encoded(settle_request request);
  std::string result_encoded(const std::string& workflow_id);
  std::string query_encoded(query_request request);
  update_reply update_encoded(update_request request);
  boost::asio::awaitable<start_reply> async_start_encoded(start_request request);
  boost::asio::awaitable<void> async_signal_encoded(signal_request request);
  boost::asio::awaitable<void> async_settle_encoded(settle_request request);
  boost::asio::awaitable<std::string> async_result_encoded(std::string workflow_id);
  boost::asio::awaitable<std::string> async_query_encoded(query_request request);
  boost::asio::awaitable<update_reply> async_update_encoded(update_request request);

  // Where a client writes and reads bytes that no payload would hold. What is written or pinned
  // here stays while the client holds it, and from then on while a record mentions it.
  blob_store blobs();

  engine& core();
  journal::store& records();

 private:
  template <class R>
  static boost::asio::awaitable<R> decoded(boost::asio::awaitable<std::string> answer) {
    const std::string encoded = co_await std::move(answer);
    co_return decode<R>(encoded);
  }

  template <class R>
  static boost::asio::awaitable<R> answered(boost::asio::awaitable<update_reply> reply) {
    const update_reply came = co_await std::move(reply);
    co_return answer_in<R>(came);
  }

  class impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace theus
