#include <algorithm>

#include <gmock/gmock.h>

#include "theus/journal/trimming.hpp"
#include "theus/runtime/blobs.hpp"
#include "theus/runtime/take_checkpoint.hpp"
#include "theus/value/blob_nodes.hpp"
#include "theus/workflows.hpp"

#include "runtime/support/engine_world.hpp"

// Blobs in the hands of workflows and activities: what a run may still ask for is kept, the rest
// is collected.
namespace theus {
namespace {

using namespace std::chrono_literals;
using testing::engine_world;
using ::testing::HasSubstr;

constexpr activity<blob(std::string)> make_report{"make_report"};
constexpr activity<std::string(blob)> read_report{"read_report"};
constexpr activity<blob(std::int64_t)> make_numbered{"make_numbered"};
constexpr activity<blob()> make_up{"make_up"};
constexpr signal<blob> upload{"upload"};
constexpr signal<bool> go_on{"go_on"};

struct round_state {
  std::int64_t left = 0;
  blob last;
};
BOOST_DESCRIBE_STRUCT(round_state, (), (left, last))

workflow<std::string> reports(context& ctx, std::string text) {
  const blob made = co_await ctx.call(make_report, text);
  ctx["report"] = made;
  co_await ctx.receive(go_on);
  const blob kept = ctx["report"].as<blob>();
  co_return co_await ctx.call(read_report, kept);
}

// Keeps the first of its blobs in its Context, and hands the last one on.
workflow<next<round_state>> numbered(context& ctx, round_state s) {
  const blob made = co_await ctx.call(make_numbered, s.left);
  if (!ctx["first"].exists()) ctx["first"] = made;
  co_await ctx.sleep(1h);
  if (s.left == 1) co_return theus::stop;
  co_return theus::again(round_state{s.left - 1, made});
}

workflow<std::string> keeps_some(context& ctx, blob given, std::int64_t times) {
  co_await ctx.loop("numbering", numbered, round_state{times, given});
  const blob unread = co_await ctx.receive(upload);
  const blob first = ctx["first"].as<blob>();
  std::string all = co_await ctx.call(read_report, given);
  all += co_await ctx.call(read_report, first);
  all += co_await ctx.call(read_report, unread);
  co_return all;
}

workflow<std::string> trusts(context& ctx) {
  const blob made = co_await ctx.call(make_up);
  co_return made.id();
}

application reporting() {
  application app;
  app.add("reports", reports).add("keeps_some", keeps_some).add("trusts", trusts);
  app.bind(make_report, [](attempt& a, const std::string& text) -> blob {
    blob_writer to = a.blobs().create();
    for (int i = 0; i < 100'000; ++i) to.write(text).value();
    return to.finish().value();
  });
  app.bind(make_numbered, [](attempt& a, std::int64_t n) -> blob {
    return a.blobs().put(std::to_string(n) + ";").value();
  });
  app.bind(read_report,
           [](attempt& a, const blob& what) { return a.blobs().get(what).value().substr(0, 10); });
  app.bind(make_up, [] {
    blob none{{}, 5};
    none.hash.bytes.fill(7);
    return none;
  });
  return app;
}

std::string text_of(const blob& b) {
  return R"({"$blob":")" + b.id() + R"(","size":)" + std::to_string(b.size) + "}";
}

struct EngineBlob : ::testing::Test {
  engine_world world{reporting()};

  std::size_t nodes() { return world.store().nodes_after({}, 1'000'000)->size(); }
  // As the runtime's own collections, of a journal that nobody else has open.
  std::uint64_t swept() {
    node_archive archive(world.store());
    const auto done = archive.collect().value();
    EXPECT_TRUE(done.finished);
    EXPECT_TRUE(done.damaged_blobs.empty());
    return done.swept;
  }
};

TEST_F(EngineBlob, AnActivitysIsKeptByItsRecordAndReadByAnother) {
  world.open();
  ASSERT_TRUE(world.start("reports", "w", R"(["0123456789"])"));
  EXPECT_EQ(world.store().blobs({}, 10)->size(), 1u);
  EXPECT_EQ(nodes(), 7u) << "five chunks that come again and again, the last, and the node above";
  world.close();
  EXPECT_EQ(swept(), 0u);
  world.open();
  ASSERT_TRUE(world.signal("w", "go_on", "true"));
  EXPECT_EQ(world.result_of("w"), R"("0123456789")");
}

TEST_F(EngineBlob, OneThatIsNotStoredIsRefusedWhereItComesIn) {
  world.open();
  blob none{{}, 5};
  none.hash.bytes.fill(7);
  const auto started = world.start("keeps_some", "w", "[" + text_of(none) + ",1]");
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().code, errc::bad_input);
  EXPECT_THAT(started.error().message, HasSubstr(none.id()));
  ASSERT_TRUE(world.start("reports", "r", R"(["x"])"));
  EXPECT_EQ(world.signal("r", "go_on", text_of(none)).error().code, errc::bad_input);
  ASSERT_TRUE(world.start("trusts", "t"));
  const auto failed = world.outcome("t");
  ASSERT_TRUE(failed && *failed);
  EXPECT_EQ((*failed)->status, journal::run_status::failed);
  EXPECT_THAT((*failed)->failure.cause.empty() ? (*failed)->failure.message
                                               : (*failed)->failure.cause[0].message,
              HasSubstr(none.id()));
}

TEST_F(EngineBlob, WhatAClientPinnedIsKeptByTheStart) {
  world.open();
  blob given;
  {
    const pinned_blob made = world.running().blobs().put("given").value();
    given = made;
    ASSERT_TRUE(world.start("keeps_some", "w", "[" + text_of(given) + ",3]"));
  }
  EXPECT_TRUE(world.running().blobs().pin(given));
  world.close();
  EXPECT_EQ(swept(), 0u);
}

TEST_F(EngineBlob, WhatIsWrittenBringsACollectionWithoutACheckpoint) {
  world.options.collection_nodes = 12;
  world.open();
  const auto leave_behind = [&](int n) {
    world.running().blobs().put("left behind " + std::to_string(n)).value();
    world.advance(world.options.sweep_interval);
  };
  for (int n = 0; n < 5; ++n) leave_behind(n);
  EXPECT_EQ(nodes(), 10u) << "a chunk and a node above it, each";
  leave_behind(5);
  EXPECT_EQ(nodes(), 0u);
  // Activities': the rest is for a client again.
  ASSERT_TRUE(world.start("reports", "w", R"(["0123456789"])"));
  leave_behind(6);
  EXPECT_EQ(nodes(), 7u + 2u);
  leave_behind(7);
  leave_behind(8);
  EXPECT_EQ(nodes(), 7u);
  EXPECT_EQ(world.running().counters().checkpoints, 0u);
}

TEST_F(EngineBlob, ADamagedOneIsToldOnceByCollections) {
  world.options.checkpoint_records = 4;
  world.options.collection_nodes = 1;
  blob_content root{1, blob_bytes_below(1) + 1, {}};
  for (std::uint8_t i = 0; i < 2; ++i) root.below.emplace_back().bytes.fill(i);  // nobody has them
  const std::string bytes = encode_blob_node(root);
  const blob damaged{hash_of_node(bytes), root.size};
  const journal::stored_node node{damaged.hash, bytes};
  ASSERT_TRUE(world.store().put_nodes({&node, 1}, world.store().opened()));
  world.open();
  ASSERT_TRUE(world.start("keeps_some", "w", "[" + text_of(damaged) + ",20]"));
  for (int i = 0; i < 12; ++i) world.advance(1h);
  EXPECT_EQ(std::ranges::count_if(
                world.reports,
                [&](const std::string& each) { return each.find(damaged.id()) != each.npos; }),
            1);
}

// Rule 7: what a trimmed run may still ask for is in its checkpoint.
TEST_F(EngineBlob, Rule07OfATrimmedRunStaysWhatItsCheckpointKeepsAndTheRestGoes) {
  world.options.checkpoint_records = 1'000'000;
  world.open();
  blob given, unread;
  {
    const pinned_blob one = world.running().blobs().put("given;").value();
    const pinned_blob other = world.running().blobs().put("unread;").value();
    given = one;
    unread = other;
    ASSERT_TRUE(world.start("keeps_some", "w", "[" + text_of(given) + ",20]"));
    ASSERT_TRUE(world.signal("w", "upload", text_of(unread)));
  }
  for (int i = 0; i < 10; ++i) world.advance(1h);
  world.close();
  EXPECT_EQ(swept(), 0u);
  const std::size_t before = nodes();
  {
    node_archive archive(world.store());
    const auto run = world.run_of("w");
    const auto taken = take_checkpoint(world.store(), archive, world.app.bound(), run).value();
    ASSERT_NE(taken.at, journal::before_first);
    const auto owner = world.store().acquire_epoch().value();
    journal::record r;
    r.raw_time = world.clock.now();
    r.body = journal::make_anchor(world.store(), {run, taken.at}).value();
    const auto head = world.store().head_of(run).value().value();
    const auto u = journal::unit::make(run, owner, head, std::move(r)).value();
    ASSERT_EQ(world.store().append({&u, 1})[0].status, journal::append_status::committed);
  }
  EXPECT_GE(swept(), 2u * 8u) << "of rounds that are over: a chunk and a node each";
  EXPECT_LT(nodes(), before);
  EXPECT_EQ(swept(), 0u);
  ASSERT_TRUE(world.store().rebuild());
  EXPECT_EQ(swept(), 0u);
  world.open();
  for (int i = 0; i < 12; ++i) world.advance(1h);
  EXPECT_EQ(world.result_of("w"), R"("given;20;unread;")");
}

}  // namespace
}  // namespace theus
