#include "outcome.hpp"

#include <ostream>

#include "json_out.hpp"

namespace theus::tool {

void print_outcome(const run_outcome& outcome, const std::string& workflow_id, bool json,
                   invocation& call) {
  const bool completed = outcome.status == journal::run_status::completed;
  if (!completed) call.code = exit_code::run_failed;
  if (json) {
    call.out << to_json(outcome, workflow_id) << '\n';
  } else if (completed) {
    call.out << shown(outcome.result) << '\n';
  } else {
    call.err << "workflow '" << shown(workflow_id) << "' " << journal::name(outcome.status) << ": "
             << shown(outcome.failure.type) << ": " << shown(outcome.failure.message) << '\n';
  }
}

}  // namespace theus::tool
