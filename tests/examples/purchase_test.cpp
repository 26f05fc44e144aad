#include <map>
#include <mutex>
#include <set>

#include <gmock/gmock.h>

#include "theus/journal/stores.hpp"
#include "theus/runtime.hpp"
#include "theus/testing.hpp"
#include "theus/testing/gtest.hpp"

#include "purchase/workflow.hpp"

namespace purchase {
namespace {

using namespace std::chrono_literals;

theus::application office() {
  theus::application app;
  app.add("purchase", purchase);
  return app;
}

const order a_chair{"a chair", 19'900, "ann", "bob"};

// [docs:test]
TEST(Purchase, WaitsForBothAndRemindsWhoIsSlow) {
  theus::testing::environment env(office());
  std::map<std::string, std::string> links;  // the last one that each of them got
  int mails = 0;
  env.mock(mail, [&](std::string to, std::string, std::string token) {
    links[to] = token;
    ++mails;
  });
  env.mock(buy, [](std::string, std::int64_t) {});
  auto run = env.start(purchase, "p", a_chair);
  env.advance(1h);
  env.resolve(links["ann"], decision{true, "ann"});
  env.advance(72h);
  EXPECT_EQ(mails, 3);
  env.resolve(links["bob"], decision{true, "bob"});
  EXPECT_EQ(run.result(), "bought");
}
// [docs:end]

TEST(Purchase, NobodyIsWaitedForLongerThanFourDays) {
  theus::testing::environment env(office());
  env.mock(mail, [](std::string, std::string, std::string) {});
  auto run = env.start(purchase, "p", a_chair);
  EXPECT_EQ(run.result(), "nobody wants it enough");
}

TEST(Purchase, EitherMayStopItAndTheOtherLinkIsOfNoUseThen) {
  theus::testing::environment env(office());
  std::map<std::string, std::string> links;
  env.mock(mail,
           [&](std::string to, std::string, std::string token) { links[to] = std::move(token); });
  auto run = env.start(purchase, "p", a_chair);
  env.advance(1h);
  env.reject(links["ann"], theus::failure("not_mine", "ask somebody else"));
  EXPECT_EQ(run.result(), "stopped: ask somebody else");
  try {
    env.resolve(links["bob"], decision{true, "bob"});
    FAIL() << "the run has finished";
  } catch (const theus::error_exception& e) {
    EXPECT_EQ(e.code(), theus::errc::run_finished);
  }
}

// [docs:crash]
TEST(Purchase, IsBoughtOnceWhateverHappens) {
  const auto scenario = [](theus::testing::environment& env) {
    std::map<std::string, std::string> links;
    std::set<std::string> purchases;  // by what a shop would know them again by
    env.mock(mail,
             [&](std::string to, std::string, std::string token) { links[to] = std::move(token); });
    env.mock(buy, [&](theus::attempt& a, std::string, std::int64_t) {
      purchases.insert(a.idempotency_key());
    });
    env.always("it is bought once at most", [&] { return purchases.size() <= 1; });
    auto run = env.start(purchase, "p", a_chair);
    while (links.size() < 2) env.advance(1h);
    for (const std::string who : {"ann", "bob"}) {
      try {
        env.resolve(links[who], decision{true, who});
      } catch (const theus::error_exception& e) {  // too late, in some orders
        if (e.code() != theus::errc::run_finished && e.code() != theus::errc::not_found) throw;
      }
    }
    const bool is_bought = run.result() == "bought";
    EXPECT_EQ(is_bought, purchases.size() == 1);
  };
  EXPECT_TRUE(theus::testing::explore(1'000, office(), scenario));
  EXPECT_TRUE(theus::testing::survives_crashes(office(), scenario));
}
// [docs:end]

TEST(Purchase, IsSettledThroughARuntime) {
  theus::application app = office();
  std::mutex mutex;
  std::map<std::string, std::string> links;
  app.bind(mail, [&](std::string to, std::string, std::string token) {
    const std::lock_guard lock(mutex);
    links[to] = std::move(token);
  });
  app.bind(buy, [](std::string, std::int64_t) {});
  theus::runtime_options options;
  options.store = theus::journal::make_memory_store();
  options.control_socket = false;
  theus::runtime running(app, options);
  running.start("purchase", {.workflow_id = "p"}, a_chair);
  const auto link_of = [&](const std::string& who) {
    for (;;) {
      const std::lock_guard lock(mutex);
      if (const auto found = links.find(who); found != links.end()) return found->second;
    }
  };
  // [docs:settle]
  running.resolve(link_of("ann"), decision{true, "ann"});
  running.resolve(link_of("ann"), decision{true, "ann"});  // the same once more does no harm
  try {
    running.resolve(link_of("ann"), decision{false, "ann"});
  } catch (const theus::error_exception& e) {
    EXPECT_EQ(e.code(), theus::errc::already_settled);
  }
  running.reject(link_of("bob"), theus::failure("not_mine", "ask somebody else"));
  // [docs:end]
  EXPECT_EQ(running.result<std::string>("p"), "stopped: ask somebody else");
}

}  // namespace
}  // namespace purchase
