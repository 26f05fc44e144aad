#include <gmock/gmock.h>

#include "support/machine_driver.hpp"
#include "travel/workflow.hpp"

// The travel agency's workflows, gone through with an eviction, from the records or from a
// checkpoint, behind every event; and then replayed in all the ways there are.
namespace theus {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using testing::machine_driver;

void evict(machine_driver& driver) {
  if (driver.is_finished()) return;
  if (!driver.evict_to_checkpoint(driver.records().size())) driver.evict();
}

// Answers the oldest pending call. What is asked of "Atlantis" fails.
std::string answer(machine_driver& driver) {
  const auto* call = driver.state().pending_activities().front();
  const std::string name = call->command().activity;
  const std::string arguments = call->command().arguments;
  const std::string asked = arguments.substr(1, arguments.size() - 2);
  const auto id = call->id();
  if (asked == "\"Atlantis\"") {
    const journal::failure_info drowned{"no_hotel", "it is under water", {}};
    driver.turn({journal::activity_completed{id, 1, std::nullopt, drowned}});
  } else if (name == "ask_for_price") {
    const auto cents = std::to_string(1'000 * asked.size());
    driver.complete(id, R"({"hotel":)" + asked + R"(,"cents":)" + cents + "}");
  } else {
    driver.complete(id, name.starts_with("book") ? asked : "null");
  }
  return name + " " + asked;
}

std::vector<std::string> answer_all(machine_driver& driver) {
  std::vector<std::string> answered;
  evict(driver);
  while (!driver.state().pending_activities().empty() && !driver.is_finished()) {
    answered.push_back(answer(driver));
    evict(driver);
  }
  return answered;
}

TEST(Travel, BooksAllOrCancelsWhatWasBookedTheLastFirst) {
  auto driver = machine_driver::running(book);
  driver.start(R"([{"traveller":"Ada","cities":["Rome","Bern","Atlantis"]}])");
  EXPECT_THAT(answer_all(driver),
              ElementsAre("book_flight \"Ada\"", "book_hotel \"Rome\"", "book_hotel \"Bern\"",
                          "book_hotel \"Atlantis\"", "cancel_hotel \"Bern\"",
                          "cancel_hotel \"Rome\"", "cancel_flight \"Ada\""));
  ASSERT_TRUE(driver.failure());
  EXPECT_EQ(driver.failure()->type, "activity_failed");
  EXPECT_FALSE(driver.replay());
}

TEST(Travel, CancelsWhatWasBookedWhenItIsCancelledItself) {
  auto driver = machine_driver::running(book);
  driver.start(R"([{"traveller":"Ada","cities":["Rome","Bern"]}])");
  answer(driver);
  evict(driver);
  driver.cancel();
  EXPECT_THAT(answer_all(driver), ElementsAre("cancel_flight \"Ada\""));
  ASSERT_TRUE(driver.failure());
  EXPECT_EQ(driver.failure()->type, "cancelled");
  EXPECT_FALSE(driver.replay());
}

TEST(Travel, ComparesTheHotelsThatAnswer) {
  auto driver = machine_driver::running(compare_hotels);
  driver.start(R"([["Rome","Atlantis","Bern"]])");
  answer_all(driver);
  EXPECT_EQ(driver.result(), R"([{"hotel":"Rome","cents":6000},{"hotel":"Bern","cents":6000}])");
  EXPECT_FALSE(driver.replay());
}

TEST(Travel, RemindsUntilAllPassportsAreThere) {
  auto driver = machine_driver::running(wait_for_passports);
  driver.start("[2]");
  for (int day = 0; day < 2; ++day) {
    driver.advance(24h);
    driver.fire_due();
    answer_all(driver);
  }
  driver.signal("passport_arrived", "\"Ada\"");
  evict(driver);
  driver.signal("passport_arrived", "\"Ida\"");
  EXPECT_EQ(driver.result(), "2");
  EXPECT_FALSE(driver.replay());
}

TEST(Travel, CollectsUntilTheInstalmentsAddUpOrTimeIsUp) {
  for (const bool in_time : {true, false}) {
    auto driver = machine_driver::running(collect);
    driver.start("[300]");
    for (const char* cents : {"100", "150"}) {
      driver.signal("paid_in", cents);
      evict(driver);
    }
    EXPECT_FALSE(driver.is_finished());
    if (in_time) {
      driver.signal("paid_in", "50");
    } else {
      driver.advance(15 * 24h);
      driver.fire_due();
    }
    EXPECT_EQ(driver.result(), in_time ? "true" : "false");
    EXPECT_FALSE(driver.replay());
  }
}

TEST(Travel, AsksTwoAtATime) {
  auto driver = machine_driver::running(cheapest);
  driver.start(R"([["Rome","Bern","Ulm","Oslo"]])");
  while (!driver.is_finished()) {
    evict(driver);
    EXPECT_LE(driver.state().pending_activities().size(), 2u);
    answer(driver);
  }
  EXPECT_EQ(driver.result(), "5000");
  EXPECT_FALSE(driver.replay());
}

TEST(Travel, MailsWhatIsFoundWhileMoreIsLookedFor) {
  auto driver = machine_driver::running(mail_offers);
  driver.start(R"([["Rome","Bern","Ulm"]])");
  EXPECT_THAT(answer_all(driver),
              ElementsAre("ask_for_price \"Rome\"", "send_mail \"Rome\"", "ask_for_price \"Bern\"",
                          "send_mail \"Bern\"", "ask_for_price \"Ulm\"", "send_mail \"Ulm\""));
  EXPECT_EQ(driver.result(), "3");
  EXPECT_FALSE(driver.replay());
}

}  // namespace
}  // namespace theus
