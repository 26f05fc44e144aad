#pragma once

#include <cstdint>

#include "theus/testing/environment.hpp"
#include "theus/testing/finding.hpp"

namespace theus::testing {

struct crash_options {
  environment_options environment = {};
  // Runs end with the same Context, too; not so where it holds times or counts attempts.
  bool compares_contexts = true;
  // The report shows so many kills after which something differs.
  std::uint64_t most_shown = 3;
};

class crash_finding : public finding {
 public:
  crash_finding(bool holds, std::string text, std::uint64_t kills, std::uint64_t misses)
      : finding(holds, std::move(text)), kills_(kills), misses_(misses) {}

  std::uint64_t kills() const { return kills_; }    // that were tried
  std::uint64_t misses() const { return misses_; }  // after which something did not hold

 private:
  std::uint64_t kills_;
  std::uint64_t misses_;
};

// Runs the scenario once for reference; then for each append to the journal that it made there,
// once killed right before it and once right behind it. Another process opens the journal each
// time, clients ask again what nobody answered, and in the end all runs must have ended as in the
// reference: with the same results, failures and Contexts. Nothing that was recorded may be run
// again, and whatever the scenario itself requires has to hold: an activity that was killed after
// it took effect and before that was recorded takes effect again. A scenario that makes no append
// does not hold; nor does one that leaves a run stuck, or an activity neither bound nor mocked,
// without having been told so.
crash_finding survives_crashes(const application& what, const scenario& run,
                               crash_options options = {});

}  // namespace theus::testing
