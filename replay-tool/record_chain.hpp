#pragma once

#include <functional>
#include <optional>
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

// The record that those of a run begin behind.
journal::head head_behind(const std::optional<journal::anchor_place>& trimmed);

// Calls `take` with every record of the run behind that one; until it answers false. Throws
// error_exception: trimmed, when they have gone meanwhile.
void for_each_record(journal_access& journal, journal::run_id run, const journal::head& behind,
                     const std::function<bool(const journal::stored_record&)>& take);

// Once more when records have gone while it read them; a few times.
template <class Work>
auto unless_trimmed(Work work) {
  for (int left = 3;; --left) {
    try {
      return work();
    } catch (const error_exception& e) {
      if (e.code() != errc::trimmed || left == 0) throw;
    }
  }
}

}  // namespace theus::tool
