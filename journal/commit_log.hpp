#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "theus/journal/store.hpp"

#include "engine.hpp"

// The row that each commit adds to the space `log`: which records it holds, and the hash that
// chains it to all commits before.
namespace theus::journal {

struct committed_run {
  run_id run;
  sequence first{};
  std::uint32_t records = 0;
};

struct commit_row {
  hash256 chain;
  std::vector<committed_run> runs;
};

// chain(n) = SHA-256 of chain(n-1), n, and run, sequence and hash of each record in order.
class chain_hasher {
 public:
  chain_hasher(const journal_head& before) : before_(before) {
    text_.assign(reinterpret_cast<const char*>(before.chain.bytes.data()),
                 before.chain.bytes.size());
    put_number(before.commit + 1);
  }

  void add(run_id run, sequence at, const hash256& hash);
  journal_head finish() const;

 private:
  void put_number(std::uint64_t value);

  journal_head before_;
  std::string text_;
};

std::string commit_value(const hash256& chain, const std::vector<const unit*>& units);
std::optional<commit_row> parse_commit(std::string_view value);
// The row's key holds its number.
std::optional<std::uint64_t> parse_commit_number(std::string_view key);
std::optional<journal_head> parse_head(const engine::key_value& row);
// Rule 6: a journal that ends with `found` has everything that was acknowledged.
bool keeps_promise(const std::optional<journal_head>& found, const journal_head& promised);

}  // namespace theus::journal
