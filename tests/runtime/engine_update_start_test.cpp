#include <gtest/gtest.h>

#include "runtime/support/updated_run.hpp"

// Updates that begin their run (rules 4 and 27).
namespace theus {
namespace {

using testing::answered;
using testing::EngineUpdate;
using testing::text_of;

class EngineUpdateWithStart : public EngineUpdate {
 protected:
  EngineUpdateWithStart() { world.open(); }

  std::shared_ptr<answered> ask_new(const std::string& type, const std::string& name,
                                    const std::string& arguments, const std::string& update_id,
                                    const std::string& request_id = "") {
    auto reply = std::make_shared<answered>();
    update_request asked{"w", name, arguments, update_id, update_stage::completed};
    asked.start = start_request{type, "w", request_id, "[]"};
    world.running().update(asked, [reply](result<update_reply> r) { *reply = std::move(r); });
    return reply;
  }
};

TEST_F(EngineUpdateWithStart, BothAreInTheFirstRecord) {
  const auto reply = ask_new("cart", "add_priced", "[5]", "one");
  world.settle();
  EXPECT_EQ(text_of(*reply), "50");
  const auto first = world.records("w").front();
  const auto& events = std::get<journal::turn>(first.body).events;
  ASSERT_EQ(events.size(), 2u);
  EXPECT_TRUE(std::holds_alternative<journal::started>(events[0]));
  EXPECT_TRUE(std::holds_alternative<journal::update_accepted>(events[1]));
}

TEST_F(EngineUpdateWithStart, WhoJudgesItSeesTheRunThatBegan) {
  const auto reply = ask_new("cart", "add", "[5]", "one");
  const auto refused = ask_new("cart", "add", "[200]", "two");
  world.settle();
  EXPECT_EQ(text_of(*reply), "5");
  EXPECT_EQ(text_of(*refused), "error update_rejected");
}

TEST_F(EngineUpdateWithStart, AskedAgainItStartsAndUpdatesNothingTwice) {
  const auto first = ask_new("cart", "add", "[5]", "one", "begin");
  const auto second = ask_new("cart", "add", "[5]", "one", "begin");
  world.settle();
  const auto run = world.run_of("w");
  EXPECT_EQ(text_of(*first), "5");
  EXPECT_EQ(text_of(*second), "5");
  world.crash();
  world.open();
  const auto third = ask_new("cart", "add", "[5]", "one", "begin");
  world.settle();
  EXPECT_EQ(text_of(*third), "5");
  ASSERT_TRUE(world.signal("w", "closed", "1"));
  const auto behind_the_end = ask_new("cart", "add", "[5]", "one", "begin");
  const auto another = ask_new("cart", "add", "[6]", "two", "begin");
  world.settle();
  EXPECT_EQ(text_of(*behind_the_end), "5");
  EXPECT_EQ(text_of(*another), "error run_finished");  // that start was long ago
  EXPECT_EQ(world.run_of("w"), run);
  const auto anew = ask_new("cart", "add", "[6]", "two", "begin again");
  world.settle();
  EXPECT_EQ(text_of(*anew), "6");
  EXPECT_NE(world.run_of("w"), run);
}

TEST_F(EngineUpdateWithStart, GoesToTheRunThatIsOpen) {
  ASSERT_TRUE(world.start("cart", "w"));
  const auto run = world.run_of("w");
  const auto reply = ask_new("cart", "add", "[5]", "one");
  world.settle();
  EXPECT_EQ(text_of(*reply), "5");
  EXPECT_EQ(world.run_of("w"), run);
}

TEST_F(EngineUpdateWithStart, SaysWhatDoesNotFit) {
  const auto unknown = ask_new("tart", "add", "[5]", "one");
  world.settle();
  EXPECT_EQ(text_of(*unknown), "error unknown_workflow");
  update_request other{"w", "add", "[1]", "one", update_stage::completed};
  other.start = start_request{"cart", "v", "", "[]"};
  answered reply;
  world.running().update(other, [&](result<update_reply> r) { reply = std::move(r); });
  world.settle();
  EXPECT_EQ(text_of(reply), "error bad_input");
  const auto ended = ask_new("ends_at_once", "add", "[5]", "one");
  world.settle();
  EXPECT_EQ(text_of(*ended), "error unknown_update");
}

TEST_F(EngineUpdateWithStart, WhatCameForAStartThatIsRefusedIsAnsweredByTheHolder) {
  ASSERT_TRUE(world.start("cart", "w"));
  const auto run = world.run_of("w");
  world.crash();
  world.open();  // nothing of the run is in memory
  for (int i = 0; i < 2; ++i) {
    std::optional<result<start_reply>> start;
    world.running().start({"cart", "w", "", "[]"},
                          [&](result<start_reply> r) { start = std::move(r); });
    const auto reply = ask("add", "[5]");
    world.settle();
    ASSERT_TRUE(start && !*start);
    EXPECT_EQ(start->error().code, errc::workflow_exists);
    ASSERT_TRUE(*reply && **reply);
    EXPECT_EQ((*reply)->value().run, run);
  }
  EXPECT_EQ(update("add", "[5]"), "15");
}

}  // namespace
}  // namespace theus
