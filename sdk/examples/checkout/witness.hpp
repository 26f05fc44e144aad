#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/describe.hpp>

#include <theus/journal/store.hpp>
#include <theus/runtime/activity_type.hpp>

#include "ledger.hpp"

// Watches, from outside of Theus, that no recorded step runs again. Every start of the process is a
// generation. Before a generation opens the journal for work, the witness reads it and notes which
// results are there; every activity notes that it begins. An execution of a command whose result
// was there before that generation began is what must never happen.
namespace checkout {

// executions.log
struct execution {
  std::string key;  // attempt::idempotency_key()
  std::string activity;
  std::int64_t attempt = 0;
  std::int64_t generation = 0;
  std::int64_t at_us = 0;  // wall time
};
BOOST_DESCRIBE_STRUCT(execution, (), (key, activity, attempt, generation, at_us))

// recorded.log
struct recorded_step {
  std::string key;
  std::int64_t attempt = 0;
  bool final = false;           // false: a failed attempt, to be followed by another
  std::int64_t generation = 0;  // the first that found it in the journal
  std::int64_t sequence = 0;    // of the record that holds it
  std::string hash;             // of that record
};
BOOST_DESCRIBE_STRUCT(recorded_step, (), (key, attempt, final, generation, sequence, hash))

class witness {
 public:
  // Begins a generation: reads on in the journal from where the one before stopped. Nobody else
  // may have the journal open. With an empty `journal` it reads nothing, and leaves that to the
  // next generation. Throws theus::error_exception, std::system_error.
  witness(const std::filesystem::path& folder, const std::filesystem::path& journal);

  std::int64_t generation() const { return generation_; }
  // To be called first thing by every activity. Thread: any.
  void begins(const theus::attempt& a, const std::string& activity);

 private:
  std::int64_t generation_;
  std::unique_ptr<line_file> executions_;
};

struct witness_report {
  std::int64_t generations = 0;
  std::int64_t executions = 0;
  std::int64_t recorded = 0;            // steps seen in the journal, failed attempts included
  std::vector<std::string> violations;  // a sentence each
};

// Compares what the witness wrote with the journal as it is now: no recorded step ran again, no
// attempt ran twice in one generation, and every step that was once seen is still in its place.
witness_report cross_examine(const std::filesystem::path& folder, theus::journal::store& journal);

// Calls `visit` with every record of the journal, in commit order, and returns the position after
// the last. Throws theus::error_exception.
theus::journal::position for_each_record(
    theus::journal::store& journal, const theus::journal::position& from,
    const std::function<void(const theus::journal::tail_entry&)>& visit);

std::string hex(const theus::journal::hash256& hash);

}  // namespace checkout
