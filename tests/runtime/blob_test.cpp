#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "theus/runtime/blobs.hpp"

#include "journal/support.hpp"
#include "runtime/support/kept_trees.hpp"
#include "value/hex.hpp"
#include "value/model.hpp"

// Blobs over a journal in memory: what is written is read, shared, kept and collected.
namespace theus::test {
namespace {

using journal::hash256;
using journal::sequence;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::uint64_t chunk = blob_chunk_bytes;

// Byte i of a content that repeats within a chunk and differs from chunk to chunk, 256 of which
// are different.
char pattern(std::uint64_t i) { return static_cast<char>((i % 256) * 7 + i / chunk); }

std::string patterned(std::uint64_t from, std::size_t size) {
  std::string content(size, '\0');
  for (std::size_t i = 0; i < size; ++i) content[i] = pattern(from + i);
  return content;
}

class Blobs : public ::testing::Test {
 protected:
  pinned_blob write_pattern(std::uint64_t size, std::size_t at_once) {
    blob_writer to = blobs_.create();
    for (std::uint64_t at = 0; at < size; at += at_once)
      to.write(patterned(at, std::min<std::uint64_t>(at_once, size - at))).value();
    return to.finish().value();
  }
  std::string read(const blob& b, std::uint64_t from, std::size_t size) {
    blob_reader reader = blobs_.open(b).value();
    std::string content(size, '?');
    content.resize(reader.read(from, std::as_writable_bytes(std::span(content))).value());
    return content;
  }
  // A record that mentions it.
  void mention(const blob& b) {
    const auto run = journal::test::run_of("w");
    const auto text = R"({"$blob":")" + b.id() + R"(","size":)" + std::to_string(b.size) + "}";
    std::vector<journal::record> records;
    if (!store_->head_of(run).value()) records.push_back(journal::test::start_of("w"));
    records.push_back(
        journal::test::intake_of({journal::signal_received{"s", text, std::nullopt, ""}}));
    ASSERT_EQ(journal::test::extend(*store_, owner_, run, std::move(records)).status,
              journal::append_status::committed);
  }

