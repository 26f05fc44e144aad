#pragma once

#include <optional>
#include <string>

#include "theus/journal/limits.hpp"
#include "theus/runtime/engine.hpp"

namespace theus {

// What can be said against a request without looking at the journal: bad_input, limit_exceeded,
// unknown_workflow, wrong_type. Nothing when it is fit to be recorded.
std::optional<error> find_fault(const start_request& request, const registry& what,
                                const journal::limits& bounds);
std::optional<error> find_fault(const signal_request& request, const journal::limits& bounds);
std::optional<error> find_fault(const query_request& request, const journal::limits& bounds);
std::optional<error> find_fault(const update_request& request, const journal::limits& bounds);
std::optional<error> find_fault(const settle_request& request, const journal::limits& bounds);
std::optional<error> find_reason_fault(const std::string& workflow_id, const std::string& reason,
                                       const journal::limits& bounds);

}  // namespace theus
