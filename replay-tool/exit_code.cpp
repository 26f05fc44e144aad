#include "exit_code.hpp"

namespace theus::tool {

exit_code exit_code_of(errc code) {
  switch (code) {
    case errc::mismatch:
    case errc::query_failed:
      return exit_code::run_failed;
    case errc::limit_exceeded:
    case errc::bad_input:
    case errc::unknown_workflow:
    case errc::unknown_activity:
    case errc::unknown_query:
    case errc::unknown_update:
    case errc::wrong_type:
      return exit_code::bad_input;
    case errc::not_found:
      return exit_code::not_found;
    case errc::journal_in_use:
      return exit_code::unavailable;
    case errc::corrupt:
    case errc::unknown_version:
      return exit_code::corrupt;
    case errc::workflow_exists:
    case errc::trimmed:
    case errc::already_settled:
    case errc::update_rejected:
    case errc::run_finished:
      return exit_code::refused;
    case errc::disk_full:
    case errc::io_error:
      return exit_code::disk;
    case errc::stopped:
    case errc::timed_out:
      return exit_code::interrupted;
  }
  return exit_code::disk;
}

}  // namespace theus::tool
