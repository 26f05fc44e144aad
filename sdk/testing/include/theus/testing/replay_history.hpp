#pragma once

#include <cstdint>
#include <filesystem>

#include "theus/application.hpp"
#include "theus/testing/finding.hpp"

namespace theus::testing {

struct replay_options {
  // Phases and iterations that are over are run, too, which a runtime would not do.
  bool from_zero = false;
};

class replay_finding : public finding {
 public:
  replay_finding(bool holds, std::string text, std::uint64_t runs)
      : finding(holds, std::move(text)), runs_(runs) {}

  std::uint64_t runs() const { return runs_; }  // that were looked at

 private:
  std::uint64_t runs_;
};

// Replays a run that the tool's verb `export` or any_run::save_history wrote, or every *.history of
// a folder, with the application's code: does it do again what was recorded, command by command and
// state by state? Nothing is executed but workflows. For what does not fit the report is the one of
// the tool's verb `replay`. What cannot be read, and a folder without histories, do not hold
// either.
replay_finding replay_history(const application& what, const std::filesystem::path& file_or_folder,
                              replay_options options = {});

}  // namespace theus::testing
