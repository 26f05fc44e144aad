#include "scenarios/signals_in_order.hpp"

#include <algorithm>
#include <functional>

#include <gmock/gmock.h>

#include "scenarios/rehearse.hpp"

namespace scenarios {
namespace {

using namespace std::chrono_literals;
using namespace in_order;
using ::testing::ElementsAre;
using strings = std::vector<std::string>;

theus::application archive() {
  theus::application app;
  app.add("close_deal", close_deal);
  app.add("file_pages", file_pages);
  return app;
}

// What is in a run's folder.
struct folder {
  strings held;
  effects filed;

  void open_in(environment& env) {
    env.mock(file, [this](theus::attempt& a, std::string what) {
      if (filed.is_first(a)) held.push_back(what);
    });
  }
};

page numbered(std::int64_t number) {
  page p;
  p.number = number;
  p.text = "page " + std::to_string(number);
  return p;
}

class SignalsInOrder : public ::testing::Test {
 protected:
  SignalsInOrder() { to.open_in(env); }

  environment env{archive()};
  folder to;
};

TEST_F(SignalsInOrder, AreHandledAsTheyAreWantedHoweverTheyCome) {
  auto run = env.start(close_deal, "deal");
  run.signal(paid, "payment");
  run.signal(accepted, "acceptance");
  EXPECT_TRUE(to.held.empty());
  run.signal(offered, "offer");
  EXPECT_TRUE(run.result());
  EXPECT_THAT(to.held, ElementsAre("offer", "acceptance", "payment"));
}

TEST_F(SignalsInOrder, TimeRunsFromTheFirst) {
  auto run = env.start(close_deal, "deal");
  env.advance(24h * 365);
  run.signal(offered, "offer");
  env.advance(24h * 29);
  run.signal(accepted, "acceptance");
  EXPECT_FALSE(run.result());
  EXPECT_THAT(to.held, ElementsAre("offer", "acceptance"));
}

TEST_F(SignalsInOrder, PagesAreFiledByTheirNumbersAndOnce) {
  auto run = env.start(file_pages, "pages", 3);
  for (const int number : {2, 2, 1, 2, 3}) run.signal(scanned, numbered(number));
  EXPECT_EQ(run.result(), 3);
  EXPECT_THAT(to.held, ElementsAre("page 1", "page 2", "page 3"));
}

std::string a_deal(environment& env) {
  folder to;
  to.open_in(env);
  auto run = env.start(close_deal, "deal");
  env.in_any_order({[&] { run.signal(offered, "1 offer"); }, [&] { run.signal(paid, "3 payment"); },
                    [&] { run.signal(accepted, "2 acceptance"); }});
  const bool is_closed = run.result();
  env.require(std::ranges::is_sorted(to.held), "what is filed is in order");
  env.require(!is_closed || to.held.size() == 3, "a deal that is closed is filed");
  return is_closed ? "closed" : "not in time";
}

void some_pages(environment& env) {
  folder to;
  to.open_in(env);
  auto run = env.start(file_pages, "pages", 4);
  std::vector<std::function<void()>> scans;
  for (const int number : {4, 1, 3, 1, 2}) {
    scans.push_back([&run, number] { run.signal(scanned, numbered(number)); });
  }
  env.in_any_order(scans);
  run.result();
  env.require(to.held == strings{"page 1", "page 2", "page 3", "page 4"},
              "every page is filed once, in order");
}

TEST(SignalsInOrderRehearsed, SurviveAKillAtEachAppend) {
  expect_survives(archive(), a_deal);
  expect_survives(archive(), some_pages);
}
TEST(SignalsInOrderRehearsed, HoldInAnyOrder) {
  expect_any_order(archive(), a_deal, {"closed", "not in time"}, {.failures = 1});
  expect_any_order(archive(), some_pages, {.failures = 1});
}

}  // namespace
}  // namespace scenarios
