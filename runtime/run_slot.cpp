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

bool is_ruling(const journal::event& e) {
  return std::holds_alternative<journal::terminated>(e) ||
         std::holds_alternative<journal::paused>(e) || std::holds_alternative<journal::resumed>(e);
}

}  // namespace theus
