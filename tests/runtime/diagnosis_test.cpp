#include "theus/runtime/diagnosis.hpp"

#include <gmock/gmock.h>

#include "theus/workflows.hpp"

#include "support/machine_driver.hpp"

// What a report says was done to the code, for each way to change it.
namespace theus {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::machine_driver;
using testing::type_of;

using code = workflow<void> (*)(context&);

constexpr activity<std::string(std::string)> reserve{"reserve"};
constexpr activity<std::string(std::string)> book{"book"};
constexpr activity<void(int)> charge{"charge"};
constexpr activity<void(int)> bill{"bill"};
constexpr activity<void()> audit{"audit"};
constexpr signal<bool> approved{"approved"};
constexpr signal<bool> confirmed{"confirmed"};

// Answers every call, fires every timer and sends what is waited for, until nothing is left.
machine_driver history_of(code function) {
  auto driver = machine_driver::running(function);
  driver.start();
  for (int i = 0; i < 50 && !driver.is_finished(); ++i) {
    const auto calls = driver.state().pending_activities();
    if (!calls.empty()) {
      const bool tells = calls.front()->command().activity == "reserve" ||
                         calls.front()->command().activity == "book";
      driver.complete(calls.front()->id(), tells ? "\"seat 7\"" : "null");
    } else if (driver.state().next_deadline()) {
      driver.advance(24h);
      driver.fire_due();
    } else {
      driver.signal("approved", "true");
    }
  }
  return driver;
}

std::optional<mismatch> explained(const machine_driver& recorded, code function) {
  const auto type = type_of(function);
  const auto& records = recorded.records();
  replayer replay(*type, journal::run_id{}, replayer::check::everything);
  for (std::size_t i = 0; i < records.size(); ++i) {
    auto found = replay.feed(records[i]);
    if (!found) continue;
    explain_cause(*found, replay.state(), std::span(records).subspan(i), invented_results::yes);
    return found;
  }
  return std::nullopt;
}

struct change {
  const char* what;
  code to;
  std::string cause;  // "" when nothing that can be observed changes
  std::string says = {};
};

void expect_causes(code recorded, const std::vector<change>& changes) {
  const auto history = history_of(recorded);
  ASSERT_TRUE(history.is_finished());
  ASSERT_FALSE(explained(history, recorded));
  for (const change& each : changes) {
    SCOPED_TRACE(each.what);
    const auto found = explained(history, each.to);
    if (each.cause.empty()) {
      EXPECT_FALSE(found) << found->explain();
      continue;
    }
    ASSERT_TRUE(found);
    EXPECT_EQ(found->cause, each.cause) << found->explain();
    EXPECT_THAT(found->explain(), HasSubstr("likely cause: " + each.cause));
    EXPECT_THAT(found->explain(), HasSubstr(each.says));
    EXPECT_FALSE(found->advice.empty());
  }
}

workflow<void> trip(context& ctx) {
  const std::string seat = co_await ctx.call(reserve, "LH 1");
  ctx["seat"] = seat;
  co_await ctx.call(charge, 500);
  co_await ctx.sleep(1h);
  co_await ctx.call(audit);
}

TEST(Diagnosis, NamesWhatWasDoneToASequenceOfCalls) {
  expect_causes(
      trip, {{"two calls swapped",
              [](context& ctx) -> workflow<void> {
                co_await ctx.call(charge, 500);
                ctx["seat"] = co_await ctx.call(reserve, "LH 1");
                co_await ctx.sleep(1h);
                co_await ctx.call(audit);
              },
              "order swapped", "`call reserve [\"LH 1\"]` was recorded before `call charge [500]`"},
             {"the first call dropped",
              [](context& ctx) -> workflow<void> {
                ctx["seat"] = "seat 7";
                co_await ctx.call(charge, 500);
                co_await ctx.sleep(1h);
                co_await ctx.call(audit);
              },
              "call removed", "`call reserve [\"LH 1\"]`"},
             {"the sleep dropped",
              [](context& ctx) -> workflow<void> {
                ctx["seat"] = co_await ctx.call(reserve, "LH 1");
                co_await ctx.call(charge, 500);
                co_await ctx.call(audit);
              },
              "call removed", "sleep until"},
             {"the last call dropped",
              [](context& ctx) -> workflow<void> {
                ctx["seat"] = co_await ctx.call(reserve, "LH 1");
                co_await ctx.call(charge, 500);
                co_await ctx.sleep(1h);
              },
              "call removed", "`call audit []`"},
             {"a call added that gives nothing",
              [](context& ctx) -> workflow<void> {
                ctx["seat"] = co_await ctx.call(reserve, "LH 1");
                co_await ctx.call(audit);
                co_await ctx.call(charge, 500);
                co_await ctx.sleep(1h);
                co_await ctx.call(audit);
              },
              "call added", "`call audit []`"},
             {"a call added that gives something",
              [](context& ctx) -> workflow<void> {
                ctx["seat"] = co_await ctx.call(reserve, "LH 1");
                co_await ctx.call(book, "hotel");
                co_await ctx.call(charge, 500);
                co_await ctx.sleep(1h);
                co_await ctx.call(audit);
              },
              "call added", "`call book [\"hotel\"]`"},
             {"a call added at the end",
              [](context& ctx) -> workflow<void> {
                ctx["seat"] = co_await ctx.call(reserve, "LH 1");
                co_await ctx.call(charge, 500);
                co_await ctx.sleep(1h);
                co_await ctx.call(audit);
                co_await ctx.call(bill, 7);
              },
              "call added", "`call bill [7]`"},
             {"a sleep added",
              [](context& ctx) -> workflow<void> {
                co_await ctx.sleep(1min);
                ctx["seat"] = co_await ctx.call(reserve, "LH 1");
                co_await ctx.call(charge, 500);
                co_await ctx.sleep(1h);
                co_await ctx.call(audit);
              },
              "call added", "sleep until"},
             {"an activity renamed",
              [](context& ctx) -> workflow<void> {
                ctx["seat"] = co_await ctx.call(reserve, "LH 1");
                co_await ctx.call(bill, 500);
                co_await ctx.sleep(1h);
                co_await ctx.call(audit);
              },
              "call renamed", "the same as `call bill [500]`"},
             {"an argument changed",
              [](context& ctx) -> workflow<void> {
                ctx["seat"] = co_await ctx.call(reserve, "LH 1");
                co_await ctx.call(charge, 501);
                co_await ctx.sleep(1h);
                co_await ctx.call(audit);
              },
              "argument changed", "arguments: recorded [500], attempted [501]"},
             {"a sleep shortened",
              [](context& ctx) -> workflow<void> {
                ctx["seat"] = co_await ctx.call(reserve, "LH 1");
                co_await ctx.call(charge, 500);
                co_await ctx.sleep(30min);
                co_await ctx.call(audit);
              },
              "argument changed", "deadline: recorded"},
             {"a retry policy changed",
              [](context& ctx) -> workflow<void> {
                ctx["seat"] = co_await ctx.call(reserve, "LH 1").retry({.attempts = 9});
                co_await ctx.call(charge, 500);
                co_await ctx.sleep(1h);
                co_await ctx.call(audit);
              },
              "argument changed", "retry.attempts"},
             {"a call replaced",
              [](context& ctx) -> workflow<void> {
                ctx["seat"] = co_await ctx.call(reserve, "LH 1");
                co_await ctx.call(bill, 7);
                co_await ctx.sleep(1h);
                co_await ctx.call(audit);
              },
              "call replaced", "`call bill [7]`"},
             {"a state write changed",
              [](context& ctx) -> workflow<void> {
                ctx["seat"] = "window " + co_await ctx.call(reserve, "LH 1");
                co_await ctx.call(charge, 500);
                co_await ctx.sleep(1h);
                co_await ctx.call(audit);
              },
              "state differs", "Context /seat was \"seat 7\" and is now \"window seat 7\""},
             {"a state write moved to another place",
              [](context& ctx) -> workflow<void> {
                ctx["place"] = co_await ctx.call(reserve, "LH 1");
                co_await ctx.call(charge, 500);
                co_await ctx.sleep(1h);
                co_await ctx.call(audit);
              },
              "state differs", "Context /seat: recorded \"seat 7\", attempted not written"},
             {"the same in other words",
              [](context& ctx) -> workflow<void> {
                auto asked = ctx.call(reserve, "LH 1");
                ctx["seat"] = co_await std::move(asked);
                co_await ctx.call(charge, 250 + 250);
                co_await ctx.sleep(60min);
                co_await ctx.call(audit);
              },
              ""}});
}

template <int Months>
workflow<void> instalments(context& ctx) {
  for (int i = 0; i < Months; ++i) {
    co_await ctx.call(charge, 100);
    co_await ctx.sleep(1h);
  }
  co_await ctx.call(audit);
}

TEST(Diagnosis, NamesWhatWasDoneToALoop) {
  expect_causes(instalments<4>,
                {{"the bound lowered", instalments<3>, "call removed", "`call charge [100]`"},
                 {"the bound raised", instalments<5>, "call added", "`call charge [100]`"},
                 {"the body swapped",
                  [](context& ctx) -> workflow<void> {
                    for (int i = 0; i < 4; ++i) {
                      co_await ctx.sleep(1h);
                      co_await ctx.call(charge, 100);
                    }
                    co_await ctx.call(audit);
                  },
                  "order swapped"}});
}

workflow<void> count(context& ctx) {
  co_await ctx.call(audit);
  ctx["a"] = 1;
}
workflow<void> count_more(context& ctx) {
  co_await ctx.call(audit);
  ctx["a"] = 2;
}
template <workflow<void> (*Phase)(context&)>
workflow<void> in_phases(context& ctx) {
  co_await ctx.phase("count", Phase);
  co_await ctx.call(charge, 1);
}

TEST(Diagnosis, NamesWhatAPhaseDoesToTheContextNow) {
  expect_causes(in_phases<count>, {{"its body writes something else", in_phases<count_more>,
                                    "state differs", "Context /a was 1 and is now 2"}});
}

workflow<void> writes_what_cannot_be(context& ctx) {
  (void)ctx["cache"]["\xC3"].erase();
  try {
    ctx["cache"]["\xC3"] = 1;
  } catch (const error_exception&) {
  }
  co_await ctx.call(audit);
}

// A key that no tree can have is written nowhere, whatever the workflow does about it.
TEST(Diagnosis, WhatCannotBeWrittenIsNotNoted) {
  auto driver = machine_driver::running(writes_what_cannot_be);
  driver.start();
  EXPECT_FALSE(driver.bug());
  EXPECT_EQ(driver.state().written(), "");
}

workflow<void> approval(context& ctx) {
  const bool yes = co_await ctx.receive(approved);
  ctx["approved"] = yes;
  co_await ctx.call(charge, 1);
}

TEST(Diagnosis, NamesWhatWasDoneToWhatIsReceived) {
  expect_causes(approval, {{"no longer received",
                            [](context& ctx) -> workflow<void> {
                              ctx["approved"] = true;
                              co_await ctx.call(charge, 1);
                            },
                            "call removed", "`receive approved`"},
                           {"the signal renamed",
                            [](context& ctx) -> workflow<void> {
                              ctx["approved"] = co_await ctx.receive(confirmed);
                              co_await ctx.call(charge, 1);
                            },
                            "call renamed", "`receive confirmed`"},
                           {"something before it",
                            [](context& ctx) -> workflow<void> {
                              co_await ctx.call(audit);
                              ctx["approved"] = co_await ctx.receive(approved);
                              co_await ctx.call(charge, 1);
                            },
                            "call added", "`call audit []`"}});
}

}  // namespace
}  // namespace theus
