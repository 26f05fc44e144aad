#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

#include "activities.hpp"

namespace checkout {

// How many checkouts came to what.
class tally {
 public:
  void add(const summary& s);
  std::int64_t total() const { return total_; }
  std::int64_t count(outcome how) const;
  // A table for people.
  std::string to_text() const;

 private:
  struct row {
    std::int64_t orders = 0;
    std::int64_t charged_cents = 0;
    std::int64_t refunded_cents = 0;
  };
  std::map<outcome, row> rows_;
  std::int64_t total_ = 0;
};

// Processes every order of `orders` in the shop's folder, prints how it goes and a table at the
// end. May be killed at any time and called again: it goes on where it was. Returns the exit code:
// 0 all orders are finished, 1 some failed, 130 stopped by Ctrl-C or SIGTERM. `paranoid`:
// engine_options::paranoid.
int process_orders(const std::filesystem::path& orders, const shop_folder& folder, bool paranoid);

}  // namespace checkout
