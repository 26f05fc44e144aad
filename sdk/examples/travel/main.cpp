// A travel agency as a whole program: its activities print what they would do.
#include <cstdio>

#include <theus/theus.hpp>
#include <theus/tool_main.hpp>

#include "workflow.hpp"

using namespace std::chrono_literals;

namespace {

std::string say(const char* what, const std::string& whom) {
  std::printf("%s %s\n", what, whom.c_str());
  return whom;
}

}  // namespace

int main(int argc, char** argv) {
  theus::application app;
  app.add("book", book);
  app.add("compare_hotels", compare_hotels);
  app.add("wait_for_passports", wait_for_passports);
  app.add("collect", collect);
  app.add("cheapest", cheapest);
  app.add("mail_offers", mail_offers);
  app.bind(book_flight, [](std::string who) { return "flight-" + say("a flight for", who); });
  app.bind(cancel_flight, [](std::string booking) { say("no more", booking); });
  app.bind(book_hotel, [](std::string city) -> std::string {
    if (city == "Atlantis") throw theus::failure("no_hotel", city).non_retryable();
    return "hotel-" + say("a hotel in", city);
  });
  app.bind(cancel_hotel, [](std::string booking) { say("no more", booking); });
  // [docs:retry_after]
  app.bind(ask_for_price, [](theus::attempt& a, std::string hotel) {
    if (a.number() == 1) throw theus::failure("busy", "ask again").retry_after(2s);
    return offer{say("the price of", hotel), static_cast<std::int64_t>(1'000 * hotel.size())};
  });
  // [docs:end]
  app.bind(send_mail, [](std::string text) { say("mail:", text); });
  // [docs:queue]
  app.queue("airline", {.at_once = 4, .per_second = 10, .burst = 5}, book_flight, cancel_flight);
  app.queue("mail", {.per_second = 50, .priority = 5}, send_mail);
  // [docs:end]
  return theus::tool_main(app, argc, argv);
}
