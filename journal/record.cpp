#include "theus/journal/record.hpp"

namespace theus::journal {

const std::vector<event>& events_of(const record& r) {
  static const std::vector<event> none;
  if (const auto* t = std::get_if<turn>(&r.body)) return t->events;
  const auto* i = std::get_if<intake>(&r.body);
  return i != nullptr ? i->events : none;
}

const started* opening_in(const record& r) {
  const auto& events = events_of(r);
  return events.empty() ? nullptr : std::get_if<started>(&events.front());
}

}  // namespace theus::journal
