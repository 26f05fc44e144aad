#include <algorithm>
#include <map>

#include <gmock/gmock.h>

#include "scenarios/rehearse.hpp"
#include "travel/workflow.hpp"

// The trip that is booked or undone, as sdk/examples/travel has it.
namespace scenarios {
namespace {

using strings = std::vector<std::string>;
using ::testing::ElementsAre;

theus::application agency() {
  theus::application app;
  app.add("book", book);
  return app;
}

trip to(strings cities) {
  trip t;
  t.traveller = "Ada";
  t.cities = std::move(cities);
  return t;
}

// Books what it is asked for, but in Atlantis.
struct providers {
  std::map<std::string, strings> trips;  // what is booked, by the trip's workflow id

  void open_in(environment& env) {
    const auto add = [this](theus::attempt& a, std::string what) {
      if (what == "Atlantis") throw theus::failure("no_hotel", what).non_retryable();
      auto& booked = trips[a.workflow_id()];
      if (std::ranges::find(booked, what) == booked.end()) booked.push_back(what);
      return what;
    };
    const auto remove = [this, &env](theus::attempt& a, std::string what) {
      auto& booked = trips[a.workflow_id()];
      if (std::ranges::find(booked, what) == booked.end()) return;  // it was, before a kill
      env.require(booked.back() == what, "the last that was booked goes first");
      booked.pop_back();
    };
    env.mock(book_flight, add).mock(book_hotel, add);
    env.mock(cancel_flight, remove).mock(cancel_hotel, remove);
  }
};

class TripBooking : public ::testing::Test {
 protected:
  TripBooking() { at.open_in(env); }

  environment env{agency()};
  providers at;
};

TEST_F(TripBooking, BooksAll) {
  auto run = env.start(book, "trip", to({"Rome", "Bern"}));
  EXPECT_THAT(run.result(), ElementsAre("Ada", "Rome", "Bern"));
  EXPECT_THAT(at.trips["trip"], ElementsAre("Ada", "Rome", "Bern"));
}

TEST_F(TripBooking, LeavesNothingBookedWhenOneIsNotToBeHad) {
  auto run = env.start(book, "trip", to({"Rome", "Bern", "Atlantis"}));
  EXPECT_EQ(run.failure().type, "activity_failed");
  EXPECT_THAT(at.trips["trip"], ElementsAre());
}

// Two trips at once, of which one cannot be booked.
void two_trips(environment& env) {
  providers at;
  at.open_in(env);
  auto fails = env.start(book, "fails", to({"Rome", "Bern", "Atlantis"}));
  auto succeeds = env.start(book, "succeeds", to({"Oslo", "Ulm"}));
  fails.outcome();
  env.require(at.trips["fails"].empty(), "nothing stays booked");
  const auto booked = succeeds.result();
  env.require(booked == strings{"Ada", "Oslo", "Ulm"}, "the other is booked");
  env.require(at.trips["succeeds"] == booked, "and stays so");
}

TEST(TripBookingRehearsed, SurvivesAKillAtEachAppend) { expect_survives(agency(), two_trips); }
TEST(TripBookingRehearsed, HoldsInAnyOrder) {
  expect_any_order(agency(), two_trips, {.failures = 1});
}

}  // namespace
}  // namespace scenarios
