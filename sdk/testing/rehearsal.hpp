#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "theus/testing/environment.hpp"
#include "theus/testing/finding.hpp"

#include "scenario_control.hpp"

namespace theus::testing {

// One execution of a scenario in an environment of its own, and what came of it.
class rehearsal {
 public:
  rehearsal(const application& what, const environment_options& options, const scenario& run,
            scenario_control control);

  bool holds() const { return failure_.empty(); }
  const std::string& failure() const { return failure_; }  // what did not hold
  // The same for failures that are alike: without the values in them.
  const std::string& kind() const { return kind_; }
  // Why the scenario cannot be run here; nothing for one that can.
  const std::optional<std::string>& skipped() const { return skipped_; }
  const std::string& transcript() const { return transcript_; }
  std::uint64_t appends() const { return appends_; }

  // How each run ended, by workflow id and which of its runs it is, in words.
  struct ending {
    std::string how;
    std::string root;  // of its Context
    friend bool operator==(const ending&, const ending&) = default;
  };
  const std::map<std::string, ending>& endings() const { return endings_; }

 private:
  void fail(const std::string& type, const std::string& what);
  void collect(environment& env);

  std::string failure_;
  std::string kind_;
  std::optional<std::string> skipped_;
  std::string transcript_;
  std::uint64_t appends_ = 0;
  std::map<std::string, ending> endings_;
};

}  // namespace theus::testing
