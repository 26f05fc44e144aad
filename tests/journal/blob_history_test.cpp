#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "theus/journal/history_file.hpp"

#include "history_bytes.hpp"
#include "journal/trimmed_runs.hpp"

// History files of runs whose records mention blobs.
namespace theus::journal {
namespace {

using namespace test;
using ::testing::HasSubstr;

// In this test a node that begins with P refers to the chunk whose hash follows.
result<std::vector<hash256>> references(std::string_view node) {
  std::vector<hash256> found;
  if (!node.starts_with("P")) return found;
  found.emplace_back();
  std::ranges::copy(node.substr(1, 32), found[0].bytes.begin());
  return found;
}

class BlobHistory : public ::testing::Test {
 protected:
  BlobHistory() {
    const auto& hash = chunk_.hash.bytes;
    root_ = node_of("P" + std::string(hash.begin(), hash.end()));
    const std::vector<stored_node> nodes{chunk_, root_};
    journal_->put_nodes(nodes, journal_->opened()).value();
    extend(*journal_, owner_, run_, {start_of("a"), mention(), mention()});
  }

  record mention() const {
    return intake_of({signal_received{
        "s", R"({"$blob":")" + root_.hash.to_string() + R"(","size":5})", std::nullopt, ""}});
  }
  history exported() { return export_history(*journal_, run_, {}, references).value(); }
  result<void> import_into(store& to, const history& h) {
    return import_history(to, to.acquire_epoch().value(), h, {}, references);
  }

  const run_id run_ = run_of("a");
  const stored_node chunk_ = node_of("chunk");
  stored_node root_;
  std::unique_ptr<store> journal_ = make_memory_store();
  epoch owner_ = journal_->acquire_epoch().value();
};

TEST_F(BlobHistory, BringsTheBlobsThatRecordsMentionOnceEach) {
  const history h = exported();
  EXPECT_EQ(h.blobs, (std::vector{chunk_.bytes, root_.bytes}));
  const std::string bytes = history_bytes(h, {}).value();
  EXPECT_EQ(bytes.size(), history_size(h, {}).value());
  EXPECT_EQ(history_in(bytes, "the file").value(), h);
  const auto other = make_memory_store();
  ASSERT_TRUE(import_into(*other, h));
  EXPECT_EQ(other->node(chunk_.hash).value(), chunk_.bytes);
  EXPECT_EQ(rows_of(*other), rows_of(*journal_));
  EXPECT_EQ(export_history(*other, run_, {}, references).value(), h);
}

TEST_F(BlobHistory, OfATrimmedRunBringsBoth) {
  ASSERT_EQ(extend(*journal_, owner_, run_, {[&] {
              record r = turn_of({}, {});
              std::get<turn>(r.body).consumed_through = sequence{3};
              return r;
            }()})
                .status,
            append_status::committed);
  ASSERT_EQ(trim(*journal_, owner_, run_, sequence{4}).status, append_status::committed);
  EXPECT_TRUE(journal_->blobs({}, 9)->empty()) << "what mentioned it is gone";
  ASSERT_EQ(extend(*journal_, owner_, run_, {mention()}).status, append_status::committed);
  const history h = exported();
  EXPECT_EQ(h.blobs.size(), 2u);
  ASSERT_TRUE(h.behind);
  EXPECT_EQ(history_in(history_bytes(h, {}).value(), "the file").value(), h);
  const auto other = make_memory_store();
  ASSERT_TRUE(import_into(*other, h));
  EXPECT_EQ(export_history(*other, run_, {}, references).value(), h);
}

TEST_F(BlobHistory, WithoutThemIsRefusedNamingOneUnlessTheJournalHasThem) {
  history h = exported();
  h.blobs.clear();
  const auto other = make_memory_store();
  const auto refused = import_into(*other, h);
  EXPECT_EQ(refused.error().code, errc::bad_input);
  EXPECT_THAT(refused.error().message, HasSubstr(root_.hash.to_string()));
  EXPECT_EQ(other->head_of(run_).value(), std::nullopt);
  const std::vector<stored_node> nodes{chunk_, root_};
  ASSERT_TRUE(other->put_nodes(nodes, other->opened()));
  EXPECT_TRUE(import_into(*other, h));
}

TEST_F(BlobHistory, WithOtherNodesThanNeededIsRefused) {
  const history whole = exported();
  for (const int what : {0, 1, 2, 3}) {
    history h = whole;
    if (what == 0) h.blobs.erase(h.blobs.begin());
    if (what == 1) h.blobs.push_back("more");
    if (what == 2) std::swap(h.blobs[0], h.blobs[1]);
    if (what == 3) h.blobs[0] = "other";
    const auto other = make_memory_store();
    EXPECT_EQ(import_into(*other, h).error().code, errc::corrupt) << what;
    EXPECT_TRUE(other->nodes_after({}, 9)->empty());
  }
}

TEST_F(BlobHistory, OfOneThatIsNotStoredIsNoHistory) {
  ASSERT_TRUE(journal_->erase_nodes(std::vector{chunk_.hash}, journal_->opened()));
  const auto refused = export_history(*journal_, run_, {}, references);
  EXPECT_EQ(refused.error().code, errc::not_found);
  EXPECT_THAT(refused.error().message, HasSubstr(chunk_.hash.to_string()));
}

}  // namespace
}  // namespace theus::journal
