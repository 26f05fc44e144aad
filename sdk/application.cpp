#include "theus/application.hpp"

#include <stdexcept>

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

void application::add_activity(std::shared_ptr<const activity_type> type) {
  add_once(registry_.activities, std::move(type), "the activity");
}

}  // namespace theus
