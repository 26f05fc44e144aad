#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>

#include "theus/journal/forwarding_store.hpp"

namespace theus::testing {

// Where a process is killed: right before or right behind one of its appends, counted from 1 over
// all processes of a test.
struct kill_point {
  enum class moment { before, behind };
  std::uint64_t append = 0;
  moment when = moment::behind;
};

// A journal whose process dies at an append: from then on nothing is written, and whoever runs the
// process is to end it once the function that runs has returned. Thread: one.
class mortal_store final : public journal::forwarding_store {
 public:
  using forwarding_store::forwarding_store;

  void die_at(std::optional<kill_point> where) { dies_at_ = where; }
  bool is_dead() const { return dead_; }
  // Another process has it.
  void revive() { dead_ = false; }
  std::uint64_t appends() const { return appends_; }
  // Called with each unit that was committed, and the number of its append.
  void on_commit(std::function<void(const journal::unit&, std::uint64_t)> see) {
    see_ = std::move(see);
  }

  journal::append_ticket begin_append(std::span<const journal::unit> units) override;
  std::vector<journal::append_answer> finish_append(journal::append_ticket begun) override;
  result<void> acknowledge(const journal::message_id& message) override;

 private:
  struct begun_append {
    std::uint64_t number = 0;
    std::span<const journal::unit> units;
    bool is_lost = false;
  };

  std::map<journal::append_ticket, begun_append> begun_;
  std::uint64_t lost_ = 0;
  std::uint64_t appends_ = 0;
  std::optional<kill_point> dies_at_;
  bool dead_ = false;
  std::function<void(const journal::unit&, std::uint64_t)> see_;
};

}  // namespace theus::testing
