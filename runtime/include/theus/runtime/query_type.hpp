#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "theus/journal/errc.hpp"
#include "theus/journal/record.hpp"
#include <theus/value/value.hpp>

namespace theus {

// A run as a query sees it: as its last durable turn left it.
struct seen_run {
  journal::run_id run;
  std::string workflow_id;
  std::string workflow_type;
  value context;            // the run's own, without the branches of phases that are not over
  journal::wall_time time;  // of its last turn; the epoch where it has made none
  bool is_finished = false;
};

// A function that answers questions about runs of one workflow, bound to a name. Immutable; used
// from any thread.
class query_type {
 public:
  virtual ~query_type() = default;
  virtual const std::string& name() const = 0;
  // Errors: wrong_type, when the arguments do not decode to the function's parameters. Throws what
  // the function throws.
  virtual result<journal::payload> answer(const seen_run& run,
                                          const journal::payload& arguments) const = 0;
};

// By workflow type, then by name.
using query_types =
    std::map<std::string, std::map<std::string, std::shared_ptr<const query_type>, std::less<>>,
             std::less<>>;

struct query_request {
  std::string id;  // workflow id, for its newest run, or run id
  std::string name;
  journal::payload arguments = "[]";  // a JSON array
};

}  // namespace theus
