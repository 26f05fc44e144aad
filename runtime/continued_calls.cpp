#include "continued_calls.hpp"

#include <algorithm>
#include <utility>

#include "theus/runtime/describe.hpp"
#include "theus/runtime/promise_state.hpp"

namespace theus {
namespace {

using arrival = recorded_calls::arrival;

// More would cost time and tell nothing new.
constexpr std::size_t most_steps = 64;
constexpr std::size_t most_guesses = 8;

arrival readdressed(arrival known, const call& to) {
  if (auto* done = std::get_if<journal::activity_completed>(&known.what)) {
    done->command = to.id;
    done->attempt = 1;
    done->scheduled_for.reset();
  } else if (auto* child = std::get_if<journal::child_ended>(&known.what)) {
    child->command = to.id;
  } else if (auto* settled = std::get_if<journal::promise_settled>(&known.what)) {
    settled->command = to.id;
  } else if (auto* fired = std::get_if<journal::timer_fired>(&known.what)) {
    *fired = {to.id, to.deadline};
    known.raw_time = std::max(known.raw_time, to.deadline);
  }
  return known;
}

// Of an activity, a child or a promise.
const std::variant<journal::payload, journal::failure_info>* outcome_in(const journal::event& e) {
  if (const auto* done = std::get_if<journal::activity_completed>(&e)) return &done->outcome;
  if (const auto* ended = std::get_if<journal::child_ended>(&e)) return &ended->outcome;
  if (const auto* settled = std::get_if<journal::promise_settled>(&e)) return &settled->outcome;
  return nullptr;
}

}  // namespace

continued_calls::continued_calls(const mismatch& found, machine& code, recorded_calls& recorded,
                                 journal::wall_time now, invented_results invents)
    : code_(code), recorded_(recorded), now_(now), invents_(invents) {
  append_calls(calls_, found.attempted_rest, found.raw_times);
  answered_.resize(calls_.size());
}

void continued_calls::run() {
  for (std::size_t i = 0; i < most_steps && !code_.is_finished() && !threw_; ++i) {
    auto next = next_arrival();
    if (!next) return;
    step(std::move(*next));
  }
}

// What is known comes first. Then calls that were never recorded end somehow, so that the code goes
// on to those that were; only then somebody may send what makes it go another way.
std::optional<arrival> continued_calls::next_arrival() {
  if (auto known = known_outcome()) return known;
  for (const bool was_recorded : {false, true}) {
    for (std::size_t i = 0; i < calls_.size() && guesses_ < most_guesses; ++i) {
      if (answered_[i] || recorded_.find_like(calls_[i], false).has_value() != was_recorded) {
        continue;
      }
      auto guessed = guessed_outcome(calls_[i]);
      if (!guessed) continue;
      answered_[i] = true;
      return readdressed(std::move(*guessed), calls_[i]);
    }
    if (was_recorded) break;
    if (auto message = recorded_.take_message()) return message;
  }
  return std::nullopt;
}

// In the order in which they came.
std::optional<arrival> continued_calls::known_outcome() {
  const arrival* first = recorded_.next_earlier();
  std::optional<arrival> own;
  std::size_t asked = 0;
  std::size_t like = 0;
  for (std::size_t i = 0; i < calls_.size(); ++i) {
    if (answered_[i]) continue;
    const auto found = recorded_.find_like(calls_[i], true);
    if (!found) continue;
    const auto outcome = recorded_.outcome_of(recorded_.all()[*found]);
    if ((own && own->order <= outcome->order) || (first && first->order < outcome->order)) continue;
    own = outcome;
    asked = i;
    like = *found;
  }
  if (!own) return first ? std::optional(recorded_.take_earlier()) : std::nullopt;
  recorded_.take(like);
  answered_[asked] = true;
  return readdressed(std::move(*own), calls_[asked]);
}

// Of the call that was not recorded: what came of the one in its place, or nothing.
std::optional<arrival> continued_calls::guessed_outcome(const call& asked) {
  if (asked.kind == kind_name(journal::start_timer())) {
    ++guesses_;
    return arrival{journal::timer_fired{asked.id, asked.deadline}, asked.deadline, asked.deadline};
  }
  const activity_leaf* activity = code_.find_activity(asked.id);
  const child_leaf* child = code_.find_child(asked.id);
  const promise_state* promise = code_.find_promise(asked.id);
  if (!activity && !child && !promise) return std::nullopt;  // no such thing, or withdrawn
  journal::payload like = "null";
  if (!recorded_.all().empty()) {
    const call& instead = recorded_.all().front();
    const bool alike = instead.kind == asked.kind &&
                       (instead.name == asked.name || instead.content == asked.content);
    const auto known = alike ? recorded_.outcome_of(instead) : std::nullopt;
    const auto* outcome = known ? outcome_in(known->what) : nullptr;
    if (outcome && std::holds_alternative<journal::failure_info>(*outcome)) {
      ++guesses_;
      return known;
    }
    if (outcome) like = std::get<journal::payload>(*outcome);
  }
  if (invents_ == invented_results::no) return std::nullopt;
  ++guesses_;
  if (activity) {
    return arrival{
        journal::activity_completed{asked.id, 1, std::nullopt, activity->result_like(like)}, now_,
        now_};
  }
  if (promise) {
    return arrival{journal::promise_settled{asked.id, promise->result_like(like)}, now_, now_};
  }
  journal::child_ended ended;
  ended.command = asked.id;
  ended.outcome = child->result_like(like);
  return arrival{std::move(ended), now_, now_};
}

void continued_calls::step(arrival next) {
  now_ = std::max({now_, next.raw_time, next.time});
  const auto stepped = code_.step({}, {now_, now_, {&next.what, 1}});
  const auto* draft = std::get_if<turn_draft>(&stepped);
  threw_ = draft == nullptr;
  if (threw_) return;
  std::vector<journal::command> made;
  for (const auto& each : draft->commands) made.push_back(each.value);
  append_calls(calls_, made, {{now_}});
  answered_.resize(calls_.size());
}

}  // namespace theus
