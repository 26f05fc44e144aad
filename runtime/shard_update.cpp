#include <algorithm>
#include <memory>
#include <typeinfo>
#include <utility>

#include <boost/core/demangle.hpp>

#include "theus/runtime/errors.hpp"
#include "theus/runtime/record_search.hpp"
#include "theus/runtime/update_type.hpp"

#include "engine_core.hpp"
#include "shard.hpp"

// Updates: messages that may be refused before they are recorded, and are answered.
namespace theus {
namespace {

std::string shown(const journal::update_accepted& e, const machine& body) {
  return "update '" + e.name + "' of workflow '" + body.type().name() + "'";
}

error ended_before(const std::string& update_id, journal::run_id run) {
  return {errc::run_finished,
          "run " + run.to_string() + " ended before update '" + update_id + "' had completed"};
}

// Of a run that has ended; `otherwise` when it knows nothing of the update.
result<update_reply> answer_of_ended(journal::store& journal, journal::run_id run,
                                     const std::string& update_id, update_stage stage,
                                     const error& otherwise) {
  auto found = find_update(journal, run, update_id);
  if (!found) return found.error();
  if (!found->is_accepted) return otherwise;
  if (stage == update_stage::accepted) return update_reply{run, update_id, {}};
  if (!found->answer) return ended_before(update_id, run);
  return update_reply{run, update_id, std::move(found->answer)};
}

error no_such_update(const journal::update_accepted& e, const machine& body) {
  const update_types& known = body.type().updates();
  const std::string of = "workflow '" + body.type().name() + "' has no update";
  if (known.empty()) return {errc::unknown_update, of + "s"};
  std::string there;
  for (const auto& [name, type] : known) there += (there.empty() ? "" : ", ") + name;
  return {errc::unknown_update, of + " '" + e.name + "'; there are: " + there};
}

}  // namespace

// The open run, begun if need be; or the answer, where a run that has ended knows it.
result<std::variant<run_slot*, update_reply>> shard::slot_to_update(update_request& request) {
  using found = std::variant<run_slot*, update_reply>;
  const auto open = running_slot(request.workflow_id);
  if (open) return found(*open);
  const bool has_ended = open.error().code == errc::run_finished;
  const bool may_begin = request.start && (has_ended || open.error().code == errc::not_found);
  if (has_ended) {
    const auto run = core_.journal.run_of(request.workflow_id);
    if (!run || !*run) return run ? open.error() : run.error();
    auto known =
        answer_of_ended(core_.journal, **run, request.update_id, request.stage, open.error());
    if (known) return found(std::move(*known));
    if (!may_begin || known.error().message != open.error().message) return known.error();
  }
  if (!may_begin) return open.error();
  // The same start once more does not start it once more.
  if (const auto before = answer_by_request(*request.start, std::nullopt)) {
    return *before ? open.error() : before->error();
  }
  begin_run(std::move(*request.start), answer<start_reply>(), std::nullopt);
  return found(by_workflow_id_.at(request.workflow_id));
}

// A start may be refused because another run has its workflow id: what came for it went there.
journal::run_id shard::run_that_began(journal::run_id wished, const std::string& workflow_id) {
  const auto holder = by_workflow_id_.find(workflow_id);
  return find(wished) || holder == by_workflow_id_.end() ? wished : holder->second->id;
}

void shard::update(update_request request, answer<update_reply> done) {
  if (is_over()) return;
  if (auto why = core_.refusal()) return done(*why);
  const auto found = slot_to_update(request);
  if (!found) return done(found.error());
  if (const auto* known = std::get_if<update_reply>(&*found)) return done(*known);
  run_slot& s = *std::get<run_slot*>(*found);
  const auto waiting = std::make_shared<update_waiter>(request.update_id, std::move(done));
  const auto recorded = [this, run = s.id, may_move = s.starting, workflow_id = request.workflow_id,
                         stage = request.stage, waiting](result<void> how) {
    if (!how) return waiting->done(how.error());
    const auto in = may_move ? run_that_began(run, workflow_id) : run;
    if (stage == update_stage::accepted) {
      return waiting->done(update_reply{in, waiting->update_id, {}});
    }
    core_.post_to_shard(
        index_, [in, waiting](shard& self) { self.wait_for_update(in, std::move(*waiting)); });
  };
  s.incoming.push(journal::update_accepted{request.update_id, std::move(request.name),
                                           std::move(request.arguments)},
                  answer<void>(recorded));
  make_ready(s);
}

// It was accepted, by now or long ago.
void shard::wait_for_update(journal::run_id run, update_waiter waiting) {
  if (is_over()) return;
  if (find(run) == nullptr) {
    const auto row = core_.journal.instance(run);
    if (!row) return waiting.done(row.error());
    if (!*row || (*row)->status != journal::run_status::running) {
      return waiting.done(answer_of_ended(core_.journal, run, waiting.update_id,
                                          update_stage::completed,
                                          ended_before(waiting.update_id, run)));
    }
    name(slot_of(run), (*row)->workflow_id);
  }
  run_slot& s = slot_of(run);
  if (!s.body) {
    const auto found = find_update(core_.journal, run, waiting.update_id);
    if (!found) return waiting.done(found.error());
    if (found->answer) return waiting.done(update_reply{run, waiting.update_id, found->answer});
  }
  s.update_waiters.push_back(std::move(waiting));
  if (!s.away && !s.flight && !s.uncertain) settle_updates(s);
}

// Nothing of the run is under way at this moment: what it has in memory is durable.
void shard::settle_updates(run_slot& s) {
  if (s.update_waiters.empty() || !s.body) return;
  std::vector<update_waiter> still;
  for (auto& each : std::exchange(s.update_waiters, {})) {
    const auto* seen = s.body->find_update(each.update_id);
    if (seen && seen->answer) {
      each.done(update_reply{s.id, each.update_id, seen->answer});
    } else if (seen && seen->is_open) {
      still.push_back(std::move(each));
    } else {
      each.done(answer_of_ended(core_.journal, s.id, each.update_id, update_stage::completed,
                                ended_before(each.update_id, s.id)));
    }
  }
  s.update_waiters = std::move(still);
}

// The journal says so.
void shard::settle_updates_of_ended(run_slot& s) {
  for (auto& each : std::exchange(s.update_waiters, {})) {
    each.done(answer_of_ended(core_.journal, s.id, each.update_id, update_stage::completed,
                              ended_before(each.update_id, s.id)));
  }
}

// Of a run that is stuck: nobody could judge them, so none is recorded.
void shard::refuse_updates(run_slot& s, inbox& taken) {
  inbox refused = taken.take_updates();
  tell(refused, {errc::mismatch, "run " + s.id.to_string() +
                                     " is stuck, so the update was not accepted and nothing of it "
                                     "is recorded: " +
                                     (s.stuck ? s.stuck->reason : std::string())});
}

bool shard::is_judged(const run_slot& s, const journal::event& e) const {
  const auto* update = std::get_if<journal::update_accepted>(&e);
  const update_type* type = update && s.body ? s.body->type().find_update(update->name) : nullptr;
  return type && type->is_judged();
}

// Told to who asks, before anything is recorded.
std::optional<error> shard::why_not_accepted(const run_slot& s,
                                             const journal::update_accepted& e) const {
  const machine& body = *s.body;
  const update_type* type = body.type().find_update(e.name);
  if (!type) return no_such_update(e, body);
  if (const auto wrong = type->check_arguments(e.arguments)) {
    return error{errc::wrong_type, "the arguments do not fit " + shown(e, body) + ": " + *wrong};
  }
  if (body.open_updates() >= machine::most_open_updates) {
    return error{errc::limit_exceeded,
                 "run " + s.id.to_string() + " of workflow '" + s.workflow_id + "' has " +
                     std::to_string(body.open_updates()) +
                     " open updates: it takes another one once some of them have completed"};
  }
  if (!type->is_judged()) return std::nullopt;
  const auto rejected = [&](const std::string& kind, const std::string& why) {
    return error{errc::update_rejected, shown(e, body) + " was rejected: " + kind + ": " + why};
  };
  try {
    type->judge({s.id, s.workflow_id, body.type().name(), body.context().tree(), body.now(), false},
                e.arguments);
  } catch (const failure& why) {
    return rejected(why.type(), why.what());
  } catch (const std::exception& why) {
    return rejected(boost::core::demangle(typeid(why).name()), why.what());
  } catch (...) {
    return rejected("unknown", "something that is not a std::exception was thrown");
  }
  return std::nullopt;
}

}  // namespace theus
