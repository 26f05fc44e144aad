#include <array>
#include <map>

#include <gtest/gtest.h>

#include "journal/support.hpp"
#include "keyed_store.hpp"

// What a rebuild reads, counted and not timed.
namespace theus::journal {
namespace {

using namespace test;

// Keeps the place of what was erased, as a database does until it compacts, and counts the keys
// that scans of the rows pass, erased ones included.
class counting_engine final : public engine {
 public:
  explicit counting_engine(std::size_t& passed) : passed_(passed) {}

  result<std::optional<std::string>> get(space where, std::string_view key) override {
    const auto found = in(where).find(key);
    return found == in(where).end() ? std::nullopt : found->second;
  }
  result<void> scan(space where, std::string_view from, std::string_view until,
                    const visitor& visit) override {
    for (auto at = in(where).lower_bound(from); at != in(where).end() && at->first < until; ++at) {
      passed_ += where == space::rows ? 1 : 0;
      if (at->second && !visit(at->first, *at->second)) break;
    }
    return {};
  }
  result<std::optional<key_value>> last(space where, std::string_view from,
                                        std::string_view until) override {
    for (auto at = in(where).lower_bound(until); at != in(where).begin();) {
      if ((--at)->first < from) break;
      if (at->second) return std::optional(key_value(at->first, *at->second));
    }
    return std::optional<key_value>();
  }
  result<void> prepare(const batch& changes, const journal_head& head) override {
    promised_ = head;
    return write(changes);
  }
  result<void> harden() override { return {}; }
  result<void> write(const batch& changes) override {
    for (const change& c : changes) {
      if (c.value) {
        in(c.where).insert_or_assign(c.key, c.value);
      } else {
        for_each_erased(c,
                        [&](const auto& key) { in(c.where).insert_or_assign(key, std::nullopt); });
      }
    }
    return {};
  }
  result<journal_head> promised() override { return promised_; }
  result<void> promise(const journal_head& head) override {
    promised_ = head;
    return {};
  }
  result<void> reopen() override { return {}; }

 private:
  using keys = std::map<std::string, std::optional<std::string>, std::less<>>;
  keys& in(space where) { return spaces_[std::size_t(where)]; }

  std::size_t& passed_;
  std::array<keys, space_count> spaces_;
  journal_head promised_;
};

TEST(RebuildCost, GrowsWithTheRowsNotWithTheirSquare) {
  for (const int runs : {1'000, 8'000}) {
    std::size_t passed = 0;
    const auto journal =
        keyed_store::open(std::make_unique<counting_engine>(passed), store_options()).value();
    const epoch owner = journal->acquire_epoch().value();
    std::vector<unit> units;
    for (int i = 0; i < runs; ++i) {
      const std::string id = "w" + std::to_string(i);
      units.push_back(unit::make(run_of(id), owner, head(),
                                 start_of(id, {activity(1), start_timer{{"", 2}, at_ms(9'000)}}))
                          .value());
    }
    for (const auto& answer : journal->append(units)) {
      ASSERT_EQ(answer.status, append_status::committed);
    }
    passed = 0;
    const auto report = journal->rebuild();
    ASSERT_TRUE(report);
    EXPECT_EQ(report->runs, std::size_t(runs));
    EXPECT_GE(report->rows, 3u * std::size_t(runs));
    // Once to erase them, once to count those that took their place.
    EXPECT_LE(passed, 3 * report->rows);
  }
}

}  // namespace
}  // namespace theus::journal
