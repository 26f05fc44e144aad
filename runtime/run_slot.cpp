#include "run_slot.hpp"

#include <algorithm>
#include <iterator>

namespace theus {

void inbox::push(journal::event e, answer<void> done) {
  events.push_back(std::move(e));
  answers.push_back(std::move(done));
}

void inbox::put_back(inbox earlier) {
  earlier.events.insert(earlier.events.end(), std::make_move_iterator(events.begin()),
                        std::make_move_iterator(events.end()));
  earlier.answers.insert(earlier.answers.end(), std::make_move_iterator(answers.begin()),
                         std::make_move_iterator(answers.end()));
  events = std::move(earlier.events);
  answers = std::move(earlier.answers);
}

inbox inbox::take_ruling() {
  inbox taken;
  const auto found = std::ranges::find_if(events, is_ruling);
  if (found == events.end()) return taken;
  const auto answered = answers.begin() + (found - events.begin());
  taken.push(std::move(*found), std::move(*answered));
  events.erase(found);
  answers.erase(answered);
  return taken;
}

std::vector<bool> inbox::left_out_of(const std::vector<journal::event>& applied) const {
  std::vector<bool> missing(events.size(), true);
  std::size_t next = 0;
  for (const auto& e : applied) {
    if (next == events.size()) break;
    const auto found =
        std::find(events.begin() + static_cast<std::ptrdiff_t>(next), events.end(), e);
    if (found == events.end()) continue;
    next = static_cast<std::size_t>(found - events.begin());
    missing[next++] = false;
  }
  return missing;
}

inbox inbox::take_updates() {
  inbox taken;
  inbox others;
  for (std::size_t i = 0; i < events.size(); ++i) {
    const bool is_update = std::holds_alternative<journal::update_accepted>(events[i]);
    (is_update ? taken : others).push(std::move(events[i]), std::move(answers[i]));
  }
  *this = std::move(others);
  return taken;
}

bool is_ruling(const journal::event& e) {
  return std::holds_alternative<journal::terminated>(e) ||
         std::holds_alternative<journal::paused>(e) || std::holds_alternative<journal::resumed>(e);
}

}  // namespace theus
