#pragma once

#include <functional>
#include <string>

#include "theus/journal/store.hpp"

#include "journal_access.hpp"

namespace theus::tool {

// Decodes a run's records one after another and checks that each continues the one before.
class record_chain {
 public:
  // Of the records behind that one.
  explicit record_chain(journal::run_id run, const journal::head& behind = {})
      : run_(run), head_(behind) {}

  // Errors: corrupt (names run and record), unknown_version, limit_exceeded.
  result<journal::stored_record> next(const std::string& raw);

 private:
  journal::run_id run_;
  journal::head head_;
};

// Calls `take` with every record of the run that was not trimmed; until it answers false. Throws
// error_exception.
void for_each_record(journal_access& journal, journal::run_id run,
                     const std::function<bool(const journal::stored_record&)>& take);

}  // namespace theus::tool
