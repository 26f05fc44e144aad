#include "theus/journal/blob_mentions.hpp"

#include <gtest/gtest.h>

#include "journal/each_store.hpp"
#include "journal/support.hpp"

namespace theus::journal::test {
namespace {

hash256 hash_of_byte(std::uint8_t filled) {
  hash256 hash;
  hash.bytes.fill(filled);
  return hash;
}

std::string blob_text(std::uint8_t filled) {
  return R"({"$blob":")" + hash_of_byte(filled).to_string() + R"(","size":5})";
}

std::vector<hash256> found_in(std::string_view json) {
  std::vector<hash256> found;
  find_blobs(json, found);
  sort_once(found);
  return found;
}

using hashes = std::vector<hash256>;
const std::string id = hash_of_byte(0xAB).to_string();
const hashes one{hash_of_byte(0xAB)};

TEST(BlobMentions, AreFoundHoweverTheyAreWritten) {
  EXPECT_EQ(found_in(blob_text(0xAB)), one);
  EXPECT_EQ(found_in(R"([1,{"a":"\"","b":[)" + blob_text(0xAB) + "," + blob_text(0xAB) + "]}]"),
            one);
  EXPECT_EQ(found_in(R"({"size":5,"$blob":")" + id + "\"}"), one);
  EXPECT_EQ(found_in("{ \"$blob\"\n:\t \"" + id + "\" }"), one);
  EXPECT_EQ(found_in(R"({"\u0024bl\u006Fb":")" + id + "\"}"), one);
  EXPECT_EQ(found_in(R"({"$blob":"\u0061)" + id.substr(1) + "\"}"), one);
  EXPECT_EQ(found_in("[" + blob_text(1) + "," + blob_text(2) + "]"),
            (hashes{hash_of_byte(1), hash_of_byte(2)}));
}

TEST(BlobMentions, AreNothingElse) {
  const std::vector<std::string> texts{std::string("[]"),
                                       "\"" + id + "\"",
                                       R"({"blob":")" + id + "\"}",
                                       R"({"$blob":")" + id.substr(1) + "\",\"size\":5}",
                                       R"({"$blob":")" + id + "0\"}",
                                       R"({"x$blob":")" + id + "\"}",
                                       R"(["$blob",")" + id + "\"]",
                                       R"({"$blob":["x",")" + id + "\"]}",
                                       R"({"a":"{\"$blob\":\")" + id + "\\\"}\"}",
                                       R"({"$blob":")" + std::string(64, '0') + "\"}",
                                       R"({"$blob":")" + id,
                                       R"({"$blob":"\u)",
                                       R"({"$blob)" + std::string(80, ' ')};
  for (const std::string& text : texts) {
    EXPECT_EQ(found_in(text), hashes()) << text;
  }
}

TEST(BlobMentions, EveryPayloadOfARecordIsLookedAt) {
  const auto b = [](std::uint8_t n) { return "[" + blob_text(n) + "]"; };
  const auto all = [](std::uint8_t first, std::uint8_t last) {
    hashes expected;
    for (std::uint8_t n = first; n <= last; ++n) expected.push_back(hash_of_byte(n));
    return expected;
  };
  const record whole = turn_of(
      {started{"w", "t", "", b(1)}, activity_completed{{"", 1}, 1, {}, b(2)},
       signal_received{"s", b(3), {}, ""}},
      {schedule_activity{{"", 1}, "a", b(4), {}, 0, false}, send_signal{{"", 2}, "w", "s", b(5)},
       open_scope{{"", 3}, open_scope::kind::phase, "p", b(6)},
       close_scope{{"", 3}, 0, close_scope::completed{b(7)}, {}, {}, {}, 0, 0},
       close_scope{{"", 4}, 1, close_scope::again{b(8)}, {}, {}, {}, 0, 0}, complete_run{b(9)}});
  EXPECT_EQ(blobs_in(whole), all(1, 9));
  EXPECT_EQ(blobs_in(intake_of({signal_received{"s", b(1), {}, ""}})), all(1, 1));
  record trimmed;
  trimmed.body = anchor{};
  std::get<anchor>(trimmed.body).messages.push_back({{"", 2}, "w", "s", b(1)});
  EXPECT_EQ(blobs_in(trimmed), all(1, 1));
}

using BlobRows = each_store;

TEST_P(BlobRows, Rule03FollowFromRecordsAndComeBackWithThem) {
  const run_id run = run_of("a");
  ASSERT_EQ(extend(*journal_, owner_, run,
                   {start_of("a"), intake_of({signal_received{"s", blob_text(1), {}, ""}}),
                    intake_of({signal_received{"s", blob_text(2) + blob_text(1), {}, ""}})})
                .status,
            append_status::committed);
  const std::vector<blob_row> rows{{run, sequence{2}, hash_of_byte(1)},
                                   {run, sequence{3}, hash_of_byte(1)},
                                   {run, sequence{3}, hash_of_byte(2)}};
  EXPECT_EQ(journal_->blobs({}, 100).value(), rows);
  EXPECT_EQ(journal_->blobs(rows[0], 1).value(), std::vector{rows[1]});
  EXPECT_TRUE(journal_->blobs(rows[2], 1)->empty());
  ASSERT_TRUE(journal_->rebuild());
  EXPECT_EQ(journal_->blobs({}, 100).value(), rows);
}

INSTANTIATE_TEST_SUITE_P(Each, BlobRows, ::testing::Bool(),
                         [](const auto& in) { return in.param ? "folder" : "memory"; });

}  // namespace
}  // namespace theus::journal::test
