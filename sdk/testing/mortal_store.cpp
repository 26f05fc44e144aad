#include "mortal_store.hpp"

namespace theus::testing {

journal::append_ticket mortal_store::begin_append(std::span<const journal::unit> units) {
  if (!dead_) ++appends_;
  dead_ = dead_ || (dies_at_ && dies_at_->when == kill_point::moment::before &&
                    dies_at_->append == appends_);
  // Tickets of the store behind count upwards: these come from the other end.
  const auto ticket = dead_ ? journal::append_ticket{~++lost_} : behind_.begin_append(units);
  begun_[ticket] = {appends_, units, dead_};
  return ticket;
}

std::vector<journal::append_answer> mortal_store::finish_append(journal::append_ticket begun) {
  const auto [number, units, is_lost] = begun_.extract(begun).mapped();
  // Nobody lives to read this answer.
  if (is_lost) return std::vector<journal::append_answer>(units.size());
  auto answers = behind_.finish_append(begun);
  for (std::size_t i = 0; i < units.size(); ++i) {
    if (see_ && answers[i].status == journal::append_status::committed) see_(units[i], number);
  }
  dead_ = dead_ ||
          (dies_at_ && dies_at_->when == kill_point::moment::behind && dies_at_->append == number);
  return answers;
}

result<void> mortal_store::acknowledge(const journal::message_id& message) {
  if (dead_) return {};
  return behind_.acknowledge(message);
}

}  // namespace theus::testing
