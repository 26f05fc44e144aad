#include "theus/application.hpp"

#include <stdexcept>

#include "theus/runtime/update_type.hpp"

#include "guard/call_guard.hpp"

namespace theus {

namespace {

template <class Map, class Type>
void add_once(Map& known, std::shared_ptr<const Type> type, const char* what) {
  const std::string name = type->name();
  if (name.empty()) throw std::invalid_argument(std::string("theus: ") + what + " has no name");
  if (!known.emplace(name, std::move(type)).second) {
    throw std::invalid_argument(std::string("theus: ") + what + " '" + name +
                                "' is already in this application");
  }
}

}  // namespace

application::application() { guard(guard_rules()); }

application& application::guard(const guard_rules& rules) {
  guard_ = std::make_shared<call_guard>(rules);
  registry_.guard = guard_;
  return *this;
}

std::vector<watched_count> application::watched_calls() const { return guard_->counts(); }

void application::add_workflow(std::shared_ptr<const workflow_type> type) {
  add_once(registry_.workflows, std::move(type), "the workflow");
}

application& application::retain(const std::string& workflow, const retention& how) {
  if (!registry_.workflows.contains(workflow)) {
    throw std::invalid_argument("theus: no workflow '" + workflow + "' is in this application");
  }
  registry_.retentions[workflow] = how;
  return *this;
}

void application::add_query(const std::string& workflow, std::shared_ptr<const query_type> type) {
  if (!registry_.workflows.contains(workflow)) {
    throw std::invalid_argument("theus: no workflow '" + workflow + "' is in this application");
  }
  add_once(registry_.queries[workflow], std::move(type), "the query");
}

void application::add_update(const std::string& workflow, std::shared_ptr<const update_type> type) {
  const auto found = registry_.workflows.find(workflow);
  if (found == registry_.workflows.end()) {
    throw std::invalid_argument("theus: no workflow '" + workflow + "' is in this application");
  }
  const std::string name = type->name();
  if (name.empty()) throw std::invalid_argument("theus: the update has no name");
  auto more = found->second->with(std::move(type));
  if (!more) {
    throw std::invalid_argument("theus: the update '" + name + "' of workflow '" + workflow +
                                "' is already in this application");
  }
  found->second = std::move(more);
}

application& application::add_queue(const std::string& name, const queue_limits& limits,
                                    const std::vector<std::string>& activities) {
  const auto refuse = [&](const std::string& why) {
    throw std::invalid_argument("theus: the queue '" + name + "': " + why);
  };
  const bool has_rate = limits.per_second != 0;
  constexpr double one_a_day = 1.0 / 86'400;
  if (name.empty()) refuse("it has no name");
  if (has_rate && !(limits.per_second >= one_a_day && limits.per_second <= 1e6)) {
    refuse("per_second is 0, or from one a day to 1,000,000");
  }
  if (limits.burst < 1) refuse("burst is at least 1");
  if (limits.priority < 1 || limits.priority > 5) refuse("priority is from 1 to 5");
  auto& known = registry_.queues;
  if (known.limits.contains(name)) refuse("it is already in this application");
  for (const auto& activity : activities) {
    const auto found = known.of_activity.find(activity);
    if (found != known.of_activity.end()) {
      refuse("the activity '" + activity + "' is in '" + found->second + "' already");
    }
  }
  known.limits.emplace(name, limits);
  for (const auto& activity : activities) known.of_activity.emplace(activity, name);
  return *this;
}

void application::add_activity(std::shared_ptr<const activity_type> type) {
  add_once(registry_.activities, std::move(type), "the activity");
}

}  // namespace theus
