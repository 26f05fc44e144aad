#include "theus/journal/errc.hpp"

namespace theus {

const char* name(errc code) {
  switch (code) {
    case errc::corrupt:
      return "corrupt";
    case errc::unknown_version:
      return "unknown_version";
    case errc::journal_in_use:
      return "journal_in_use";
    case errc::disk_full:
      return "disk_full";
    case errc::io_error:
      return "io_error";
    case errc::not_found:
      return "not_found";
    case errc::limit_exceeded:
      return "limit_exceeded";
    case errc::bad_input:
      return "bad_input";
    case errc::workflow_exists:
      return "workflow_exists";
    case errc::unknown_workflow:
      return "unknown_workflow";
    case errc::unknown_activity:
      return "unknown_activity";
    case errc::run_finished:
      return "run_finished";
    case errc::mismatch:
      return "mismatch";
    case errc::stopped:
      return "stopped";
    case errc::timed_out:
      return "timed_out";
    case errc::wrong_type:
      return "wrong_type";
    case errc::unknown_query:
      return "unknown_query";
    case errc::query_failed:
      return "query_failed";
    case errc::already_settled:
      return "already_settled";
    case errc::unknown_update:
      return "unknown_update";
    case errc::update_rejected:
      return "update_rejected";
    case errc::trimmed:
      return "trimmed";
  }
  return "unknown_error";
}

void throw_exception_from_error(const error& e, const boost::source_location&) {
  throw error_exception(e);
}

}  // namespace theus
