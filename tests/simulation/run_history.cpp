#include "simulation/run_history.hpp"

#include <algorithm>

#include "simulation/random_plan.hpp"

namespace theus::simulation {
namespace {

std::span<const std::uint8_t> bytes_of(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string place(std::uint64_t at) { return "record " + std::to_string(at) + ": "; }

}  // namespace

void clock_history::moved_to(journal::wall_time now) {
  if (now < last_) highest_.push_back(now);
  last_ = now;
  highest_.back() = std::max(highest_.back(), now);
}

journal::wall_time clock_history::highest_since(std::size_t mark) const {
  return *std::max_element(highest_.begin() + static_cast<std::ptrdiff_t>(mark), highest_.end());
}

std::optional<std::string> run_history::feed(std::string_view bytes) {
  auto value = journal::decode(bytes_of(bytes));
  if (!value) return "a durable record does not decode: " + value.error().message;
  const auto at = records_.size() + 1;
  if (journal::number(value->at) != at) {
    return place(at) + "has sequence " + std::to_string(journal::number(value->at));
  }
  const auto previous = records_.empty() ? journal::hash256{} : records_.back().hash;
  if (value->previous != previous) return place(at) + "does not chain to the one before";
  if (value->raw_time > clock_.highest_ever()) return place(at) + "is from the future";
  const auto before = records_.empty() ? journal::wall_time::min() : records_.back().value.time;
  if (value->time != std::max(value->raw_time, before)) {
    return place(at) + "its time is not max(raw time, previous time)";
  }
  if (outcome_) return place(at) + "follows the end of the run";
  records_.push_back({std::move(*value), journal::hash_of(bytes_of(bytes)),
                      static_cast<std::uint32_t>(bytes.size())});
  auto wrong = follow(records_.back());
  if (wrong) return place(at) + *wrong;
  return std::nullopt;
}

std::optional<std::string> run_history::follow(const journal::stored_record& stored) {
  const journal::record& r = stored.value;
  latest_raw_ = std::max(latest_raw_, r.raw_time);
  if (records_.size() == 1) {
    const auto& events = events_of(r);
    const auto* begin = events.empty() ? nullptr : std::get_if<journal::started>(&events.front());
    if (!begin) return "the first record starts no run";
    start_ = *begin;
    const auto type = what_.workflows.find(start_.workflow_type);
    if (type == what_.workflows.end()) return "no such workflow: " + start_.workflow_type;
    live_ = std::make_unique<replayer>(*type->second, id_, replayer::check::everything);
  }
  const auto* turn = std::get_if<journal::turn>(&r.body);
  if (turn && is_held_) return "is a turn of a run that was told to stand still";
  for (const auto& e : events_of(r)) {
    if (auto wrong = check(e, r, turn != nullptr)) return wrong;
  }
  if (const auto found = live_->feed(stored)) {
    return "live and replayed state differ: " + found->explain();
  }
  if (!turn) return std::nullopt;
  for (const auto& c : turn->commands) {
    if (auto wrong = check_update(c)) return wrong;
    note(c);
  }
  return std::nullopt;
}

const run_history::scheduled* run_history::find(const std::string& command) const {
  const auto found = activities_.find(command);
  return found == activities_.end() ? nullptr : &found->second;
}

const journal::child_ended* run_history::end_of_child(const journal::command_id& command) const {
  const auto found = children_ended_.find(command.to_string());
  return found == children_ended_.end() ? nullptr : &found->second;
}

const settlement* run_history::settlement_of(const journal::command_id& promise) const {
  const auto found = settlements_.find(promise.to_string());
  return found == settlements_.end() ? nullptr : &found->second;
}

bool run_history::has_signal(const std::string& request_id, const std::string& value) const {
  if (request_id.empty()) return signals_.contains({request_id, value});
  return std::ranges::any_of(signals_, [&](const auto& s) { return s.first == request_id; });
}

// `is_listed`: in a turn, where only what was applied is listed.
std::optional<std::string> run_history::check(const journal::event& e, const journal::record& r,
                                              bool is_listed) {
  if (const auto* done = std::get_if<journal::activity_completed>(&e)) return check(*done);
  if (const auto* failed = std::get_if<journal::attempt_failed>(&e)) {
    const auto found = activities_.find(failed->command.to_string());
    if (found == activities_.end()) return "an attempt of an unknown command failed";
    auto& activity = found->second;
    if (failed->attempt != activity.failed + 1) return std::nullopt;  // outdated: replay drops it
    ++activity.failed;
    activity.next_attempt = failed->next_attempt;
    activity.failed_at = clock_.mark();
  } else if (const auto* begun = std::get_if<journal::attempt_started>(&e)) {
    const auto found = activities_.find(begun->command.to_string());
    if (found == activities_.end()) return "an attempt of an unknown command was let go";
    found->second.let_go = begun->attempt;
  } else if (const auto* fired = std::get_if<journal::timer_fired>(&e)) {
    if (fired->deadline > latest_raw_) return "timer " + fired->command.to_string() + " is early";
    if (!fired_.insert(fired->command.to_string()).second) {
      return "timer " + fired->command.to_string() + " fired twice";
    }
  } else if (const auto* s = std::get_if<journal::signal_received>(&e)) {
    const bool is_new = s->from ? received_.insert(*s->from).second
                                : signals_.insert({s->request_id, s->value}).second;
    if (!is_new && is_listed && (s->from || !s->request_id.empty())) {
      return "a signal was applied twice: request '" + s->request_id + "'";
    }
  } else if (std::holds_alternative<journal::cancel_requested>(e)) {
    has_cancel_ = true;
  } else if (std::holds_alternative<journal::paused>(e)) {
    is_held_ = was_held_ = true;
  } else if (std::holds_alternative<journal::resumed>(e)) {
    is_held_ = false;
  } else if (const auto* end = std::get_if<journal::terminated>(&e)) {
    outcome_ =
        run_outcome{id_, journal::run_status::terminated, {}, {"terminated", end->reason, {}}};
  } else if (const auto* settled = std::get_if<journal::promise_settled>(&e)) {
    const std::string promise = settled->command.to_string();
    if (!sent_.contains(promise)) return "a promise was settled that nobody made";
    const bool is_new = settlements_.try_emplace(promise, settled->outcome).second;
    if (!is_new && is_listed) return "promise " + promise + " was settled twice";
  } else if (const auto* update = std::get_if<journal::update_accepted>(&e)) {
    if (!is_listed) return "an update is in an intake, where nobody can have judged it";
    if (update->update_id.ends_with("wrong"))
      return "an update was recorded that was to be rejected";
    if (!updates_.try_emplace(update->update_id).second) {
      return "update " + update->update_id + " was accepted twice";
    }
  } else if (const auto* child = std::get_if<journal::child_ended>(&e)) {
    const std::string command = child->command.to_string();
    if (!sent_.contains(command)) return "a child ended that nobody asked for";
    const bool is_new = children_ended_.try_emplace(command, *child).second;
    if (!is_new && is_listed) return "the end of child " + command + " was applied twice";
  } else if (records_.size() > 1) {
    return "the run was started twice at " + std::to_string(journal::number(r.at));
  }
  return std::nullopt;
}

std::optional<std::string> run_history::check(const journal::activity_completed& e) {
  const std::string name = "activity " + e.command.to_string();
  const auto found = activities_.find(name.substr(9));
  if (found == activities_.end()) return name + " completed but was never scheduled";
  auto& activity = found->second;
  if (e.attempt != activity.failed + 1) return std::nullopt;  // outdated: replay drops it
  if (activity.is_completed) return name + " completed twice";
  activity.is_completed = true;
  if (const auto* value = std::get_if<journal::payload>(&e.outcome)) {
    const auto number = std::get<0>(decode_arguments<std::int64_t>(activity.command.arguments));
    if (*value != encode(answer_to(number))) return name + " has the result of another call";
    return std::nullopt;
  }
  const auto& type = std::get<journal::failure_info>(e.outcome).type;
  if (type == "timeout" && activity.command.start_to_close_ms == 0) {
    return name + " timed out without a limit";
  }
  const auto& limits = activity.command.timeouts;
  if (type == "schedule_to_start_timeout") {
    const auto limit = e.scheduled_for && limits.start_by
                           ? std::optional(*e.scheduled_for +
                                           std::chrono::milliseconds(limits.schedule_to_start_ms))
                           : limits.start_by;
    if (!limit || *limit > clock_.highest_ever()) return name + " did not wait so long";
  }
  if (type == "schedule_to_close_timeout" &&
      (!limits.close_by || *limits.close_by > clock_.highest_ever())) {
    return name + " did not take so long";
  }
  if (type == "interrupted" && activity.let_go != e.attempt) {
    return name + " was interrupted without having been let go";
  }
  return std::nullopt;
}

const run_history::accepted_update* run_history::find_update(const std::string& update_id) const {
  const auto found = updates_.find(update_id);
  return found == updates_.end() ? nullptr : &found->second;
}

// Each that was accepted completes once, before the run ends by its own code.
std::optional<std::string> run_history::check_update(const journal::command& c) {
  if (const auto* done = std::get_if<journal::complete_update>(&c)) {
    const auto found = updates_.find(done->update_id);
    if (found == updates_.end()) return "update " + done->update_id + " completed unasked";
    if (found->second.outcome) return "update " + done->update_id + " completed twice";
    found->second.outcome = done->outcome;
    return std::nullopt;
  }
  if (!std::holds_alternative<journal::complete_run>(c) &&
      !std::holds_alternative<journal::fail_run>(c)) {
    return std::nullopt;
  }
  for (const auto& [id, update] : updates_) {
    if (!update.outcome) return "the run ended while update " + id + " was open";
  }
  return std::nullopt;
}

void run_history::note(const journal::command& c) {
  if (const auto* call = std::get_if<journal::schedule_activity>(&c)) {
    activities_[call->id.to_string()].command = *call;
  } else if (const auto* message = std::get_if<journal::send_signal>(&c)) {
    sent_.insert(message->id.to_string());
  } else if (const auto* child = std::get_if<journal::start_child>(&c)) {
    sent_.insert(child->id.to_string());
    children_.emplace(child->id.to_string(), *child);
    if (child->detached) detached_.insert(child->id.to_string());
  } else if (const auto* promise = std::get_if<journal::create_promise>(&c)) {
    sent_.insert(promise->id.to_string());
  } else if (const auto* done = std::get_if<journal::complete_run>(&c)) {
    outcome_ = run_outcome{id_, journal::run_status::completed, done->result, {}};
  } else if (const auto* failed = std::get_if<journal::fail_run>(&c)) {
    const auto how =
        failed->cancelled ? journal::run_status::cancelled : journal::run_status::failed;
    outcome_ = run_outcome{id_, how, {}, failed->failure};
  }
}

}  // namespace theus::simulation
