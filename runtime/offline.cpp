#include "theus/runtime/offline.hpp"

#include "theus/runtime/blobs.hpp"
#include "theus/runtime/promise_token.hpp"
#include "theus/runtime/queries.hpp"

#include "loader.hpp"
#include "query_answer.hpp"
#include "request_checks.hpp"

namespace theus {
namespace {

error no_such_workflow(const std::string& workflow_id) {
  return {errc::not_found, "no run with workflow id '" + workflow_id + "'"};
}

// Nobody collects while this process has the journal to itself.
result<void> require_blobs(journal::store& store, const journal::payload& value) {
  node_archive nodes(store);
  return blob_store(nodes).pin_all_in(value);
}

}  // namespace

result<offline_recorder> offline_recorder::open(const registry& what, journal::store& store,
                                                wall_clock& clock, entropy& random,
                                                const engine_options& options) {
  const auto owner = store.acquire_epoch();
  if (!owner) return owner.error();
  return offline_recorder(what, store, clock, random, options, *owner);
}

result<start_reply> offline_recorder::start(const start_request& request) {
  if (const auto fault = find_fault(request, what_, options_.bounds)) return *fault;
  if (auto there = require_blobs(store_, request.arguments); !there) return there.error();
  if (!request.request_id.empty()) {
    const auto known = store_.run_of_request(request.workflow_id, request.request_id);
    if (!known) return known.error();
    if (*known) {
      const auto row = store_.instance(**known);
      if (!row) return row.error();
      const bool in_window = *row && !((*row)->closed_at &&
                                       clock_.now() - *(*row)->closed_at > options_.request_window);
      if (in_window) return start_reply{**known, true};
    }
  }
  if (request.policy != id_policy::reject || request.signal) {
    return error{errc::bad_input,
                 "a start with a policy or a signal needs a runtime that holds the journal"};
  }
  const auto holder = store_.run_of(request.workflow_id);
  if (!holder) return holder.error();
  if (*holder) {
    const auto row = store_.instance(**holder);
    if (!row) return row.error();
    if (*row && (*row)->status == journal::run_status::running) {
      return error{errc::workflow_exists, "workflow id '" + request.workflow_id +
                                              "' is held by running run " + (*holder)->to_string()};
    }
  }
  const auto drawn = random_.seed();
  const auto run =
      journal::run_id::make(journal::shard_key_of(request.workflow_id), drawn.high, drawn.low);
  const auto seed = random_.seed();
  journal::started event{request.workflow_id,
                         request.workflow_type,
                         request.request_id,
                         request.arguments,
                         known_semantics,
                         seed.high,
                         seed.low};
  if (auto done = append(run, {}, std::move(event)); !done) return done.error();
  return start_reply{run, false};
}

result<void> offline_recorder::signal(const signal_request& request) {
  if (const auto fault = find_fault(request, options_.bounds)) return *fault;
  if (auto there = require_blobs(store_, request.value); !there) return there;
  return record_event(
      request.workflow_id,
      journal::signal_received{request.name, request.value, std::nullopt, request.request_id});
}

result<void> offline_recorder::cancel(const std::string& workflow_id, const std::string& reason) {
  if (const auto fault = find_reason_fault(workflow_id, reason, options_.bounds)) return *fault;
  return record_event(workflow_id, journal::cancel_requested{reason});
}

result<void> offline_recorder::terminate(const std::string& workflow_id,
                                         const std::string& reason) {
  return rule(workflow_id, reason, journal::terminated{reason});
}

result<void> offline_recorder::pause(const std::string& workflow_id, const std::string& reason) {
  return rule(workflow_id, reason, journal::paused{reason});
}

result<void> offline_recorder::resume(const std::string& workflow_id) {
  return rule(workflow_id, {}, journal::resumed{});
}

// Nothing where it is so already.
result<void> offline_recorder::rule(const std::string& workflow_id, const std::string& reason,
                                    journal::event event) {
  if (const auto fault = find_reason_fault(workflow_id, reason, options_.bounds)) return *fault;
  const auto run = store_.run_of(workflow_id);
  if (!run) return run.error();
  if (!*run) return no_such_workflow(workflow_id);
  const auto row = store_.instance(**run);
  if (!row) return row.error();
  const bool is_end = std::holds_alternative<journal::terminated>(event);
  const bool is_pause = std::holds_alternative<journal::paused>(event);
  if (*row && is_end && (*row)->status == journal::run_status::terminated) return {};
  const bool is_running = *row && (*row)->status == journal::run_status::running;
  if (is_running && !is_end && (*row)->is_paused == is_pause) return {};
  return record_event(**run, std::move(event));
}

result<void> offline_recorder::settle(const settle_request& request) {
  if (const auto fault = find_fault(request, options_.bounds)) return *fault;
  if (const auto* value = std::get_if<journal::payload>(&request.outcome)) {
    if (auto there = require_blobs(store_, *value); !there) return there;
  }
  const auto token = promise_token::parse(request.token).value();
  return record_event(token.run, journal::promise_settled{token.command, request.outcome});
}

result<void> offline_recorder::record_event(const std::string& workflow_id, journal::event event) {
  const auto run = store_.run_of(workflow_id);
  if (!run) return run.error();
  if (!*run) return no_such_workflow(workflow_id);
  return record_event(**run, std::move(event));
}

result<void> offline_recorder::record_event(journal::run_id run, journal::event event) {
  const auto row = store_.instance(run);
  if (!row) return row.error();
  const auto head = store_.head_of(run);
  if (!head) return head.error();
  if (!*row || !*head) return error{errc::not_found, "there is no run " + run.to_string()};
  if ((*row)->status != journal::run_status::running) {
    return error{errc::run_finished, "run " + run.to_string() + " of workflow '" +
                                         (*row)->workflow_id +
                                         "' has finished: " + journal::name((*row)->status)};
  }
  return append(run, **head, std::move(event));
}

result<void> offline_recorder::append(journal::run_id run, const journal::head& after,
                                      journal::event event) {
  journal::record r;
  r.raw_time = clock_.now();
  r.body = journal::intake{{std::move(event)}};
  auto unit = journal::unit::make(run, owner_, after, std::move(r), options_.bounds);
  if (!unit) return unit.error();
  const std::vector<journal::unit> units{std::move(*unit)};
  const auto answer = store_.append(units).front();
  switch (answer.status) {
    case journal::append_status::committed:
      return {};
    case journal::append_status::conflict:
      return error{errc::workflow_exists,
                   "the workflow id is held by run " +
                       (answer.holder ? answer.holder->to_string() : run.to_string())};
    case journal::append_status::fenced:
      return error{errc::stopped, "another process has taken over this journal"};
    case journal::append_status::unknown:
      break;
  }
  return answer.why.value_or(
      error{errc::io_error, "the journal does not say whether the request was recorded"});
}

result<journal::payload> query_offline(const registry& what, journal::store& store,
                                       const query_request& request,
                                       const engine_options& options) {
  if (const auto fault = find_fault(request, options.bounds)) return *fault;
  const auto row = find_instance(store, request.id);
  if (!row) return row.error();
  const auto query = find_query(what, row->workflow_type, request.name);
  if (!query) return query.error();
  node_archive nodes(store);
  std::vector<std::string> damaged;
  const auto seen =
      see_in_journal(store, nodes, what, *row, what.watched(options.machine_bounds), damaged);
  if (!seen) return seen.error();
  return answer_query(**query, *seen, request.arguments, what, options).answered;
}

}  // namespace theus
