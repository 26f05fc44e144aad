#pragma once

#include <string>

#include "theus/journal/store.hpp"
#include "theus/runtime/clock.hpp"
#include "theus/runtime/engine.hpp"
#include "theus/runtime/random.hpp"

namespace theus {

// Takes requests for a journal that no runtime holds: each becomes a durable intake, and the next
// runtime to open the journal takes it into a turn (semantics rule 1). No workflow code and no
// activity runs here.
//
// Its maker owns everything it is given, which must outlive it. Thread: one at a time; blocks.
class offline_recorder {
 public:
  // Errors: io_error, disk_full.
  static result<offline_recorder> open(const registry& what, journal::store& store,
                                       wall_clock& clock, entropy& random,
                                       const engine_options& options = {});

  // The same promises and errors as the engine's members of these names, but that settle knows
  // nothing of the promise: what was recorded first counts, as of a stuck run.
  result<start_reply> start(const start_request& request);
  result<void> signal(const signal_request& request);
  result<void> cancel(const std::string& workflow_id, const std::string& reason);
  result<void> terminate(const std::string& workflow_id, const std::string& reason);
  result<void> pause(const std::string& workflow_id, const std::string& reason);
  result<void> resume(const std::string& workflow_id);
  result<void> settle(const settle_request& request);

 private:
  offline_recorder(const registry& what, journal::store& store, wall_clock& clock, entropy& random,
                   const engine_options& options, journal::epoch owner)
      : what_(what),
        store_(store),
        clock_(clock),
        random_(random),
        options_(options),
        owner_(owner) {}

  result<void> rule(const std::string& workflow_id, const std::string& reason,
                    journal::event event);
  result<void> record_event(const std::string& workflow_id, journal::event event);
  result<void> record_event(journal::run_id run, journal::event event);
  result<void> append(journal::run_id run, const journal::head& after, journal::event event);

  const registry& what_;
  journal::store& store_;
  wall_clock& clock_;
  entropy& random_;
  engine_options options_;
  journal::epoch owner_;
};

// Answers a query as engine::query does, with the code in `what`, which runs here. Writes nothing.
// Errors: those of engine::query. Thread: any; blocks.
result<journal::payload> query_offline(const registry& what, journal::store& store,
                                       const query_request& request,
                                       const engine_options& options = {});

}  // namespace theus
