#include "request_checks.hpp"

#include "theus/runtime/promise_token.hpp"

namespace theus {
namespace {

error too_long(const char* what, std::size_t size, std::size_t limit, const char* limit_name) {
  return {errc::limit_exceeded, std::string(what) + " has " + std::to_string(size) +
                                    " bytes, more than " + std::to_string(limit) + " (" +
                                    limit_name + ")"};
}

// Remembers the first fault.
class checks {
 public:
  explicit checks(const journal::limits& bounds) : bounds_(bounds) {}

  checks& name(const char* what, const std::string& text, bool may_be_empty) {
    if (!found_ && text.empty() && !may_be_empty) {
      found_ = error{errc::bad_input, std::string(what) + " is empty"};
    }
    if (!found_ && text.size() > bounds_.name_bytes) {
      found_ = too_long(what, text.size(), bounds_.name_bytes, "name_bytes");
    }
    return *this;
  }
  checks& payload(const char* what, const journal::payload& value) {
    if (!found_ && value.size() > bounds_.payload_bytes) {
      found_ = too_long(what, value.size(), bounds_.payload_bytes, "payload_bytes");
    }
    return *this;
  }
  const std::optional<error>& found() const { return found_; }

 private:
  const journal::limits& bounds_;
  std::optional<error> found_;
};

}  // namespace

std::optional<error> find_fault(const start_request& request, const registry& what,
                                const journal::limits& bounds) {
  const auto wrong = checks(bounds)
                         .name("the workflow type", request.workflow_type, false)
                         .name("the workflow id", request.workflow_id, false)
                         .name("the request id", request.request_id, true)
                         .payload("the arguments", request.arguments)
                         .found();
  if (wrong) return wrong;
  if (request.signal) {
    const auto fault = checks(bounds)
                           .name("the signal's name", request.signal->name, false)
                           .payload("the signal's value", request.signal->value)
                           .found();
    if (fault) return fault;
  }
  const auto type = what.workflows.find(request.workflow_type);
  if (type == what.workflows.end()) {
    return error{errc::unknown_workflow,
                 "no workflow named '" + request.workflow_type + "' is bound in this application"};
  }
  if (const auto complaint = type->second->check_arguments(request.arguments)) {
    return error{errc::wrong_type, "the arguments do not fit workflow '" + request.workflow_type +
                                       "': " + *complaint};
  }
  return std::nullopt;
}

std::optional<error> find_fault(const signal_request& request, const journal::limits& bounds) {
  return checks(bounds)
      .name("the workflow id", request.workflow_id, false)
      .name("the signal's name", request.name, false)
      .name("the request id", request.request_id, true)
      .payload("the signal's value", request.value)
      .found();
}

std::optional<error> find_fault(const query_request& request, const journal::limits& bounds) {
  return checks(bounds)
      .name("the id", request.id, false)
      .name("the query's name", request.name, false)
      .payload("the arguments", request.arguments)
      .found();
}

std::optional<error> find_fault(const update_request& request, const journal::limits& bounds) {
  return checks(bounds)
      .name("the workflow id", request.workflow_id, false)
      .name("the update's name", request.name, false)
      .name("the update id", request.update_id, true)
      .payload("the arguments", request.arguments)
      .found();
}

std::optional<error> find_fault(const settle_request& request, const journal::limits& bounds) {
  if (const auto token = promise_token::parse(request.token); !token) return token.error();
  checks all(bounds);
  if (const auto* value = std::get_if<journal::payload>(&request.outcome)) {
    return all.payload("the value", *value).found();
  }
  const auto& why = std::get<journal::failure_info>(request.outcome);
  return all.name("the failure's type", why.type, false)
      .payload("the failure's message", why.message)
      .found();
}

std::optional<error> find_reason_fault(const std::string& workflow_id, const std::string& reason,
                                       const journal::limits& bounds) {
  return checks(bounds)
      .name("the workflow id", workflow_id, false)
      .name("the reason", reason, true)
      .found();
}

}  // namespace theus
