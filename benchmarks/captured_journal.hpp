#pragma once

#include <array>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "engine.hpp"

namespace theus::benchmarks {

// A journal's engine in memory that keeps the last commit: the keys and values which that commit
// would have written to a disk.
class captured_journal final : public journal::engine {
 public:
  const journal::batch& last_commit() const { return last_commit_; }

  result<std::optional<std::string>> get(journal::space where, std::string_view key) override;
  result<void> scan(journal::space where, std::string_view from, std::string_view until,
                    const visitor& visit) override;
  result<std::optional<key_value>> last(journal::space where, std::string_view from,
                                        std::string_view until) override;
  result<void> prepare(const journal::batch& changes, const journal::journal_head& head) override;
  result<void> harden() override { return {}; }
  result<void> write(const journal::batch& changes) override;
  result<journal::journal_head> promised() override { return promised_; }
  result<void> promise(const journal::journal_head& head) override;
  result<void> reopen() override { return {}; }

 private:
  using rows = std::map<std::string, std::string, std::less<>>;
  rows& in(journal::space where) { return spaces_[static_cast<std::size_t>(where)]; }

  std::array<rows, journal::space_count> spaces_;
  journal::batch last_commit_;
  journal::journal_head promised_;
};

}  // namespace theus::benchmarks
