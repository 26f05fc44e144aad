#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "theus/journal/store.hpp"
#include "theus/runtime/activity_queue.hpp"
#include "theus/runtime/activity_type.hpp"
#include "theus/runtime/clock.hpp"
#include "theus/runtime/machine.hpp"
#include "theus/runtime/query_type.hpp"
#include "theus/runtime/random.hpp"
#include "theus/runtime/requests.hpp"
#include "theus/runtime/retention.hpp"

namespace theus {

class shard_seat;
struct taken_checkpoint;

// What an application can run, by name. Immutable while an engine uses it.
struct registry {
  std::map<std::string, std::shared_ptr<const workflow_type>, std::less<>> workflows;
  std::map<std::string, std::shared_ptr<const activity_type>, std::less<>> activities;
  query_types queries;
  theus::retentions retentions;
  activity_queues queues;
  // Watches the code of the workflows; null: nobody does.
  std::shared_ptr<turn_guard> guard;

  // With the guard.
  machine_limits watched(machine_limits bounds) const {
    bounds.guard = guard.get();
    return bounds;
  }
};

struct engine_options {
  // Which program this is: recorded with the first turn that it makes of a run, so that a report
  // can say who made a turn that this program does not repeat. At most bounds.name_bytes. "" for
  // nothing; a theus::runtime takes the program's GNU build id then.
  std::string build;
  // Every turn is made twice before it is recorded, the second time replayed from the journal with
  // other contents of memory, addresses and orders; what differs is refused and the run set aside.
  // Costs a replay for each turn: for tests and staging.
  bool paranoid = false;
  journal::limits bounds;
  machine_limits machine_bounds;
  // For the frames of runs that wait; a run that only sleeps, for longer than the horizon, has
  // none.
  std::size_t frame_cache_bytes = 96 * 1024 * 1024;
  std::size_t activities_at_once = 1'000;            // dispatched and not yet answered
  std::chrono::milliseconds sweep_interval{10'000};  // finds what a lost wake-up missed
  std::chrono::milliseconds timer_horizon{30'000};   // timers due sooner are kept in memory
  std::chrono::milliseconds stuck_first_backoff{1'000};
  std::chrono::milliseconds stuck_maximum_backoff{600'000};
  // A checkpoint is taken of a run when phases or iterations of it have ended and replay would
  // apply more than this behind the last one.
  std::uint64_t checkpoint_records = 1'000;
  std::uint64_t checkpoint_bytes = 1024 * 1024;
  std::chrono::microseconds checkpoint_replay_time{20'000};
  // Nodes that no checkpoint needs are collected when as many were written since the last time as
  // were in use then, and this many.
  std::uint64_t collection_nodes = 10'000;
  // Of runs that wait or are finished, so many are looked at per sweep for what their workflow type
  // lets go by now, and so many of them trimmed. The rest waits for the next sweeps.
  std::size_t retention_rows = 512;
  std::size_t retention_trims = 64;
  // A run without such ends is reported when replay applies more than this, and then at each
  // doubling.
  std::uint64_t replay_budget_records = 20'000;
  std::chrono::hours request_window{24 * 30};  // how long a request id outlives its finished run
};

// Where things run. All may be one and the same executor: then the engine is single-threaded, and
// deterministic if that executor is.
struct engine_executors {
  // One per shard, each a strand or a single-threaded context of its own.
  std::vector<boost::asio::any_io_executor> shards;
  boost::asio::any_io_executor journal;   // appends are written here: one thread
  boost::asio::any_io_executor sync;      // they wait for the disk here: one thread, or `journal`
  boost::asio::any_io_executor blocking;  // plain activities block here
  std::size_t blocking_threads = 64;      // that many at once: those of `blocking`, or more
  boost::asio::any_io_executor io;        // asio::awaitable activities
  // Checkpoints and collections, which replay and read for long: one thread, or `journal`.
  boost::asio::any_io_executor background;
  // One per shard, or none: then a workflow that blocks its thread delays its shard's other runs.
  // They outlive the engine.
  std::vector<shard_seat*> seats;
};

struct signal_request {
  std::string workflow_id;
  std::string name;
  journal::payload value;
  std::string request_id;  // delivered once per request id; "" for no deduplication
};

// Resolves or rejects the promise that has this token.
struct settle_request {
  std::string token;
  std::variant<journal::payload, journal::failure_info> outcome;  // a failure has a type
};

struct run_outcome {
  journal::run_id run;
  journal::run_status status = journal::run_status::running;
  journal::payload result;        // when completed
  journal::failure_info failure;  // when failed, cancelled or terminated
};

struct stuck_run {
  journal::run_id run;
  std::string workflow_id;
  std::string reason;  // the bug, the mismatch's explanation, the missing workflow
  std::uint32_t failed_turns = 0;
  journal::wall_time next_try;
};

struct engine_counters {
  std::uint64_t turns = 0, records = 0, appends = 0, activities_run = 0, timers_fired = 0,
                evictions = 0, replays = 0, mismatches = 0, checkpoints = 0, queries = 0, stuck = 0,
                frames = 0;
};

// Loads runs, steps their machines, appends the turns, then acts (design sections 2, 3 and 9).
//
// Owns: run queues, frame cache, timer horizon, dispatch of activities, retries, backoff.
// Its maker owns: store, clock, entropy, executors and their threads, the registry; all must
// outlive it. Thread: every member function from any thread; callbacks run on an executor of the
// engine and must not block. Every callback is called exactly once, with errc::stopped if the
// engine stops first.
class engine {
 public:
  template <class T>
  using callback = std::function<void(result<T>)>;

  engine(engine_options options, const registry& what, journal::store& store, wall_clock& clock,
         entropy& random, engine_executors where);
  ~engine();  // after stop() has called back
  engine(const engine&) = delete;
  engine& operator=(const engine&) = delete;

  // Acquires the journal's epoch, then wakes what is due: tasks, timers, backlog, messages.
  // Errors: limit_exceeded (options.build is too long; the epoch stays), io_error, disk_full.
  result<void> open();

  // Takes no more requests, asks running activities to stop, lets turns in flight commit, then
  // calls back. What is unfinished goes on at the next open.
  void stop(std::function<void()> done);

  // Answered once durable. Errors: unknown_workflow, wrong_type (arguments do not decode),
  // workflow_exists (names the run; also of one that has completed, by policy), bad_input (names a
  // blob that is not stored), limit_exceeded, disk_full, io_error.
  void start(start_request request, callback<start_reply> done);
  // Answered once durable, also when the run is stuck. Errors: not_found, run_finished, bad_input,
  // …
  void signal(signal_request request, callback<void> done);
  void cancel(std::string workflow_id, std::string reason, callback<void> done);
  // Ends the run without its code: nothing is cleaned up, what it waits for is withdrawn, and its
  // outcome is `terminated`. Answered once durable, whatever the run does: it may sleep, be stuck,
  // be paused, or have made no turn yet. One that was terminated before is answered likewise.
  // Errors: not_found, run_finished (it had ended otherwise), limit_exceeded, disk_full, io_error.
  void terminate(std::string workflow_id, std::string reason, callback<void> done);
  // Until it is resumed the run makes no turn, also behind a restart. What comes for it is kept,
  // and timers that come due wait; attempts that run go on to their end, and none begins. Answered
  // once durable; one that is paused already is answered likewise, and so is one that is resumed
  // and was not paused. Errors: as of terminate.
  void pause(std::string workflow_id, std::string reason, callback<void> done);
  void resume(std::string workflow_id, callback<void> done);
  // Answered once durable, whatever the run does: it may sleep, be evicted, be stuck, or not await
  // the promise yet. The first settlement counts, and the same once more is as good as the first,
  // for the last machine::most_settlements promises of the run. Of a stuck run nobody can tell yet
  // which was first: all are kept, and the first of them counts once the run goes on.
  // Errors: bad_input (no token), not_found (no such run; or the promise is not open: withdrawn,
  // or never made), already_settled (otherwise), wrong_type (its type cannot be read from the
  // value), run_finished, limit_exceeded, disk_full, io_error.
  void settle(settle_request request, callback<void> done);
  // Asks a run to change: what is bound to the update's name runs in it, beside its function, and
  // its answer is who asked's. It is refused, and nothing of it recorded, when its validator
  // throws, looking at the run as its last turn left it. What is accepted is recorded, and
  // completes once, before the run ends, unless that is terminated. The same update id again, at
  // any time, is the same update: neither judged nor begun once more. While the run is paused it
  // waits here, and is in no record; asking again is safe. `completed` is answered with what it
  // came to. Errors: not_found, run_finished (or its function has returned; or it was terminated
  // before the update completed), unknown_update (names those there are), wrong_type,
  // update_rejected (with what was thrown), mismatch (the run is stuck), limit_exceeded (also while
  // machine::most_open_updates are open), bad_input, trimmed (the answer is in a record that is
  // gone), disk_full, io_error. With a `start`, of the same workflow id, a run is started where
  // none is open; where the newest one knows the update, that answers. The start stays when the
  // update is refused. Errors then also: those of start, but for workflow_exists.
  void update(update_request request, callback<update_reply> done);
  // Waits for the newest run with this workflow id to finish. Errors: not_found.
  void wait(std::string workflow_id, callback<run_outcome> done);

  // Asks a run, whatever its state, how it stands behind its last durable turn (rule 9); answered
  // with the payload that the query's function gives. Records nothing and disturbs nothing: a run
  // that is in memory is asked between two turns, and any other is replayed beside, from its newest
  // checkpoint, for each query. The function runs on the run's shard, as turns do.
  // Errors: not_found, unknown_workflow, unknown_query (names those there are), wrong_type (the
  // arguments do not decode), query_failed (with what was thrown), mismatch (the run cannot be
  // replayed with this code), limit_exceeded; those of reading.
  void query(query_request request, callback<journal::payload> done);

  void stuck(callback<std::vector<stuck_run>> done);
  // Tries a stuck run again now.
  void retry_now(std::string workflow_id, callback<void> done);
  // In the background, as the checkpoints that are taken by budget, one after the other: what
  // take_checkpoint and verify_checkpoint do, and a trim to the newest one, verified first, which
  // is answered with the last record that went. Who asks for what waits already shares its answer.
  // Errors: theirs; those of newest_anchor; limit_exceeded while 1,000 callers wait;
  // mismatch when the run is stuck: its records stay.
  void take_checkpoint(journal::run_id run, callback<taken_checkpoint> done);
  void verify_checkpoint(const journal::checkpoint_id& id, callback<void> done);
  void trim(journal::run_id run, callback<journal::sequence> done);
  engine_counters counters() const;
  // The blobs of its journal. What is written or pinned here stays as long as who asked holds it.
  blob_store blobs();
  // The epoch this engine appends under, once open: for an import beside it.
  journal::epoch owner() const;
  // What people should hear of: lines of ctx.log, stuck runs, trouble with the disk.
  void on_report(std::function<void(const std::string& line)> sink);

 private:
  class impl;
  std::unique_ptr<impl> impl_;
};

}  // namespace theus
