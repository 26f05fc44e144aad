#pragma once

#include <stdexcept>
#include <string>

#include <boost/system/result.hpp>

namespace theus {

// What a caller can react to. The number of a removed code is never used again.
enum class errc {
  // journal and store
  corrupt = 1,          // bytes on disk are not what was acknowledged
  unknown_version = 2,  // written by a newer Theus
  journal_in_use = 3,   // another process holds the folder
  disk_full = 4,        // appends resume when there is space
  io_error = 5,         // a sync or write failed; this journal takes no more appends
  not_found = 6,        // no such run, workflow id, file
  limit_exceeded = 7,   // larger than a stated limit; the message names it
  bad_input = 8,        // malformed JSON, frame, file or flag
  trimmed = 17,         // the run's first records are gone; its checkpoint stands for them
  // runtime
  workflow_exists = 9,    // a run with this workflow id has not finished
  unknown_workflow = 10,  // no workflow of this name is bound in this application
  unknown_activity = 11,  // no activity of this name is bound in this application
  run_finished = 12,      // the run takes no more events
  mismatch = 13,          // the code does not fit the recorded history
  stopped = 14,           // the runtime is shutting down
  timed_out = 15,         // the caller's own wait ended
  wrong_type = 16,        // the payload does not decode to the declared type
  unknown_query = 18,     // no query of this name is bound to this workflow; says which are
  query_failed = 19,      // what answers the query threw, or did what the guard forbids
  already_settled = 20,   // the promise has another outcome: the first one counts
  unknown_update = 21,    // no update of this name is bound to this workflow; says which are
  update_rejected = 22,   // what is bound to the update refused it; nothing was recorded
};

const char* name(errc code);  // "corrupt", "unknown_version", …

// An error that names the thing: the file, run, field or limit, and what to do about it.
struct error {
  errc code{};
  std::string message;
};

class error_exception : public std::runtime_error {
 public:
  explicit error_exception(const error& e) : std::runtime_error(e.message), code_(e.code) {}
  errc code() const { return code_; }

 private:
  errc code_;
};

[[noreturn]] void throw_exception_from_error(const error& e, const boost::source_location& at);

template <class T>
using result = boost::system::result<T, error>;

}  // namespace theus
