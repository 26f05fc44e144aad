#include "scenarios/request_reply.hpp"

#include <gmock/gmock.h>

#include "scenarios/rehearse.hpp"

namespace scenarios {
namespace {

using namespace std::chrono_literals;
using namespace request_reply;
using ::testing::ElementsAre;
using words = std::vector<std::string>;

theus::application library() {
  theus::application app;
  app.add("keep_desk", keep_desk).bind("keep_desk", reply_to, reply_of);
  app.bind("keep_desk", ask_now, reply_now, check_word);
  app.add("read", read).add(explain, explain_word);
  return app;
}

void open_in(environment& env) {
  env.mock(look_up, [](std::string word) { return "what " + word + " means"; });
}

request ask(std::string id, std::string word) {
  request made;
  made.id = std::move(id);
  made.word = std::move(word);
  return made;
}

class RequestReply : public ::testing::Test {
 protected:
  RequestReply() { open_in(env); }
  environment env{library()};
};

TEST_F(RequestReply, TheReplyIsThereOnceItWasLookedUp) {
  env.delay(look_up, 1h);
  const auto desk = env.start(keep_desk, "desk");
  desk.signal(asked, ask("one", "ox"));
  EXPECT_EQ(env.query("desk", reply_to, "one"), std::nullopt);
  env.advance(1h);
  EXPECT_EQ(env.query("desk", reply_to, "one"), "what ox means");
  EXPECT_EQ(env.query("desk", reply_to, "two"), std::nullopt);
}

TEST_F(RequestReply, ARequestThatComesTwiceHasOneReply) {
  const auto desk = env.start(keep_desk, "desk");
  desk.signal(asked, ask("one", "ox"));
  desk.signal(asked, ask("one", "ox"));
  desk.signal(desk_closed, true);
  EXPECT_EQ(desk.result(), 1);
  EXPECT_EQ(env.attempts_of(look_up).size(), 1u);
}

TEST_F(RequestReply, RepliesAreThereWhenTheDeskIsClosed) {
  const auto desk = env.start(keep_desk, "desk");
  desk.signal(asked, ask("one", "ox"));
  desk.signal(desk_closed, true);
  EXPECT_EQ(desk.result(), 1);
  EXPECT_EQ(env.query("desk", reply_to, "one"), "what ox means");
}

TEST_F(RequestReply, WhoAsksByAnUpdateHasTheReply) {
  env.delay(look_up, 1h);
  env.start(keep_desk, "desk");
  EXPECT_EQ(env.update("desk", ask_now, "ox"), "what ox means");
  EXPECT_EQ(env.attempts_of(look_up).size(), 1u);
}

TEST_F(RequestReply, AnUpdateThatIsRefusedLeavesNoTrace) {
  const auto desk = env.start(keep_desk, "desk");
  try {
    env.update("desk", ask_now, "");
    FAIL() << "nothing was looked up";
  } catch (const theus::error_exception& e) {
    EXPECT_EQ(e.code(), theus::errc::update_rejected);
  }
  EXPECT_THAT(desk.history(), ::testing::Not(::testing::HasSubstr("ask_now")));
}

TEST_F(RequestReply, ADeskThatIsClosedStillRepliesToWhoHasAsked) {
  env.delay(look_up, 1h);
  const auto desk = env.start(keep_desk, "desk");
  const auto reply = env.begin_update("desk", ask_now, "ox");
  desk.signal(desk_closed, true);
  EXPECT_FALSE(desk.is_finished());
  EXPECT_EQ(reply.result(), "what ox means");
  EXPECT_EQ(desk.result(), 0);
}

TEST_F(RequestReply, AWorkflowAsksByAChildAndWaits) {
  EXPECT_THAT(env.start(read, "sentence", words{"ox", "yak"}).result(),
              ElementsAre("ox: what ox means", "yak: what yak means"));
}

// Three requests, one of them sent twice, and the desk closes behind them.
void two_ask(environment& env) {
  open_in(env);
  const auto desk = env.start(keep_desk, "desk");
  env.in_any_order({[&] { desk.signal(asked, ask("one", "ox")); },
                    [&] { desk.signal(asked, ask("two", "yak")); },
                    [&] { desk.signal(asked, ask("one", "ox")); },
                    [&] { desk.signal(asked, ask("three", "ox")); }});
  env.run_until_idle();
  desk.signal(desk_closed, true);
  env.require(desk.result() == 3, "each request was answered once");
  for (const std::string id : {"one", "two", "three"}) {
    env.require(
        env.query("desk", reply_to, id) == (id == "two" ? "what yak means" : "what ox means"),
        "there is a reply to " + id);
  }
}

void reads_a_sentence(environment& env) {
  open_in(env);
  const auto replies = env.start(read, "sentence", words{"ox", "yak", "emu"}).result();
  env.require(replies == words{"ox: what ox means", "yak: what yak means", "emu: what emu means"},
              "the replies are in the order of the requests");
}

// Three updates at once, and the desk closes before it has replied to any.
void asks_by_updates(environment& env) {
  open_in(env);
  const auto desk = env.start(keep_desk, "desk");
  std::vector<theus::testing::started_update<std::string>> replies;
  const auto ask_for = [&](std::string word) {
    return [&, word] { replies.push_back(env.begin_update("desk", ask_now, word)); };
  };
  env.in_any_order({ask_for("ox"), ask_for("yak"), ask_for("emu")});
  desk.signal(desk_closed, true);
  std::set<std::string> seen;
  for (const auto& each : replies) seen.insert(each.result());
  env.require(seen == std::set<std::string>{"what ox means", "what yak means", "what emu means"},
              "each request has its reply");
  env.require(desk.result() == 0, "no signal came");
}

TEST(RequestReplyRehearsed, SurvivesAKillAtEachAppend) {
  expect_survives(library(), asks_by_updates);
  expect_survives(library(), two_ask);
  expect_survives(library(), reads_a_sentence);
}
TEST(RequestReplyRehearsed, HoldsInAnyOrder) {
  expect_any_order(library(), asks_by_updates, {.failures = 1});
  expect_any_order(library(), two_ask, {.failures = 1});
  expect_any_order(library(), reads_a_sentence, {.failures = 1});
}

}  // namespace
}  // namespace scenarios
