#include "theus/runtime/offline.hpp"

#include <gmock/gmock.h>

#include "theus/runtime/queries.hpp"
#include "theus/workflows.hpp"

#include "runtime/support/engine_world.hpp"

namespace theus {
namespace {

using theus::testing::engine_world;

constexpr theus::signal<int> number_signal{"number"};

workflow<int> doubled(context& ctx, int addend) {
  ctx["addend"] = addend;
  const int number = co_await ctx.receive(number_signal);
  co_return 2 * number + addend;
}

constexpr query<int()> addend_of{"addend"};

// A world whose engine is closed while requests are made.
class Offline : public ::testing::Test {
 protected:
  Offline() : world(doubling()), bound(world.app.bound()) {}

  static application doubling() {
    application app;
    app.add("doubled", doubled);
    app.bind("doubled", addend_of, [](view run) { return run["addend"].value_or(-1); });
    return app;
  }
  offline_recorder recorder() {
    return offline_recorder::open(bound, world.store(), world.clock, entropy).value();
  }

  engine_world world;
  registry bound;
  seeded_entropy entropy{{3, 4}};
};

TEST_F(Offline, Rule01AStartIsAnIntakeThatTheNextRuntimeTakes) {
  const auto started = recorder().start({"doubled", "two", "", "[1]"});
  ASSERT_TRUE(started) << started.error().message;
  const auto row = find_instance(world.store(), "two").value();
  EXPECT_EQ(row.run, started->run);
  EXPECT_EQ(row.status, journal::run_status::running);
  EXPECT_EQ(world.backlog_rows(), 1u);

  world.open();
  EXPECT_EQ(world.backlog_rows(), 0u);
  world.signal("two", "number", "20");
  EXPECT_EQ(world.result_of("two"), "41");
}

TEST_F(Offline, Rule01ASignalBeforeTheFirstTurnIsKeptInOrder) {
  auto requests = recorder();
  ASSERT_TRUE(requests.start({"doubled", "two", "", "[1]"}));
  ASSERT_TRUE(requests.signal({"two", "number", "3", ""}));
  ASSERT_TRUE(requests.signal({"two", "number", "50", ""}));
  world.open();
  EXPECT_EQ(world.result_of("two"), "7");
}

// The runtime hears of the signal before it finds the start in its backlog.
TEST_F(Offline, Rule01ASignalThatOvertakesTheStartIsNotLost) {
  ASSERT_TRUE(recorder().start({"doubled", "two", "", "[1]"}));
  world.open_unsettled();
  ASSERT_TRUE(world.signal("two", "number", "3"));
  EXPECT_EQ(world.result_of("two"), "7");
}

TEST_F(Offline, Rule01ACancelThatOvertakesTheStartIsNotLost) {
  ASSERT_TRUE(recorder().start({"doubled", "two", "", "[1]"}));
  world.open_unsettled();
  ASSERT_TRUE(world.cancel("two"));
  EXPECT_EQ(world.outcome("two")->value().status, journal::run_status::cancelled);
}

TEST_F(Offline, ASignalReachesARunThatARuntimeStarted) {
  world.open();
  world.start("doubled", "two", "[1]");
  world.close();
  ASSERT_TRUE(recorder().signal({"two", "number", "4", ""}));
  EXPECT_EQ(read_outcome(world.store(), world.run_of("two")).value().status,
            journal::run_status::running);
  world.open();
  EXPECT_EQ(world.result_of("two"), "9");
  EXPECT_EQ(read_outcome(world.store(), world.run_of("two")).value().result, "9");
}

TEST_F(Offline, ASignalWithTheSameRequestIdCountsOnce) {
  auto requests = recorder();
  ASSERT_TRUE(requests.start({"doubled", "two", "", "[0]"}));
  world.open();
  world.signal("two", "other", "1", "mail-1");
  world.close();
  ASSERT_TRUE(recorder().signal({"two", "other", "1", "mail-1"}));
  world.open();
  world.signal("two", "number", "5");
  EXPECT_EQ(world.result_of("two"), "10");
}

TEST_F(Offline, ACancelEndsTheRunAtTheNextOpen) {
  auto requests = recorder();
  ASSERT_TRUE(requests.start({"doubled", "two", "", "[0]"}));
  ASSERT_TRUE(requests.cancel("two", "no more"));
  world.open();
  EXPECT_EQ(world.outcome("two")->value().status, journal::run_status::cancelled);
}

TEST_F(Offline, Rule27TheSameRequestIdGivesTheSameRun) {
  auto requests = recorder();
  const auto first = requests.start({"doubled", "two", "again", "[0]"}).value();
  const auto second = requests.start({"doubled", "two", "again", "[0]"}).value();
  EXPECT_EQ(first.run, second.run);
  EXPECT_TRUE(second.already_started);
}

TEST_F(Offline, WhatCannotBeRecordedIsRefusedByName) {
  auto requests = recorder();
  ASSERT_TRUE(requests.start({"doubled", "two", "", "[0]"}));
  const auto code_of = [&](const start_request& r) { return requests.start(r).error().code; };
  EXPECT_EQ(code_of({"doubled", "two", "", "[0]"}), errc::workflow_exists);
  EXPECT_EQ(code_of({"tripled", "x", "", "[0]"}), errc::unknown_workflow);
  EXPECT_EQ(code_of({"doubled", "x", "", "[\"0\"]"}), errc::wrong_type);
  EXPECT_EQ(code_of({"doubled", "x", "", "[0"}), errc::wrong_type);
  EXPECT_EQ(code_of({"doubled", "", "", "[0]"}), errc::bad_input);
  EXPECT_EQ(code_of({"doubled", "x", "", "[0," + std::string(2'100'000, ' ') + "1]"}),
            errc::limit_exceeded);
  EXPECT_EQ(requests.signal({"nobody", "number", "1", ""}).error().code, errc::not_found);
  EXPECT_EQ(requests.cancel("nobody", "").error().code, errc::not_found);

  world.open();
  world.signal("two", "number", "1");
  world.close();
  auto later = recorder();
  EXPECT_EQ(later.signal({"two", "number", "1", ""}).error().code, errc::run_finished);
  EXPECT_EQ(later.cancel("two", "").error().code, errc::run_finished);
  EXPECT_TRUE(later.start({"doubled", "two", "", "[0]"}));  // the id is free again
}

TEST_F(Offline, PagesOfRecordsEndAtTheirBytes) {
  world.open();
  world.start("doubled", "two", "[1]");
  const journal::payload large = "\"" + std::string(100'000, 'x') + "\"";
  for (int i = 0; i < 20; ++i) world.signal("two", "other", large);
  const auto run = world.run_of("two");
  const auto all = world.store().read_raw(run, journal::first_sequence, 1'000).value();
  std::vector<std::string> paged;
  for (;;) {
    const auto page =
        read_raw_page(world.store(), run, journal::sequence{paged.size() + 1}, 1'000, 250'000)
            .value();
    std::size_t bytes = 0;
    for (const auto& raw : page.raw) bytes += raw.size();
    EXPECT_LE(bytes, 250'000u + 101'000u);
    paged.insert(paged.end(), page.raw.begin(), page.raw.end());
    if (page.is_last) break;
    ASSERT_FALSE(page.raw.empty());
  }
  EXPECT_EQ(paged, all);
}

// ---- queries

TEST_F(Offline, Rule23_AQueryIsAnsweredFromTheJournalAndLeavesItAsItIs) {
  const auto asked = [&] { return query_offline(bound, world.store(), {"two", "addend", "[]"}); };
  EXPECT_EQ(asked().error().code, errc::not_found);
  ASSERT_TRUE(recorder().start({"doubled", "two", "", "[7]"}));
  EXPECT_EQ(asked().value(), "-1");  // it has made no turn
  world.open();
  world.close();
  EXPECT_EQ(asked().value(), "7");
  world.open();
  ASSERT_TRUE(world.signal("two", "number", "1"));
  const auto records = world.records("two").size();
  world.close();
  EXPECT_EQ(asked().value(), "7");
  EXPECT_EQ(world.records("two").size(), records);
}

TEST_F(Offline, AQueryIsRefusedAsARuntimeRefusesIt) {
  ASSERT_TRUE(recorder().start({"doubled", "two", "", "[7]"}));
  const auto code_of = [&](const query_request& asked) {
    return query_offline(bound, world.store(), asked).error().code;
  };
  EXPECT_EQ(code_of({"two", "sum", "[]"}), errc::unknown_query);
  EXPECT_EQ(code_of({"two", "", "[]"}), errc::bad_input);
  EXPECT_EQ(code_of({"two", "addend", "{}"}), errc::wrong_type);
  bound.workflows.clear();
  EXPECT_EQ(code_of({"two", "addend", "[]"}), errc::unknown_workflow);
}

}  // namespace
}  // namespace theus
