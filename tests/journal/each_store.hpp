#pragma once

#include <memory>

#include <gtest/gtest.h>

#include "journal/support.hpp"

namespace theus::journal::test {

// A journal of its own for each test: in memory, or, with `true`, in a folder.
class each_store : public ::testing::TestWithParam<bool> {
 protected:
  each_store() { open(); }

  // In a folder, with what it held.
  void open(const store_options& options = {}) {
    journal_.reset();
    journal_ = GetParam() ? open_journal(folder_ / "journal", options) : make_memory_store(options);
    owner_ = journal_->acquire_epoch().value();
  }

  temporary_folder folder_;
  std::unique_ptr<store> journal_;
  epoch owner_{};
};

}  // namespace theus::journal::test
