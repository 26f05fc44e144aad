#include "recorded_calls.hpp"

#include <algorithm>
#include <utility>

#include "theus/runtime/describe.hpp"

namespace theus {
namespace {

// More would cost time and tell nothing new.
constexpr std::size_t most_calls = 256;

std::string without_number(const std::string& described) {
  const auto space = described.find(' ');
  return described.starts_with('#') && space != std::string::npos ? described.substr(space + 1)
                                                                  : described;
}

struct call_reader {
  std::optional<call> operator()(const journal::schedule_activity& c) const {
    return call{"", c.activity, c.arguments, c.id, {}, {}, {}};
  }
  std::optional<call> operator()(const journal::start_timer& c) const {
    return call{"", "", "", c.id, c.deadline, {}, {}};
  }
  std::optional<call> operator()(const journal::await_signal& c) const {
    return call{"", c.name, "", c.id, {}, {}, {}};
  }
  std::optional<call> operator()(const journal::send_signal& c) const {
    return call{"", c.name, c.workflow_id + " " + c.value, c.id, {}, {}, {}};
  }
  std::optional<call> operator()(const journal::start_child& c) const {
    const auto how = c.detached ? "detached " : "";
    return call{"", c.workflow_type, how + c.workflow_id + " " + c.arguments, c.id, {}, {}, {}};
  }
  std::optional<call> operator()(const journal::create_promise& c) const {
    return call{"", "", "", c.id, {}, {}, {}};
  }
  std::optional<call> operator()(const journal::open_scope& c) const {
    return call{"", c.name, c.arguments, c.id, {}, {}, {}};
  }
  std::optional<call> operator()(const journal::complete_update& c) const {
    const auto* answer = std::get_if<journal::payload>(&c.outcome);
    return call{"", c.update_id, answer ? *answer : std::get<1>(c.outcome).type, {}, {}, {}, {}};
  }
  std::optional<call> operator()(const journal::complete_run& c) const {
    return call{"", "", c.result, {}, {}, {}, {}};
  }
  std::optional<call> operator()(const journal::fail_run& c) const {
    return call{"", c.failure.type, c.failure.message, {}, {}, {}, {}};
  }
  // They follow from others.
  std::optional<call> operator()(const journal::withdraw&) const { return std::nullopt; }
  std::optional<call> operator()(const journal::close_scope&) const { return std::nullopt; }
  std::optional<call> operator()(const journal::version_marker&) const { return std::nullopt; }
};

}  // namespace

bool call::ends_the_run() const {
  return kind == kind_name(journal::complete_run()) || kind == kind_name(journal::fail_run());
}

bool call::same(const call& other) const {
  if (kind != other.kind || name != other.name || content != other.content) return false;
  if (kind != kind_name(journal::start_timer())) return true;
  return deadline == other.deadline || std::ranges::any_of(delays, [&](const auto& each) {
           return std::ranges::find(other.delays, each) != other.delays.end();
         });
}

bool is_call(const journal::command& c) { return std::visit(call_reader(), c).has_value(); }

void append_calls(std::vector<call>& to, std::span<const journal::command> commands,
                  std::span<const journal::wall_time> asked_at) {
  for (const auto& each : commands) {
    if (to.size() == most_calls) return;
    auto made = std::visit(call_reader(), each);
    if (!made) continue;
    if (const auto* timer = std::get_if<journal::start_timer>(&each)) {
      for (const auto& at : asked_at) made->delays.push_back(timer->deadline - at);
    }
    made->kind = kind_name(each);
    made->text = without_number(describe(each));
    to.push_back(std::move(*made));
  }
}

recorded_calls::recorded_calls(const mismatch& found,
                               std::span<const journal::stored_record> later) {
  std::vector<journal::wall_time> intakes;
  for (const auto& each : later) {
    const journal::record& r = each.value;
    if (r.at == found.turn) {  // its events were applied
      append_calls(calls_, found.recorded_rest, found.raw_times);
      continue;
    }
    for (const auto& event : journal::events_of(r)) note(event, r);
    const auto* turn = std::get_if<journal::turn>(&r.body);
    if (!turn) {
      intakes.push_back(r.raw_time);
      continue;
    }
    std::vector<journal::wall_time> times{r.raw_time};
    if (turn->consumed_through != journal::before_first) {
      times.insert(times.end(), intakes.begin(), intakes.end());
      intakes.clear();
    }
    append_calls(calls_, turn->commands, times);
  }
  taken_.resize(calls_.size());
  const auto was_asked_before = [this](const auto& outcome) {
    return std::ranges::find(calls_, outcome.first, &call::id) == calls_.end();
  };
  for (const auto& each : outcomes_) {
    if (was_asked_before(each)) earlier_.push_back(each.second);
  }
  std::ranges::sort(earlier_, {}, &arrival::order);
}

std::optional<std::size_t> recorded_calls::find_like(const call& asked, bool with_outcome) const {
  for (std::size_t i = 0; i < calls_.size(); ++i) {
    if (taken_[i] || outcomes_.contains(calls_[i].id) != with_outcome) continue;
    if (calls_[i].same(asked)) return i;
  }
  return std::nullopt;
}

std::optional<recorded_calls::arrival> recorded_calls::outcome_of(const call& recorded) const {
  const auto ended = outcomes_.find(recorded.id);
  return ended == outcomes_.end() ? std::nullopt : std::optional(ended->second);
}

recorded_calls::arrival recorded_calls::take_earlier() {
  arrival next = std::move(earlier_.front());
  earlier_.pop_front();
  return next;
}

std::optional<recorded_calls::arrival> recorded_calls::take_message() {
  if (messages_.empty()) return std::nullopt;
  arrival next = std::move(messages_.front());
  messages_.pop_front();
  return next;
}

void recorded_calls::note(const journal::event& e, const journal::record& r) {
  const arrival here{e, r.raw_time, r.time, events_++};
  if (const auto* done = std::get_if<journal::activity_completed>(&e)) {
    outcomes_.emplace(done->command, here);
  } else if (const auto* child = std::get_if<journal::child_ended>(&e)) {
    outcomes_.emplace(child->command, here);
  } else if (const auto* settled = std::get_if<journal::promise_settled>(&e)) {
    outcomes_.emplace(settled->command, here);
  } else if (const auto* fired = std::get_if<journal::timer_fired>(&e)) {
    outcomes_.emplace(fired->command, here);
  } else if (std::holds_alternative<journal::signal_received>(e) ||
             std::holds_alternative<journal::cancel_requested>(e) ||
             std::holds_alternative<journal::update_accepted>(e)) {
    messages_.push_back(here);
  }
}

}  // namespace theus
