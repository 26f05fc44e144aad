#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hash.hpp"
#include "history_bytes.hpp"
#include "journal/trimmed_runs.hpp"

// History files of trimmed runs.
namespace theus::journal {
namespace {

using namespace test;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// A node of this test refers to the nodes whose hashes its bytes begin with, behind their count.
std::string parent_of(const std::vector<std::string>& below, const std::string& rest) {
  std::string bytes(1, char(below.size()));
  for (const auto& each : below) bytes += text_of(node_of(each).hash.bytes);
  return bytes + rest;
}
result<std::vector<hash256>> references(std::string_view node) {
  std::vector<hash256> found(node.empty() ? 0 : std::uint8_t(node[0]));
  if (node.size() < 1 + found.size() * sizeof(hash256)) return error{errc::corrupt, "no node"};
  for (std::size_t i = 0; i < found.size(); ++i) {
    std::ranges::copy(node.substr(1 + i * 32, 32), found[i].bytes.begin());
  }
  return found;
}

class TrimmedHistory : public ::testing::Test {
 protected:
  TrimmedHistory() {
    extend(*journal_, owner_, run_,
           {start_of("a", {activity(1), start_timer{{"", 2}, at_ms(9'000)}}, "request"),
            turn_of({completed(1)}, {activity(3), send_signal{{"", 4}, "b", "hello", "1"}})});
    const std::vector<std::string> all{leaf_, shared_, inner_, root_};
    std::vector<stored_node> nodes;
    for (const auto& each : all) nodes.push_back(node_of(each));
    journal_->put_nodes(nodes, journal_->opened()).value();
    journal_->put_checkpoint(row_, journal_->opened()).value();
    append_anchor(*journal_, owner_, run_, make_anchor(*journal_, row_.id).value());
    extend(*journal_, owner_, run_, {turn_of({completed(3)}, {activity(5)})});
  }

  errc refusal(const history& h) {
    const auto other = make_memory_store();
    const auto imported = import_history(*other, other->acquire_epoch().value(), h, {}, references);
    if (imported) return errc{};
    EXPECT_EQ(other->head_of(h.run).value(), std::nullopt);
    EXPECT_THAT(other->checkpoints(h.run, 9).value(), IsEmpty());
    EXPECT_THAT(imported.error().message, HasSubstr(h.run.to_string()));
    return imported.error().code;
  }

  const run_id run_ = run_of("a");
  const std::string leaf_ = parent_of({}, "leaf"), shared_ = parent_of({leaf_}, "shared"),
                    inner_ = parent_of({shared_, leaf_}, "inner"),
                    root_ = parent_of({inner_, shared_}, "root");
  const checkpoint_row row_{
      {run_, sequence{2}}, {node_of(root_).hash, node_of(shared_).hash}, "its state"};
  std::unique_ptr<store> journal_ = make_memory_store();
  epoch owner_ = journal_->acquire_epoch().value();
};

TEST_F(TrimmedHistory, Rule07ItsCheckpointMovesWithItAndTheRunGoesOn) {
  const temporary_folder folder;
  const auto path = folder / "run.history";
  const history h = export_history(*journal_, run_, {}, references).value();
  EXPECT_THAT(h.behind->nodes, ElementsAre(leaf_, shared_, inner_, root_));
  write_history(path, h).value();
  const history read = read_history(path).value();
  EXPECT_EQ(read, h);

  const auto other = open_journal(folder / "journal");
  const epoch owner = other->acquire_epoch().value();
  import_history(*other, owner, read, {}, references).value();
  EXPECT_EQ(rows_of(*other), rows_of(*journal_));
  EXPECT_EQ(other->head_of(run_).value(), journal_->head_of(run_).value());
  EXPECT_EQ(other->trimmed(run_).value(), journal_->trimmed(run_).value());
  EXPECT_EQ(anchored_checkpoint(*other, run_).value(), row_);
  EXPECT_EQ(other->run_of_request("a", "request").value(), run_);
  EXPECT_EQ(export_history(*other, run_, {}, references).value(), h);

  EXPECT_EQ(extend(*other, owner, run_, {turn_of({completed(5)}, {activity(6)})}).status,
            append_status::committed);
  ASSERT_EQ(trim(*other, owner, run_, sequence{5}).status, append_status::committed);
  EXPECT_EQ(extend(*other, owner, run_, {turn_of({}, {activity(7)})}).status,
            append_status::committed);
  const all_rows grown = rows_of(*other);
  ASSERT_TRUE(other->rebuild());
  EXPECT_EQ(rows_of(*other), grown);
  EXPECT_EQ(other->trimmed(run_).value()->through, sequence{5});
}

// Without being told what its nodes refer to, those below would be lost in silence.
TEST_F(TrimmedHistory, WhatItsNodesReferToHasToBeSaid) {
  EXPECT_EQ(export_history(*journal_, run_).error().code, errc::bad_input);
  const history h = export_history(*journal_, run_, {}, references).value();
  const auto other = make_memory_store();
  const auto owner = other->acquire_epoch().value();
  EXPECT_EQ(import_history(*other, owner, h).error().code, errc::bad_input);
  EXPECT_THAT(other->nodes_after({}, 9).value(), IsEmpty());
}

TEST_F(TrimmedHistory, TheNextImportReplacesWhatAKilledOneLeft) {
  const history h = export_history(*journal_, run_, {}, references).value();
  const auto other = make_memory_store();
  const auto owner = other->acquire_epoch().value();
  const stored_node root = node_of("another");
  ASSERT_TRUE(other->put_nodes({&root, 1}, other->opened()));
  const checkpoint_row left{row_.id, {root.hash}, "half of it"};
  ASSERT_TRUE(other->put_checkpoint(left, other->opened()));
  ASSERT_TRUE(import_history(*other, owner, h, {}, references));
  EXPECT_EQ(anchored_checkpoint(*other, run_).value(), row_);
}

TEST_F(TrimmedHistory, Rule07OneThatDoesNotFitTogetherIsRefusedWhole) {
  const history good = export_history(*journal_, run_, {}, references).value();
  EXPECT_EQ(refusal(good), errc{});
  const auto refused_with = [&](auto change) {
    history bad = good;
    change(bad);
    return refusal(bad);
  };
  EXPECT_EQ(refused_with([](history& h) { h.behind.reset(); }), errc::corrupt);
  EXPECT_EQ(refused_with([](history& h) { h.behind->checkpoint.bytes += "!"; }), errc::corrupt);
  EXPECT_EQ(refused_with([](history& h) { h.behind->checkpoint.id.at = sequence{3}; }),
            errc::corrupt);
  EXPECT_EQ(refused_with([](history& h) { h.behind->checkpoint.id.run = run_of("b"); }),
            errc::corrupt);
  EXPECT_EQ(refused_with([](history& h) { h.behind->nodes.pop_back(); }), errc::corrupt);
  EXPECT_EQ(refused_with([](history& h) { h.behind->nodes.erase(h.behind->nodes.begin()); }),
            errc::corrupt);
  EXPECT_EQ(refused_with([](history& h) { h.behind->nodes.push_back("more"); }), errc::corrupt);
  EXPECT_EQ(refused_with([](history& h) { h.behind->nodes[2] += "!"; }), errc::corrupt);
  EXPECT_EQ(refused_with([](history& h) { std::swap(h.behind->nodes[0], h.behind->nodes[1]); }),
            errc::corrupt);
  EXPECT_EQ(refused_with([](history& h) { h.records.erase(h.records.begin()); }), errc::corrupt)
      << "without its anchor";
  EXPECT_EQ(refused_with([](history& h) { h.records.clear(); }), errc::bad_input);
  EXPECT_EQ(refused_with([](history& h) { h.run = run_of("b"); }), errc::corrupt);
}

TEST_F(TrimmedHistory, ARunThatIsThereOrWhoseIdIsHeldIsNotImported) {
  const history h = export_history(*journal_, run_, {}, references).value();
  EXPECT_EQ(import_history(*journal_, owner_, h, {}, references).error().code,
            errc::workflow_exists);
  EXPECT_EQ(anchored_checkpoint(*journal_, run_).value(), row_);

  const auto other = make_memory_store();
  const epoch owner = other->acquire_epoch().value();
  const run_id holder = run_of("a", 77);
  extend(*other, owner, holder, {start_of("a")});
  const auto refused = import_history(*other, owner, h, {}, references);
  EXPECT_EQ(refused.error().code, errc::workflow_exists);
  EXPECT_THAT(refused.error().message, HasSubstr(holder.to_string()));
  EXPECT_THAT(other->checkpoints(run_, 9).value(), IsEmpty());
  EXPECT_EQ(import_history(*other, epoch{99}, h, {}, references).error().code, errc::stopped);
}

TEST_F(TrimmedHistory, EveryFlippedBitAndEveryTruncationIsRefused) {
  const std::string whole =
      history_bytes(export_history(*journal_, run_, {}, references).value(), {}).value();
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string bad = whole;
    bad[at] = char(bad[at] ^ (1 << at % 8));
    EXPECT_FALSE(history_in(bad, "it")) << at;
    EXPECT_FALSE(history_in(whole.substr(0, at), "it")) << at;
  }
}

// As somebody would write it who knows the format: every number of the frame is some other one.
TEST_F(TrimmedHistory, HostileNumbersUnderARightHashAreRefusedBeforeMemoryIsTaken) {
  const std::string whole =
      history_bytes(export_history(*journal_, run_, {}, references).value(), {}).value();
  const std::size_t row_bytes = 32 + 4 + 2 * 32 + row_.bytes.size();
  for (const std::size_t at : {std::size_t{33}, 37 + row_bytes, 45 + row_bytes}) {
    for (const char byte : {char(0xff), char(0x7f)}) {
      std::string bad = whole.substr(0, whole.size() - 32);
      bad.replace(at, 4, 4, byte);
      bad += text_of(sha256({bytes_of(bad)}).bytes);
      const auto read = history_in(bad, "it");
      ASSERT_FALSE(read) << at;
      EXPECT_EQ(read.error().code, errc::corrupt);
    }
  }
}

TEST_F(TrimmedHistory, ItsSizeIsLimited) {
  limits small;
  small.history_bytes = 300;
  EXPECT_EQ(export_history(*journal_, run_, small, references).error().code, errc::limit_exceeded);
  const history h = export_history(*journal_, run_, {}, references).value();
  EXPECT_EQ(history_bytes(h, {}).value().size(), history_size(h, {}).value());
}

}  // namespace
}  // namespace theus::journal
