#include "continued_calls.hpp"

#include <algorithm>
#include <utility>

#include "theus/runtime/describe.hpp"

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
  } else if (auto* fired = std::get_if<journal::timer_fired>(&known.what)) {
    *fired = {to.id, to.deadline};
    known.raw_time = std::max(known.raw_time, to.deadline);
  }
  return known;
}

}  // namespace

continued_calls::continued_calls(const mismatch& found, machine& code, recorded_calls& recorded,
                                 journal::wall_time now)
    : code_(code), recorded_(recorded), now_(now) {
  append_calls(calls_, found.attempted_rest, now);
  answered_.resize(calls_.size());
}

void continued_calls::run() {
  for (std::size_t i = 0; i < most_steps && !code_.is_finished() && !threw_; ++i) {
    auto next = next_arrival();
    if (!next) return;
    step(std::move(*next));
  }
}

std::optional<arrival> continued_calls::next_arrival() {
  for (std::size_t i = 0; i < calls_.size(); ++i) {
    if (answered_[i]) continue;
    auto known = recorded_.take_outcome_like(calls_[i]);
    if (!known && guesses_ < most_guesses) known = guessed_outcome(calls_[i]);
    if (!known) continue;
    answered_[i] = true;
    return readdressed(std::move(*known), calls_[i]);
  }
  return recorded_.take_message();
}

// Of the call that was not recorded: what came of the one in its place, or nothing.
std::optional<arrival> continued_calls::guessed_outcome(const call& asked) {
  if (asked.kind == kind_name(journal::start_timer())) {
    return arrival{journal::timer_fired{asked.id, asked.deadline}, asked.deadline, asked.deadline};
  }
  if (asked.kind != kind_name(journal::schedule_activity())) return std::nullopt;
  ++guesses_;
  if (!recorded_.all().empty()) {
    const call& instead = recorded_.all().front();
    const bool alike = instead.kind == asked.kind &&
                       (instead.name == asked.name || instead.content == asked.content);
    if (alike) {
      if (auto known = recorded_.outcome_of(instead)) return known;
    }
  }
  return arrival{journal::activity_completed{asked.id, 1, std::nullopt, journal::payload("null")},
                 now_, now_};
}

void continued_calls::step(arrival next) {
  now_ = std::max({now_, next.raw_time, next.time});
  const auto stepped = code_.step({}, {now_, now_, {&next.what, 1}});
  const auto* draft = std::get_if<turn_draft>(&stepped);
  threw_ = draft == nullptr;
  if (threw_) return;
  std::vector<journal::command> made;
  for (const auto& each : draft->commands) made.push_back(each.value);
  append_calls(calls_, made, now_);
  answered_.resize(calls_.size());
}

}  // namespace theus
