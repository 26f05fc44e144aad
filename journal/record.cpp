#include "theus/journal/record.hpp"

#include "theus/journal/codec.hpp"

namespace theus::journal {

const std::vector<event>& events_of(const record& r) {
  static const std::vector<event> none;
  if (const auto* t = std::get_if<turn>(&r.body)) return t->events;
  const auto* i = std::get_if<intake>(&r.body);
  return i != nullptr ? i->events : none;
}

std::string child_workflow_id(run_id run, const command_id& id, const std::string& given) {
  if (!given.empty()) return given;
  // A deep scope has a long path, and a workflow id a limit.
  constexpr std::size_t longest = 200;
  std::string made = run.to_string() + "/" + id.to_string();
  if (made.size() <= longest) return made;
  const std::string path = id.to_string();
  return run.to_string() + "/" +
         hash_of({reinterpret_cast<const std::uint8_t*>(path.data()), path.size()}).to_string();
}

std::string child_request_id(const message_id& parent) {
  return "child of " + child_workflow_id(parent.sender, parent.command, {});
}

bool needs_turn(const event& e) {
  return !std::holds_alternative<attempt_failed>(e) &&
         !std::holds_alternative<attempt_started>(e) && !std::holds_alternative<terminated>(e) &&
         !std::holds_alternative<paused>(e) && !std::holds_alternative<resumed>(e);
}

const char* name(parent_close what) {
  switch (what) {
    case parent_close::usual:
      return "usual";
    case parent_close::abandon:
      return "abandon";
    case parent_close::cancel:
      return "cancel";
    case parent_close::terminate:
      return "terminate";
  }
  return "unknown";
}

parent_close start_child::closing() const {
  if (on_parent_close != parent_close::usual) return on_parent_close;
  return detached ? parent_close::abandon : parent_close::cancel;
}

const terminated* termination_in(const record& r) {
  const auto* i = std::get_if<intake>(&r.body);
  return i != nullptr && !i->events.empty() ? std::get_if<terminated>(&i->events.back()) : nullptr;
}

bool ends_run(const record& r) {
  const auto* t = std::get_if<turn>(&r.body);
  if (t == nullptr) return termination_in(r) != nullptr;
  return !t->commands.empty() && (std::holds_alternative<complete_run>(t->commands.back()) ||
                                  std::holds_alternative<fail_run>(t->commands.back()));
}

const started* opening_in(const record& r) {
  const auto& events = events_of(r);
  return events.empty() ? nullptr : std::get_if<started>(&events.front());
}

}  // namespace theus::journal
