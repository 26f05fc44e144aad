#include <algorithm>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "theus/journal/codec.hpp"

#include "journal/bare_database.hpp"
#include "journal/each_store.hpp"
#include "journal/support.hpp"
#include "journal/trimmed_runs.hpp"
#include "keys.hpp"

// What every store promises of checkpoints and nodes; each runs all of it.
namespace theus::journal {
namespace {

using namespace test;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr std::size_t all = 1'000'000;

class Checkpoints : public each_store {
 protected:
  result<void> put(const std::vector<stored_node>& nodes) {
    return journal_->put_nodes(nodes, journal_->opened());
  }
  result<void> put(const checkpoint_row& row) {
    return journal_->put_checkpoint(row, journal_->opened());
  }
  std::vector<checkpoint_id> listed(run_id run) { return journal_->checkpoints(run, all).value(); }

  const run_id run_ = run_of("a");
  const stored_node apple_ = node_of("apple"), pear_ = node_of(std::string(100'000, 'p'));
};

TEST_P(Checkpoints, NodesAreFoundByTheirHash) {
  EXPECT_EQ(journal_->node(apple_.hash).value(), std::nullopt);
  EXPECT_FALSE(journal_->holds_node(apple_.hash).value());
  ASSERT_TRUE(put({apple_, pear_, apple_}));
  EXPECT_EQ(journal_->node(apple_.hash).value(), apple_.bytes);
  EXPECT_EQ(journal_->node(pear_.hash).value(), pear_.bytes);
  EXPECT_TRUE(journal_->holds_node(pear_.hash).value());
  EXPECT_TRUE(put({apple_})) << "once more is the same";
  EXPECT_TRUE(put(std::vector<stored_node>()));
  EXPECT_THAT(journal_->nodes_after({}, all).value(), SizeIs(2));
}

TEST_P(Checkpoints, ACheckpointReadsBackAsItWasPut) {
  ASSERT_TRUE(put({apple_, pear_}));
  const checkpoint_row whole{{run_, sequence{7}}, {apple_.hash, pear_.hash}, std::string(5, '\0')};
  const checkpoint_row bare{{run_, sequence{9}}, {}, ""};
  ASSERT_TRUE(put(whole));
  ASSERT_TRUE(put(bare));
  EXPECT_EQ(journal_->checkpoint(whole.id).value(), whole);
  EXPECT_EQ(journal_->checkpoint(bare.id).value(), bare);
  EXPECT_EQ(journal_->checkpoint({run_, sequence{8}}).value(), std::nullopt);
  checkpoint_row other = whole;
  other.bytes = "other";
  ASSERT_TRUE(put(other));
  EXPECT_EQ(journal_->checkpoint(whole.id).value(), other);
  EXPECT_THAT(listed(run_), ElementsAre(bare.id, whole.id));
}

TEST_P(Checkpoints, AreListedNewestFirst) {
  run_id first = run_of("a", 1), second = run_of("b", 2);
  if (second < first) std::swap(first, second);
  for (const std::uint64_t at : {300u, 1u, 70'000u})
    for (const run_id& run : {second, first}) ASSERT_TRUE(put({{run, sequence{at}}, {}, "x"}));
  const auto at = [](const run_id& run, std::uint64_t n) {
    return checkpoint_id{run, sequence{n}};
  };
  EXPECT_THAT(listed(first), ElementsAre(at(first, 70'000), at(first, 300), at(first, 1)));
  EXPECT_THAT(journal_->checkpoints(second, 1).value(), ElementsAre(at(second, 70'000)));
  EXPECT_THAT(listed(run_of("c")), IsEmpty());
  EXPECT_THAT(journal_->checkpoints_after({}, 2).value(),
              ElementsAre(at(first, 70'000), at(first, 300)));
  EXPECT_THAT(journal_->checkpoints_after(at(first, 300), all).value(),
              ElementsAre(at(first, 1), at(second, 70'000), at(second, 300), at(second, 1)));
  ASSERT_TRUE(journal_->erase_checkpoint(at(second, 300)));
  ASSERT_TRUE(journal_->erase_checkpoint(at(second, 300)));
  EXPECT_THAT(listed(second), ElementsAre(at(second, 70'000), at(second, 1)));
  EXPECT_EQ(journal_->checkpoint(at(second, 300)).value(), std::nullopt);
}

TEST_P(Checkpoints, NodesAreListedInPagesAndErased) {
  std::vector<stored_node> nodes;
  for (int i = 0; i < 100; ++i) nodes.push_back(node_of("node " + std::to_string(i)));
  ASSERT_TRUE(put(nodes));
  std::ranges::sort(nodes, {}, &stored_node::hash);
  std::vector<hash256> seen;
  for (std::optional<hash256> after;;) {
    const auto page = journal_->nodes_after(after, 7).value();
    if (page.empty()) break;
    seen.insert(seen.end(), page.begin(), page.end());
    after = page.back();
  }
  EXPECT_TRUE(std::ranges::equal(seen, nodes, {}, {}, &stored_node::hash));
  const std::vector<hash256> half(seen.begin(), seen.begin() + 50);
  ASSERT_TRUE(journal_->erase_nodes(half, journal_->opened()));
  ASSERT_TRUE(journal_->erase_nodes(half, journal_->opened()));
  EXPECT_THAT(journal_->nodes_after({}, all).value(),
              ::testing::ElementsAreArray(seen.begin() + 50, seen.end()));
  EXPECT_EQ(journal_->node(half[3]).value(), std::nullopt);
}

TEST_P(Checkpoints, WhatDoesNotFitIsRefusedAndWritesNothing) {
  stored_node wrong = apple_;
  wrong.bytes += '!';
  const auto refused = put({pear_, wrong});
  EXPECT_EQ(refused.error().code, errc::bad_input);
  EXPECT_THAT(refused.error().message, HasSubstr(apple_.hash.to_string()));
  EXPECT_THAT(journal_->nodes_after({}, all).value(), IsEmpty());
  const auto rootless = put({{run_, sequence{1}}, {apple_.hash}, ""});
  EXPECT_EQ(rootless.error().code, errc::bad_input);
  EXPECT_THAT(rootless.error().message, HasSubstr(run_.to_string()));
  EXPECT_THAT(rootless.error().message, HasSubstr(apple_.hash.to_string()));
  EXPECT_THAT(listed(run_), IsEmpty());
  EXPECT_EQ(journal_->trouble(), std::nullopt);
}

TEST_P(Checkpoints, HaveLimits) {
  store_options small;
  small.bounds.node_bytes = 10;
  small.bounds.checkpoint_bytes = 10;
  small.bounds.checkpoint_roots = 1;
  open(small);
  ASSERT_TRUE(put({apple_}));
  EXPECT_EQ(put({pear_}).error().code, errc::limit_exceeded);
  const checkpoint_id id{run_, sequence{1}};
  EXPECT_EQ(put({id, {}, std::string(11, 'x')}).error().code, errc::limit_exceeded);
  EXPECT_EQ(put({id, {apple_.hash, apple_.hash}, ""}).error().code, errc::limit_exceeded);
  EXPECT_TRUE(put({id, {apple_.hash}, std::string(10, 'x')}));
}

TEST_P(Checkpoints, ARebuildLeavesThem) {
  extend(*journal_, owner_, run_, {start_of("a", {activity(1)})});
  ASSERT_TRUE(put({apple_}));
  const checkpoint_row row{{run_, first_sequence}, {apple_.hash}, "x"};
  ASSERT_TRUE(put(row));
  const auto report = journal_->rebuild().value();
  EXPECT_EQ(report.rows, rows_of(*journal_).instances.size() + 2);  // and its claim, and its task
  EXPECT_EQ(journal_->checkpoint(row.id).value(), row);
  EXPECT_EQ(journal_->node(apple_.hash).value(), apple_.bytes);
}

TEST_P(Checkpoints, AreSeenAtOnceWhileAnAppendIsUnderWay) {
  const unit u = unit::make(run_, owner_, head(), start_of("a")).value();
  const auto begun = journal_->begin_append({&u, 1});
  ASSERT_TRUE(put({apple_}));
  const checkpoint_row row{{run_, first_sequence}, {apple_.hash}, "x"};
  ASSERT_TRUE(put(row));
  EXPECT_EQ(journal_->node(apple_.hash).value(), apple_.bytes);
  EXPECT_THAT(journal_->nodes_after({}, all).value(), ElementsAre(apple_.hash));
  EXPECT_EQ(journal_->checkpoint(row.id).value(), row);
  EXPECT_THAT(listed(run_), ElementsAre(row.id));
  EXPECT_EQ(journal_->instance(run_).value(), std::nullopt) << "but not the append";
  ASSERT_TRUE(journal_->erase_checkpoint(row.id));
  EXPECT_THAT(listed(run_), IsEmpty());
  EXPECT_EQ(journal_->finish_append(begun).front().status, append_status::committed);
  EXPECT_TRUE(journal_->instance(run_).value());
}

TEST_P(Checkpoints, ArePutBesideAppends) {
  std::thread worker([&] {
    for (int i = 0; i < 200; ++i) {
      const stored_node n = node_of("node " + std::to_string(i));
      const checkpoint_row row{{run_, sequence(i + 1)}, {n.hash}, "x"};
      EXPECT_TRUE(put({n}));
      EXPECT_TRUE(put(row));
      EXPECT_EQ(journal_->checkpoints(run_, 1).value().front(), row.id);
      if (i % 3 == 0) {
        EXPECT_TRUE(journal_->erase_checkpoint(row.id));
        EXPECT_TRUE(journal_->erase_nodes({&n.hash, 1}, journal_->opened()));
      }
    }
  });
  EXPECT_EQ(extend(*journal_, owner_, run_, {start_of("a")}).status, append_status::committed);
  for (std::uint32_t i = 1; i < 100; ++i) {
    EXPECT_EQ(extend(*journal_, owner_, run_, {turn_of({}, {activity(i)})}).status,
              append_status::committed);
  }
  worker.join();
  EXPECT_THAT(listed(run_), SizeIs(133));
  EXPECT_THAT(journal_->nodes_after({}, all).value(), SizeIs(133));
}

INSTANTIATE_TEST_SUITE_P(Every, Checkpoints, ::testing::Bool(), [](const auto& durable) {
  return std::string(durable.param ? "rocksdb" : "memory");
});

TEST(CheckpointsOnDisk, AreThereWhenTheJournalIsOpenedAgain) {
  const temporary_folder folder;
  const stored_node apple = node_of("apple");
  const checkpoint_row row{{run_of("a"), first_sequence}, {apple.hash}, "x"};
  {
    const auto journal = open_journal(folder / "journal");
    ASSERT_TRUE(journal->put_nodes({&apple, 1}, journal->opened()));
    ASSERT_TRUE(journal->put_checkpoint(row, journal->opened()));
  }
  const auto journal = open_journal(folder / "journal");
  EXPECT_EQ(journal->checkpoint(row.id).value(), row);
  EXPECT_EQ(journal->node(apple.hash).value(), apple.bytes);
}

// Bytes that RocksDB's own checksums say nothing against.
TEST(CheckpointsOnDisk, OtherBytesThanWereWrittenAreRefusedByName) {
  const temporary_folder folder;
  const auto path = folder / "journal";
  const stored_node apple = node_of("apple");
  const checkpoint_row row{{run_of("a"), sequence{7}}, {apple.hash}, "state"};
  const checkpoint_row other{{run_of("a"), sequence{8}}, {}, "other"};
  {
    const auto journal = open_journal(path);
    ASSERT_TRUE(journal->put_nodes({&apple, 1}, journal->opened()));
    ASSERT_TRUE(journal->put_checkpoint(row, journal->opened()));
    ASSERT_TRUE(journal->put_checkpoint(other, journal->opened()));
  }
  const auto refused_with = [&](const std::string& value) {
    bare_database(path / "db").put("checkpoints", keys::checkpoint(row.id), value);
    const auto journal = open_journal(path);
    const auto read = journal->checkpoint(row.id);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, errc::corrupt);
    EXPECT_THAT(read.error().message, HasSubstr("run " + row.id.run.to_string() + " at record 7"));
    EXPECT_THAT(journal->checkpoints(row.id.run, all).value(), ElementsAre(other.id, row.id));
    EXPECT_EQ(journal->checkpoint(other.id).value(), other);
  };
  std::string good, others;
  {
    const bare_database database(path / "db");
    good = database.get("checkpoints", keys::checkpoint(row.id));
    others = database.get("checkpoints", keys::checkpoint(other.id));
  }
  for (std::size_t at = 0; at < good.size(); at += 3) {
    std::string bad = good;
    bad[at] = char(bad[at] ^ (1 << at % 8));
    refused_with(bad);
  }
  for (std::size_t kept : {0u, 31u, 35u, 40u}) refused_with(good.substr(0, kept));
  refused_with(good + '\0');
  refused_with(others);
  bare_database(path / "db").put("nodes", keys::node(apple.hash), "pear");
  const auto node = open_journal(path)->node(apple.hash);
  ASSERT_FALSE(node);
  EXPECT_EQ(node.error().code, errc::corrupt);
  EXPECT_THAT(node.error().message, HasSubstr(apple.hash.to_string()));
}

}  // namespace
}  // namespace theus::journal