  std::unique_ptr<journal::store> store_ = journal::make_memory_store();
  journal::epoch owner_ = store_->acquire_epoch().value();
  watched_store watched_{*store_};
  node_archive archive_{watched_};
  blob_store blobs_{archive_};
};

// The roots were made by another implementation, in another language, from docs/context-tree.md.
TEST_F(Blobs, OfEverySizeHaveTheRootThatAnotherImplementationSays) {
  const struct {
    std::uint64_t size;
    const char* root;
  } golden[] = {
      {1, "866fa6d3700c8d05d72aa096b065cb166a6d58e1de17d7ddaf9249fe8c42251e"},
      {65'535, "3d3f6dcb65a2df968a3909540ee382dca69e4c207d394bf0a306b8d3c2a90ef6"},
      {65'536, "70039764d0605471ac6f82b01636db2e7dfe9e4ca126c472c62665dffc9ac41e"},
      {65'537, "643a63c8e23c6a20c89f7ac67549843c94f31da19c6f036cae35470c69182985"},
      {67'108'864, "77eb9e7b6a6ee822fcb71c12b02da704ecfb2a2ea50d4a33e81a2cb11a910e68"},
      {67'108'865, "c615bdc280165914773a97cd155ad2b17847dbd18991bd9a025d6ab94dccf303"},
      {67'174'403, "b15af0699adc991a599adc65a676fb3d8014449a0535eea04c95254f4f42a8c2"},
  };
  for (const auto& [size, root] : golden) {
    const pinned_blob made = write_pattern(size, 1'000'003);
    EXPECT_EQ(blob(made).id(), root) << size;
    EXPECT_EQ(made.get().size, size);
    const auto end = static_cast<std::size_t>(std::min<std::uint64_t>(size, 70'000));
    EXPECT_EQ(read(made, size - end, end + 10), patterned(size - end, end));
  }
  EXPECT_EQ(blobs_.put("").value().get(), blob());
  EXPECT_EQ(blobs_.get(blob()).value(), "");
}

TEST_F(Blobs, WhatIsWrittenInAnyPiecesIsReadInAnyPieces) {
  random_source random(3);
  for (int round = 0; round < 40; ++round) {
    const std::uint64_t edge = chunk * below(random, 6);
    const std::string content =
        patterned(below(random, 100'000), static_cast<std::size_t>(edge + below(random, 3)));
    blob_writer to = blobs_.create();
    for (std::size_t at = 0; at < content.size();) {
      const std::size_t size = std::min(content.size() - at, 1 + below(random, 150'000));
      to.write(std::string_view(content).substr(at, size)).value();
      at += size;
    }
    const pinned_blob made = to.finish().value();
    ASSERT_EQ(made.get(), blobs_.put(content).value().get());
    ASSERT_EQ(blobs_.get(made).value(), content);
    for (int i = 0; i < 20; ++i) {
      const std::size_t from = below(random, content.size() + 10), size = below(random, 140'000);
      ASSERT_EQ(read(made, from, size),
                from < content.size() ? content.substr(from, size) : std::string());
    }
  }
}

TEST_F(Blobs, EqualContentIsStoredOnceAndChunksAreShared) {
  const pinned_blob one = write_pattern(10 * chunk, 5'000);
  const auto before = stored_nodes(*store_);
  EXPECT_EQ(before.size(), 11u);
  const pinned_blob again = write_pattern(10 * chunk, 70'001);
  EXPECT_EQ(one.get(), again.get());
  EXPECT_EQ(stored_nodes(*store_), before);
  const pinned_blob longer = write_pattern(10 * chunk + 1, 70'001);
  EXPECT_EQ(stored_nodes(*store_).size(), before.size() + 2);
  EXPECT_NE(one.get().hash, longer.get().hash);
}

TEST_F(Blobs, OfThreeLevelsAreReadFromNodesThatAreWrittenOnce) {
  // 64 GiB and a byte: 2^20 chunks of zeros, whose nodes are all alike, and one more.
  const auto put = [&](const std::string& bytes) {
    const journal::stored_node node{hash_of_node(bytes), bytes};
    store_->put_nodes({&node, 1}, store_->opened()).value();
    return node.hash;
  };
  const hash256 zeros = put(encode_chunk(std::vector<std::byte>(chunk)));
  const hash256 last = put("\x1A\x01");
  const std::uint64_t low = chunk << 10, high = chunk << 20;
  const hash256 full_low = put(encode_blob_node({0, low, std::vector<hash256>(1'024, zeros)}));
  const hash256 full_high = put(encode_blob_node({1, high, std::vector<hash256>(1'024, full_low)}));
  const hash256 rest_low = put(encode_blob_node({0, 1, {last}}));
  const hash256 rest_high = put(encode_blob_node({1, 1, {rest_low}}));
  const blob whole{put(encode_blob_node({2, high + 1, {full_high, rest_high}})), high + 1};
  EXPECT_EQ(whole.id(), "d010612bf20eeffeb6d2a9c0f10da765d71b3cfdb33e3573ee2828b174216f3f");
  EXPECT_EQ(read(whole, high - 3, 10), std::string("\0\0\0\1", 4));
  EXPECT_EQ(read(whole, high / 2, 2), std::string("\0\0", 2));
  EXPECT_EQ(read(whole, high + 1, 2), "");
}

TEST_F(Blobs, ADamagedChunkIsNamedWithItsPlace) {
  const pinned_blob made = write_pattern(3 * chunk, 100'000);
  const auto root = decode_blob_node(store_->node(blob(made).hash).value().value()).value();
  class flipping final : public node_source {
   public:
    flipping(node_source& behind, const hash256& what) : behind_(behind), what_(what) {}
    result<std::string> get(const hash256& node) override {
      auto bytes = behind_.get(node);
      if (node != what_) return bytes;
      return error{errc::corrupt, "node " + node.to_string() + " is damaged"};
    }

   private:
    node_source& behind_;
    hash256 what_;
  };
  flipping source(archive_, root.below[1]);
  blob_reader reader(source, made);
  std::vector<std::byte> into(chunk);
  EXPECT_EQ(reader.read(0, into).value(), chunk);
  const auto failed = reader.read(chunk - 5, into);
  EXPECT_EQ(failed.error().code, errc::corrupt);
  EXPECT_THAT(failed.error().message, HasSubstr(blob(made).id() + " at byte 65536"));
  EXPECT_THAT(failed.error().message, HasSubstr(root.below[1].to_string()));
  EXPECT_EQ(reader.read(2 * chunk, into).value(), chunk) << "what is whole is read";
}

TEST_F(Blobs, ANodeInAnothersPlaceIsRefused) {
  const auto put = [&](const std::string& bytes) {
    const journal::stored_node node{hash_of_node(bytes), bytes};
    store_->put_nodes({&node, 1}, store_->opened()).value();
    return node.hash;
  };
  const hash256 five = put("\x1Ahello");
  const hash256 low = put(encode_blob_node({0, 5, {five}}));
  const auto refusal = [&](const blob& b) {
    std::byte into[10];
    blob_reader reader(archive_, b);
    const auto read = reader.read(0, into);
    return read ? "it was read" : read.error().message;
  };
  EXPECT_THAT(refusal({low, 6}), HasSubstr("its place"));
  EXPECT_THAT(refusal({put(encode_blob_node({0, 6, {five}})), 6}), HasSubstr("another size"));
  EXPECT_THAT(refusal({put(encode_blob_node({1, 5, {low}})), 5}), HasSubstr("its place"));
  EXPECT_THAT(refusal({put(encode_blob_node({0, 5, {low}})), 5}),
              HasSubstr("node " + low.to_string()));
  EXPECT_THAT(refusal({five, 5}), HasSubstr("node " + five.to_string()));
  EXPECT_EQ(blobs_.pin({low, 6}).error().code, errc::corrupt);
  EXPECT_EQ(blobs_.find(five).error().code, errc::bad_input);
  EXPECT_EQ(refusal({low, 5}), "it was read");
}

TEST_F(Blobs, WhatNobodyKeepsGoesAndWhatAPinOrARecordKeepsStays) {
  blob kept, dropped;
  {
    const pinned_blob one = write_pattern(5 * chunk + 1, 100'000);
    const pinned_blob other = blobs_.put("nobody wants it").value();
    kept = one;
    dropped = other;
    EXPECT_EQ(archive_.collect()->swept, 0u);
    mention(kept);
    EXPECT_EQ(archive_.collect()->swept, 0u);
  }
  const auto before = stored_nodes(*store_).size();
  EXPECT_EQ(archive_.collect()->swept, 2u);
  EXPECT_EQ(stored_nodes(*store_).size(), before - 2);
  EXPECT_EQ(read(kept, 5 * chunk, 10), patterned(5 * chunk, 1));
  EXPECT_EQ(blobs_.pin(dropped).error().code, errc::not_found);
  EXPECT_EQ(blobs_.open(dropped).error().code, errc::not_found);
  // Once more, after it has gone.
  EXPECT_EQ(blobs_.put("nobody wants it").value().get(), dropped);
}

TEST_F(Blobs, AWriterKeepsWhatItHasWrittenAndLeavesNothingForLong) {
  {
    blob_writer to = blobs_.create();
    // Beyond one full node, whose chunks it has forgotten by name.
    for (std::uint64_t at = 0; at < 1'030 * chunk; at += chunk)
      to.write(patterned(at % (300 * chunk), chunk)).value();
    EXPECT_GT(stored_nodes(*store_).size(), 200u);
    EXPECT_EQ(archive_.collect()->swept, 0u);
    const pinned_blob made = to.finish().value();
    EXPECT_EQ(archive_.collect()->swept, 0u);
    EXPECT_EQ(read(made, 1'029 * chunk, 9), patterned(1'029 * chunk % (300 * chunk), 9));
    EXPECT_FALSE(to.write("more"));
    EXPECT_FALSE(to.finish());
  }
  {
    blob_writer to = blobs_.create();
    to.write(patterned(0, 20 * chunk)).value();
  }
  archive_.collect().value();
  EXPECT_THAT(stored_nodes(*store_), IsEmpty());
}

// A writer finds chunks that a collection is about to take.
TEST_F(Blobs, WrittenAtAnyMomentOfACollectionTheyAreWhole) {
  for (int moment = 1; moment < 60; ++moment) {
    {
      const pinned_blob garbage = write_pattern(12 * chunk, 100'000);
    }
    std::optional<blob_writer> to;
    std::optional<pinned_blob> made;
    int passed = 0;
    const auto go_on = [&] {
      if (++passed == moment / 2 + 1) {
        to.emplace(blobs_.create());
        to->write(patterned(0, 6 * chunk)).value();
      }
      if (passed == moment && to) {
        to->write(patterned(6 * chunk, 6 * chunk)).value();
        made = to->finish().value();
      }
    };
    watched_.before_node = watched_.before_page = [&, busy = false]() mutable {
      if (std::exchange(busy, true)) return;
      go_on();
      busy = false;
    };
    ASSERT_TRUE(archive_.collect());
    watched_.before_node = watched_.before_page = [] {};
    expect_whole(*store_);
    if (made) {
      ASSERT_EQ(blobs_.get(*made).value(), patterned(0, 12 * chunk)) << moment;
    }
    if (HasFailure()) return;
    made.reset();
    to.reset();
    archive_.collect().value();
    ASSERT_THAT(stored_nodes(*store_), IsEmpty());
  }
}

TEST_F(Blobs, ATreeKeepsThoseItRefersToAndNoCheckpointRefersToOneThatIsNotThere) {
  const journal::checkpoint_id id{journal::test::run_of("w"), sequence{1}};
  blob kept;
  {
    const pinned_blob made = write_pattern(2 * chunk, 100'000);
    kept = made;
    ASSERT_TRUE(put_trees(archive_, {id, {map{{"report", kept}}}}));
  }
  EXPECT_EQ(archive_.collect()->swept, 0u);
  EXPECT_EQ(read(kept, chunk, 5), patterned(chunk, 5));
  ASSERT_TRUE(store_->erase_checkpoint(id));
  EXPECT_EQ(archive_.collect()->swept, 4u);
  EXPECT_EQ(put_trees(archive_, {id, {map{{"report", kept}}}}).error().code, errc::not_found);
}

TEST_F(Blobs, ADamagedOneIsToldAndHoldsUpNoCollection) {
  const pinned_blob whole = blobs_.put("whole").value();
  blob damaged;
  {
    const pinned_blob made = write_pattern(1'030 * chunk, 1'000'000);
    damaged = made;
    mention(damaged);
    mention(whole);
  }
  const auto root = decode_blob_node(store_->node(damaged.hash).value().value()).value();
  ASSERT_EQ(root.below.size(), 2u);
  ASSERT_TRUE(store_->erase_nodes(std::span(&root.below[1], 1), store_->opened()));
  const auto done = archive_.collect().value();
  EXPECT_TRUE(done.finished);
  ASSERT_EQ(done.damaged_blobs.size(), 1u);
  EXPECT_THAT(done.damaged_blobs[0].message, HasSubstr(damaged.id()));
  EXPECT_EQ(blobs_.get(whole).value(), "whole");
  EXPECT_EQ(read(damaged, 1'023 * chunk, 5), patterned(1'023 * chunk, 5));
}

// Its checkpoint is as good as before, and goes on being kept.
TEST_F(Blobs, ADamagedOneInATreeIsNoDamageOfTheCheckpoint) {
  const pinned_blob made = write_pattern(1'030 * chunk, 1'000'000);
  const journal::checkpoint_id id{journal::test::run_of("w"), sequence{1}};
  {
    node_archive::saving saving(archive_);
    const value tree = map{{"film", value(blob(made))}, {"note", std::string(500, 'n')}};
    const auto saved = save(tree, saving).value();
    ASSERT_TRUE(saving.put_checkpoint({id, {saved.root}, "state"}));
  }
  const auto root = decode_blob_node(store_->node(blob(made).hash).value().value()).value();
  ASSERT_TRUE(store_->erase_nodes(std::span(&root.below[1], 1), store_->opened()));
  const auto done = archive_.collect().value();
  EXPECT_TRUE(done.finished);
  EXPECT_TRUE(done.damaged.empty());
  ASSERT_EQ(done.damaged_blobs.size(), 1u);
  EXPECT_THAT(done.damaged_blobs[0].message, HasSubstr(blob(made).id()));
  EXPECT_EQ(read(made, 0, 5), patterned(0, 5));
}

TEST_F(Blobs, ThoseThatAPayloadMentionsArePinnedOrNamed) {
  const pinned_blob made = blobs_.put("content").value();
  const auto text = [](const blob& b) { return R"([{"$blob":")" + b.id() + R"(","size":7}])"; };
  auto pins = std::make_shared<blob_pins>();
  blob_store pinning(archive_, pins);
  EXPECT_TRUE(pinning.pin_all_in("[1]"));
  EXPECT_TRUE(pins->empty());
  EXPECT_TRUE(pinning.pin_all_in(text(made)));
  EXPECT_FALSE(pins->empty());
  blob other = made;
  other.hash.bytes[0] ^= 1;
  const auto refused = pinning.pin_all_in(text(other));
  EXPECT_EQ(refused.error().code, errc::bad_input);
  EXPECT_THAT(refused.error().message, HasSubstr(other.id()));
}

TEST_F(Blobs, AreListedWithTheirSizesAndWhoMentionsThem) {
  const pinned_blob one = blobs_.put("content").value(), other = blobs_.put("other").value();
  mention(one);
  mention(one);
  mention(other);
  blob made_up = one;
  made_up.hash.bytes[0] ^= 1;
  mention(made_up);
  const journal::checkpoint_id id{journal::test::run_of("w"), sequence{1}};
  {
    node_archive::saving saving(archive_);
    ASSERT_TRUE(saving.holds(other.get().hash).value());
    ASSERT_TRUE(saving.put_checkpoint({id, {other.get().hash}, "x"}));
  }
  const auto all = list_blobs(*store_).value();
  ASSERT_EQ(all.size(), 3u);
  const auto found = [&](const hash256& hash) {
    return *std::ranges::find(all, hash, [](const auto& each) { return each.what.hash; });
  };
  EXPECT_EQ(found(one.get().hash).what, one.get());
  EXPECT_EQ(found(one.get().hash).records, 2u);
  EXPECT_EQ(found(other.get().hash).checkpoints, 1u);
  EXPECT_FALSE(found(made_up.hash).is_stored);
}

TEST_F(Blobs, MoreThanATebibyteIsRefused) {
  blob_writer to = blobs_.create();
  // A view of more bytes than there are, which is refused before any is looked at.
  const std::span<const std::byte> endless(reinterpret_cast<const std::byte*>(this),
                                           blob::most_bytes + 1);
  EXPECT_EQ(to.write(endless).error().code, errc::limit_exceeded);
  EXPECT_EQ(to.finish().error().code, errc::limit_exceeded) << "an error is not forgotten";
  EXPECT_EQ(blobs_.get(blobs_.put("content").value(), 6).error().code, errc::limit_exceeded);
}

}  // namespace
}  // namespace theus::test
