#include "run_slot.hpp"

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

}  // namespace theus
