#include "theus/runtime/errors.hpp"

#include <algorithm>

namespace theus {

activity_failed::activity_failed(std::string activity, std::uint32_t attempt,
                                 journal::failure_info cause)
    : std::runtime_error("activity " + activity + " failed at attempt " + std::to_string(attempt) +
                         ": " + cause.type + ": " + cause.message),
      activity_(std::move(activity)),
      attempt_(attempt),
      cause_(std::move(cause)) {}

namespace {

constexpr std::size_t places_kept = 8;

std::string conflict_message(const std::string& phase, const std::vector<path>& where) {
  std::string text = "phase " + phase + " is in conflict with what changed beside it at ";
  for (std::size_t i = 0; i < where.size() && i < places_kept; ++i) {
    text += (i == 0 ? "" : ", ") + where[i].to_string();
  }
  if (where.size() > places_kept) {
    text += " and " + std::to_string(where.size() - places_kept) + " more";
  }
  return text;
}

journal::failure_info conflict_info(const std::string& phase, const std::vector<path>& where) {
  journal::failure_info places;
  for (std::size_t i = std::min(where.size(), places_kept); i-- > 0;) {
    journal::failure_info place{"path", where[i].to_string(), {}};
    if (!places.type.empty()) place.cause.push_back(std::move(places));
    places = std::move(place);
  }
  return {context_conflict::type_name, conflict_message(phase, where), {std::move(places)}};
}

}  // namespace

context_conflict::context_conflict(const std::string& phase, const std::vector<path>& where)
    : context_conflict(conflict_info(phase, where)) {}

context_conflict::context_conflict(const journal::failure_info& recorded)
    : failure(recorded.type, recorded.message), info_(recorded) {}

std::vector<std::string> context_conflict::where() const {
  std::vector<std::string> places;
  for (const auto* at = &info_; !at->cause.empty();) {
    at = &at->cause.front();
    places.push_back(at->message);
  }
  return places;
}

}  // namespace theus
