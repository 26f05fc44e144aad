#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "theus/runtime/clock.hpp"
#include "theus/runtime/query_type.hpp"

#include "answer.hpp"

namespace theus {

// A query on its way to its answer.
struct question {
  query_request request;
  journal::instance_row row;     // of the run that is asked
  std::optional<seen_run> seen;  // absent: to be replayed
  answer<journal::payload> done;
};

// A question whose function runs: the shard may have another thread by then.
struct open_question {
  std::uint64_t number = 0;
  std::string shown;                             // for a report
  std::unique_ptr<wall_clock::alarm> long_away;  // who watches a thread that is lost in it
};

}  // namespace theus
