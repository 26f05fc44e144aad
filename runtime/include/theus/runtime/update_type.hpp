#pragma once

#include <optional>
#include <string>

#include "theus/runtime/query_type.hpp"

namespace theus {

class machine;
class update_body;

// What runs of a workflow do when they are asked for an update, bound to a name. Immutable; used
// from any thread.
class update_type {
 public:
  virtual ~update_type() = default;
  virtual const std::string& name() const = 0;
  // Says what is wrong with `arguments`, without running anything.
  virtual std::optional<std::string> check_arguments(const journal::payload& arguments) const = 0;
  // Is there somebody who may refuse it, looking at the run?
  virtual bool is_judged() const = 0;
  // Throws what the validator throws, or when `arguments` do not decode.
  virtual void judge(const seen_run& run, const journal::payload& arguments) const = 0;
  // The handler, not begun, of nobody yet. Throws when `arguments` do not decode.
  virtual update_body* instantiate(machine& owner, std::string update_id,
                                   const journal::payload& arguments) const = 0;
};

}  // namespace theus
