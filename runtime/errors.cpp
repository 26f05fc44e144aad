#include "theus/runtime/errors.hpp"

#include <algorithm>
#include <array>

#include "theus/runtime/describe.hpp"

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

namespace {

// A chain of causes has a limit in records, and children of children each add two.
constexpr std::size_t causes_kept = 8;

constexpr std::array ending_names{"completed", "failed", "cancelled", "refused", "terminated"};

journal::failure_info shortened(const journal::failure_info& whole, std::size_t most) {
  journal::failure_info kept{whole.type, whole.message, {}};
  if (most > 1 && !whole.cause.empty()) {
    kept.cause.push_back(shortened(whole.cause.front(), most - 1));
  }
  return kept;
}

journal::failure_info child_info(const std::string& workflow_type,
                                 const journal::child_ended& ended) {
  const auto* given = std::get_if<journal::failure_info>(&ended.outcome);
  const journal::failure_info why = given ? *given : journal::failure_info();
  const char* how = ending_names[static_cast<std::size_t>(ended.how)];
  // What it is told by is in the chain; the text is kept short however deep children go.
  std::string message = "child " + workflow_type + " '" + ended.workflow_id + "' " + how + ": " +
                        why.type + ": " + brief(why.message);
  journal::failure_info child{workflow_type, std::string(how) + " " + ended.workflow_id, {}};
  child.cause.push_back(shortened(why, causes_kept));
  return {child_failed::type_name, std::move(message), {std::move(child)}};
}

}  // namespace

child_failed::child_failed(const std::string& workflow_type, const journal::child_ended& ended)
    : child_failed(child_info(workflow_type, ended)) {}

child_failed::child_failed(const journal::failure_info& recorded)
    : failure(recorded.type, recorded.message), info_(recorded) {
  const journal::failure_info& child = info_.cause.front();
  workflow_type_ = child.type;
  const auto space = child.message.find(' ');
  workflow_id_ = child.message.substr(space + 1);
  const auto name = std::ranges::find(ending_names, child.message.substr(0, space));
  how_ = static_cast<ending>(name - ending_names.begin());
}

bool child_failed::is(const journal::failure_info& recorded) {
  if (recorded.type != type_name || recorded.cause.empty()) return false;
  const journal::failure_info& child = recorded.cause.front();
  const auto space = child.message.find(' ');
  return !child.cause.empty() && space != std::string::npos &&
         std::ranges::find(ending_names, child.message.substr(0, space)) != ending_names.end();
}

std::vector<std::string> context_conflict::where() const {
  std::vector<std::string> places;
  for (const auto* at = &info_; !at->cause.empty();) {
    at = &at->cause.front();
    places.push_back(at->message);
  }
  return places;
}

journal::failure_info info_of(const std::exception_ptr& error, bool& is_cancelled) {
  is_cancelled = false;
  try {
    std::rethrow_exception(error);
  } catch (const cancelled& e) {
    is_cancelled = true;
    return {"cancelled", e.what(), {}};
  } catch (const activity_failed& e) {
    journal::failure_info info{"activity_failed", e.what(), {}};
    info.cause.push_back(e.cause());
    return info;
  } catch (const child_failed& e) {
    return e.info();
  } catch (const failure& e) {
    return {e.type(), e.what(), {}};
  }
}

}  // namespace theus
