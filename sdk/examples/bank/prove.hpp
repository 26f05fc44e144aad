#pragma once

#include <filesystem>

#include <theus/application.hpp>

#include "workflow.hpp"

namespace bank {

inline constexpr const char* workflow_id = "monday";

struct bank_folder {
  std::filesystem::path path;

  std::filesystem::path journal() const { return path / "journal"; }
  std::filesystem::path screened() const { return path / "screened.log"; }  // a line a screening
};

// The same every day: ten accounts and 240 transfers between them.
day_plan make_plan();

// The workflow; what is screened is noted in the folder. `folder` must outlive the application.
theus::application make_application(const bank_folder& folder);

// Proves from the files alone that each transfer was made once and no money came or went. Prints
// what it found. 0 when all of it holds, else 1.
int prove(const bank_folder& folder);

}  // namespace bank
