// A travel agency as a whole program: its activities print what they would do.
#include <cstdio>

#include <theus/theus.hpp>
#include <theus/tool_main.hpp>

#include "workflow.hpp"

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
  app.bind(ask_for_price, [](std::string hotel) {
    return offer{say("the price of", hotel), static_cast<std::int64_t>(1'000 * hotel.size())};
  });
  app.bind(send_mail, [](std::string text) { say("mail:", text); });
  return theus::tool_main(app, argc, argv);
}
