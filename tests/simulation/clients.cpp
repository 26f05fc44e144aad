#include "simulation/clients.hpp"

#include <algorithm>
#include <memory>

#include "theus/runtime/promise_token.hpp"

#include "simulation/random_plan.hpp"

namespace theus::simulation {

clients::clients(std::uint64_t seed, const settings& how, auditor& audit, verdict& outcome)
    : settings_(how),
      audit_(audit),
      verdict_(outcome),
      draws_(stream_of(seed, "clients")),
      plans_(stream_of(seed, "plans")),
      settlements_(stream_of(seed, "settlements")),
      rulings_(stream_of(seed, "rulings")),
      updates_(stream_of(seed, "updates")),
      starts_(stream_of(seed, "starts")) {}

bool clients::knows(const std::string& workflow_id) const {
  return std::ranges::any_of(
      audit_.runs(), [&](const auto& each) { return each.second.workflow_id() == workflow_id; });
}

// Each answer comes once. One that comes from a process that has died is nobody's.
template <class T, class Check>
std::function<void(result<T>)> clients::answered(std::string what, Check check) {
  ++open_;
  verdict_.note(what);
  return [this, what = std::move(what), check = std::move(check), process = process_,
          asked = std::make_shared<bool>(true)](result<T> how) {
    if (!std::exchange(*asked, false)) verdict_.violated(what + " is answered twice");
    if (process != process_) return;
    --open_;
    verdict_.note(what + (how ? ": done" : std::string(": ") + name(how.error().code)));
    check(std::move(how));
  };
}

void clients::refused(const std::string& what, const std::string& workflow_id, bool was_known,
                      const error& why) {
  switch (why.code) {
    case errc::disk_full:
    case errc::io_error:
    case errc::stopped:
    case errc::unknown_workflow:
      return;
    case errc::not_found:
      if (was_known) verdict_.violated(what + ": not found, but it is durable");
      return;
    case errc::workflow_exists:
    case errc::run_finished:
      if (!knows(workflow_id)) verdict_.violated(what + ": " + why.message + ", which never was");
      return;
    default:
      if (why.code == errc::corrupt && settings_.disk.read_error > 0) return;
      verdict_.violated(what + " is refused: " + why.message);
  }
}

void clients::ask(engine& of) {
  if (settlements_.bernoulli(0.3)) settle(of);
  if (rulings_.bernoulli(0.1)) rule(of);
  if (updates_.bernoulli(0.15)) amend(of);
  const auto& ids = settings_.workflow_ids;
  const auto& id = ids[draws_.uniform<std::size_t>(0, ids.size() - 1)];
  const int what = draws_.uniform(0, 19);
  if (what < 9) return start(of, id);
  if (what < 15) return feed(of, id);
  if (what < 17) return wait_for(of, id);
  if (what < 18) return cancel(of, id);
  retry(of, id);
}

void clients::start(engine& of, const std::string& workflow_id) {
  start_request request;
  request.workflow_type = "plan";
  request.workflow_id = workflow_id;
  if (draws_.bernoulli(0.5)) request.request_id = "r" + std::to_string(draws_.uniform(0, 3));
  if (starts_.bernoulli(0.3)) request.policy = static_cast<id_policy>(starts_.uniform(0, 3));
  if (starts_.bernoulli(0.1)) request.signal = {note.name(), encode(next_value_++)};
  request.arguments =
      encode_arguments(make_plan(plans_, settings_.plan_depth, settings_.workflow_ids));
  const std::string what = "start of " + workflow_id + " by '" + request.request_id + "'";
  auto done = answered<start_reply>(
      what, [this, what, request, was_known = knows(workflow_id)](result<start_reply> reply) {
        if (reply) return audit_.started(request, *reply);
        refused(what, request.workflow_id, was_known, reply.error());
      });
  of.start(request, std::move(done));
}

void clients::feed(engine& of, const std::string& workflow_id) {
  signal_request request;
  request.workflow_id = workflow_id;
  request.name = note.name();
  request.value = encode(next_value_++);
  if (draws_.bernoulli(0.4)) request.request_id = "s" + std::to_string(draws_.uniform(0, 9));
  signal(of, std::move(request));
}

void clients::signal(engine& of, signal_request request) {
  const std::string what = "signal " + request.value + " to " + request.workflow_id;
  auto done = answered<void>(
      what, [this, what, request, was_known = knows(request.workflow_id)](result<void> reply) {
        if (reply) return audit_.signalled(request);
        refused(what, request.workflow_id, was_known, reply.error());
      });
  of.signal(request, std::move(done));
}

void clients::cancel(engine& of, const std::string& workflow_id) {
  const std::string what = "cancellation of " + workflow_id;
  auto done = answered<void>(
      what, [this, what, workflow_id, was_known = knows(workflow_id)](result<void> reply) {
        if (reply) return audit_.cancelled(workflow_id);
        refused(what, workflow_id, was_known, reply.error());
      });
  of.cancel(workflow_id, "by a client", std::move(done));
}

void clients::rule(engine& of) {
  const auto& ids = settings_.workflow_ids;
  const auto& id = ids[rulings_.uniform<std::size_t>(0, ids.size() - 1)];
  const int what = rulings_.uniform(0, 9);
  if (what < 2) {
    const std::string reason = "by a client";
    of.terminate(id, reason, ruled("termination of " + id, id, journal::terminated{reason}));
  } else if (what < 6) {
    const std::string reason = "by an operator";
    of.pause(id, reason, ruled("pause of " + id, id, journal::paused{reason}));
  } else {
    resume(of, id);
  }
}

void clients::resume(engine& of, const std::string& workflow_id) {
  of.resume(workflow_id, ruled("resumption of " + workflow_id, workflow_id, journal::resumed{}));
}

std::function<void(result<void>)> clients::ruled(std::string what, const std::string& workflow_id,
                                                 journal::event ruling) {
  auto check = [this, what, workflow_id, ruling = std::move(ruling),
                was_known = knows(workflow_id)](result<void> reply) {
    if (reply) return audit_.ruled(workflow_id, ruling);
    refused(what, workflow_id, was_known, reply.error());
  };
  return answered<void>(std::move(what), std::move(check));
}

void clients::settle(engine& of) {
  std::vector<std::string> open;
  for (const auto& [id, run] : audit_.runs()) {
    if (run.outcome() || !run.has_started()) continue;
    for (const leaf* each : run.state().state().pending()) {
      if (each->kind() != journal::withdraw::target::promise) continue;
      open.push_back(promise_token{id, each->id()}.to_string());
    }
  }
  const bool is_again = settled_last_ && settlements_.bernoulli(0.3);
  if (!is_again && open.empty()) return;
  settle_request request = is_again ? *settled_last_ : settle_request();
  if (!is_again) request.token = open[settlements_.uniform<std::size_t>(0, open.size() - 1)];
  if (!is_again || settlements_.bernoulli(0.5)) {
    request.outcome = encode(settlements_.uniform<std::int64_t>(0, 99));
    if (settlements_.bernoulli(0.2)) request.outcome = journal::failure_info{"planned", "no", {}};
  }
  settled_last_ = request;
  const std::string what = "settlement of " + request.token;
  auto done = answered<void>(what, [this, what, request](result<void> reply) {
    const auto why = reply ? errc{} : reply.error().code;
    if (reply || why == errc::already_settled) return audit_.settled(request, reply.has_value());
    const auto run = promise_token::parse(request.token).value().run;
    if (why == errc::not_found || why == errc::run_finished) {
      const auto known = audit_.runs().find(run);
      if (known == audit_.runs().end()) verdict_.violated(what + ": its run is lost");
      return;
    }
    refused(what, audit_.runs().at(run).workflow_id(), true, reply.error());
  });
  of.settle(request, std::move(done));
}

void clients::amend(engine& of) {
  const auto& ids = settings_.workflow_ids;
  update_request request;
  request.workflow_id = ids[updates_.uniform<std::size_t>(0, ids.size() - 1)];
  request.name = amended.name();
  request.update_id = "u" + std::to_string(updates_.uniform(0, 9));
  request.stage = updates_.bernoulli(0.5) ? update_stage::accepted : update_stage::completed;
  plan amendment = make_plan(updates_, 1, ids);
  const bool is_wrong = updates_.bernoulli(0.2);
  if (is_wrong) {
    amendment.number = -1;
    request.update_id += " wrong";
  }
  request.arguments = encode_arguments(amendment);
  if (updates_.bernoulli(0.2)) {
    plan begun = make_plan(updates_, settings_.plan_depth, ids);
    request.start = start_request{"plan", request.workflow_id, {}, encode_arguments(begun)};
  }
  const std::string what = "update " + request.update_id + " of " + request.workflow_id;
  ++waiting_;  // also until its run is resumed
  auto check = [this, what, request, is_wrong,
                was_known = knows(request.workflow_id)](result<update_reply> reply) {
    --waiting_;
    if (reply) return audit_.updated(request, *reply);
    // Stuck; refused as it was to be; its handler would be one too many.
    const auto why = reply.error().code;
    if (why == errc::mismatch || why == errc::trimmed) return;
    if (why == errc::update_rejected && is_wrong) return;
    refused(what, request.workflow_id, was_known, reply.error());
  };
  of.update(request, answered<update_reply>(what, std::move(check)));
}

void clients::retry(engine& of, const std::string& workflow_id) {
  const std::string what = "retry of " + workflow_id;
  auto done = answered<void>(
      what, [this, what, workflow_id, was_known = knows(workflow_id)](result<void> reply) {
        if (!reply) refused(what, workflow_id, was_known, reply.error());
      });
  of.retry_now(workflow_id, std::move(done));
}

void clients::wait_for(engine& of, const std::string& workflow_id) {
  const std::string what = "wait for " + workflow_id;
  ++waiting_;
  auto done = answered<run_outcome>(
      what, [this, what, workflow_id, was_known = knows(workflow_id)](result<run_outcome> reply) {
        --waiting_;
        if (reply) return audit_.finished(workflow_id, *reply);
        refused(what, workflow_id, was_known, reply.error());
      });
  of.wait(workflow_id, std::move(done));
}

}  // namespace theus::simulation
