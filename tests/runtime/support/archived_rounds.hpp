#pragma once

#include "journal/support.hpp"
#include "runtime/support/kept_trees.hpp"

namespace theus::test {

// Checkpoints of one run whose state follows from the round: each round puts one, erases the one
// before the last, and collects. Round 4 has the state of round 1 again, and so on.
class archived_rounds {
 public:
  explicit archived_rounds(journal::store& store) : store_(store), archive_(store) {}

  static journal::checkpoint_id nth(int round) {
    return {journal::test::run_of("a"), journal::sequence(round)};
  }
  static trees::value_type checkpoint(int round) {
    return {
        nth(round),
        {tree_of(300, round % 3), altogether(round % 3), value("round " + std::to_string(round))}};
  }

  result<void> go(int round) {
    if (auto done = put_trees(archive_, checkpoint(round)); !done) return done;
    if (round > 2) {
      if (auto done = store_.erase_checkpoint(nth(round - 2)); !done) return done;
    }
    const auto done = archive_.collect();
    return done ? result<void>() : done.error();
  }

  node_archive& archive() { return archive_; }

 private:
  // No two of these share a node; each takes several batches.
  static value altogether(int which) {
    map m;
    for (int i = 0; i < 500; ++i) {
      const std::string text(i % 2 == 0 ? 1'500 : 50, char('a' + which));
      m.put("line" + std::to_string(i), text + std::to_string(i));
    }
    return m;
  }

  journal::store& store_;
  node_archive archive_;
};

}  // namespace theus::test
