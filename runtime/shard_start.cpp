#include <memory>
#include <utility>

#include "theus/runtime/record_search.hpp"

#include "engine_core.hpp"
#include "shard.hpp"

// How runs begin: who has a workflow id, what a request id gives, and what policies say.
namespace theus {
namespace {

error workflow_exists(const std::string& workflow_id, journal::run_id holder) {
  return {errc::workflow_exists,
          "workflow id '" + workflow_id + "' is held by running run " + holder.to_string()};
}

}  // namespace

const char* name(id_policy what) {
  switch (what) {
    case id_policy::reject:
      return "reject";
    case id_policy::join:
      return "join";
    case id_policy::replace:
      return "replace";
    case id_policy::after_failure:
      return "after_failure";
  }
  return "unknown";
}

void shard::start(start_request request, answer<start_reply> done,
                  std::optional<journal::message_id> parent) {
  if (is_over()) return;
  if (auto why = core_.refusal()) return done(*why);
  if (const auto found = starting_.find(request.workflow_id); found != starting_.end()) {
    found->second.push_back({std::move(request), std::move(done), std::move(parent)});
    return;
  }
  if (auto known = answer_by_request(request, parent)) return done(*known);
  if (request.policy != id_policy::reject || request.signal) {
    return start_by_policy(std::move(request), std::move(done));
  }
  const auto holder = by_workflow_id_.find(request.workflow_id);
  if (holder != by_workflow_id_.end()) {
    return done(workflow_exists(request.workflow_id, holder->second->id));
  }
  begin_run(std::move(request), std::move(done), std::move(parent));
}

// Where the newest run of the workflow id matters. A start that asks for no more finds out when it
// is appended.
void shard::start_by_policy(start_request request, answer<start_reply> done) {
  const auto open = running_slot(request.workflow_id);
  const bool has_ended = !open && open.error().code == errc::run_finished;
  if (!open && !has_ended && open.error().code != errc::not_found) return done(open.error());
  if (open) {
    run_slot& s = **open;
    if (request.signal) return signal_instead(s, std::move(request), std::move(done));
    if (request.policy == id_policy::join) return done(start_reply{s.id, true});
    if (request.policy == id_policy::replace) {
      return start_behind_end_of(s, std::move(request), std::move(done));
    }
    return done(workflow_exists(request.workflow_id, s.id));
  }
  if (has_ended && request.signal && !request.request_id.empty()) {
    const auto run = core_.journal.run_of(request.workflow_id);
    if (!run || !*run) return done(run ? open.error() : run.error());
    const auto is_again = has_received(core_.journal, **run, request.request_id);
    if (!is_again && is_again.error().code != errc::trimmed) return done(is_again.error());
    if (is_again && *is_again) return done(start_reply{**run, true});
  }
  if (has_ended && request.policy == id_policy::after_failure) {
    if (auto why = why_not_after_failure(request.workflow_id)) return done(std::move(*why));
  }
  begin_run(std::move(request), std::move(done), std::nullopt);
}

std::optional<error> shard::why_not_after_failure(const std::string& workflow_id) const {
  const auto run = core_.journal.run_of(workflow_id);
  const auto row = run && *run ? core_.journal.instance(**run)
                               : result<std::optional<journal::instance_row>>(std::nullopt);
  if (!run || !row) return run ? row.error() : run.error();
  if (!*row || (*row)->status != journal::run_status::completed) return std::nullopt;
  return error{errc::workflow_exists, "run " + (*run)->to_string() + " of workflow id '" +
                                          workflow_id +
                                          "' has completed: by its policy (after_failure) it is "
                                          "the last"};
}

// Whoever is first to start behind the end of the one that was open has the id; the next replaces
// that.
void shard::start_behind_end_of(run_slot& s, start_request request, answer<start_reply> done) {
  const auto next = std::make_shared<waiting_start>(std::move(request), std::move(done));
  s.incoming.push(journal::terminated{"replaced by another start of its workflow id"},
                  answer<void>([&core = core_, index = index_, next](result<void> how) {
                    if (!how && how.error().code != errc::run_finished) {
                      return next->done(how.error());
                    }
                    core.post_to_shard(index, [next](shard& self) {
                      self.start(std::move(next->request), std::move(next->done));
                    });
                  }));
  make_ready(s);
}

// A run that ends before it has the signal makes room for the one that was to be started.
void shard::signal_instead(run_slot& s, start_request request, answer<start_reply> done) {
  journal::signal_received event{request.signal->name, request.signal->value, std::nullopt,
                                 request.request_id};
  const auto next = std::make_shared<waiting_start>(std::move(request), std::move(done));
  s.incoming.push(std::move(event),
                  answer<void>([&core = core_, index = index_, run = s.id, next](result<void> how) {
                    if (how) return next->done(start_reply{run, true});
                    if (how.error().code != errc::run_finished) return next->done(how.error());
                    core.post_to_shard(index, [next](shard& self) {
                      self.start(std::move(next->request), std::move(next->done));
                    });
                  }));
  make_ready(s);
}

// A request id names the run it made until its window after the run's end has passed (rule 27).
std::optional<result<start_reply>> shard::answer_by_request(
    const start_request& request, const std::optional<journal::message_id>& parent) {
  if (request.request_id.empty()) return std::nullopt;
  const auto run = core_.journal.run_of_request(request.workflow_id, request.request_id);
  if (!run) return run.error();
  if (!*run) return std::nullopt;
  const auto row = core_.journal.instance(**run);
  if (!row) return row.error();
  if (!*row) return std::nullopt;
  if (parent) {
    // A client may have made up the same request id.
    if ((*row)->parent != parent) return workflow_exists(request.workflow_id, **run);
    return result<start_reply>(start_reply{**run, true});
  }
  const auto& closed_at = (*row)->closed_at;
  if (closed_at && core_.clock.now() - *closed_at > core_.options.request_window) {
    return std::nullopt;
  }
  return result<start_reply>(start_reply{**run, true});
}

void shard::begin_run(start_request request, answer<start_reply> done,
                      std::optional<journal::message_id> parent) {
  const auto run = core_.new_run_id(journal::shard_key_of(request.workflow_id));
  const auto seed = core_.new_seed();
  const std::string workflow_id = request.workflow_id;
  journal::started event;
  event.workflow_id = std::move(request.workflow_id);
  event.workflow_type = std::move(request.workflow_type);
  event.request_id = std::move(request.request_id);
  event.arguments = std::move(request.arguments);
  event.semantics = known_semantics;
  event.seed_high = seed.high;
  event.seed_low = seed.low;
  event.parent = std::move(parent);

  run_slot& s = slot_of(run);
  name(s, workflow_id);
  s.starting = true;
  starting_[workflow_id];
  std::optional<journal::signal_received> signal;
  if (request.signal) {
    signal = {std::move(request.signal->name), std::move(request.signal->value), std::nullopt,
              event.request_id};
  }
  auto shared = std::make_shared<answer<start_reply>>(std::move(done));
  s.incoming.push(std::move(event), answer<void>([shared, run](result<void> how) {
                    if (how) {
                      (*shared)(start_reply{run, false});
                    } else {
                      (*shared)(how.error());
                    }
                  }));
  if (signal) s.incoming.push(std::move(*signal));
  make_ready(s);
}

// Those who wanted the same workflow id meanwhile can be answered from the journal now.
void shard::start_settled(const std::string& workflow_id) {
  const auto found = starting_.find(workflow_id);
  if (found == starting_.end()) return;
  auto waiting = std::move(found->second);
  starting_.erase(found);
  for (auto& each : waiting) {
    start(std::move(each.request), std::move(each.done), std::move(each.parent));
  }
}

}  // namespace theus
