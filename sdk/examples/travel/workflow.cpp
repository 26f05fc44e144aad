#include "workflow.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <optional>

using namespace std::chrono_literals;

// [docs:saga]
theus::workflow<std::vector<std::string>> book_all(theus::context& ctx, trip t, theus::saga undo) {
  std::vector<std::string> bookings;
  std::string flight = co_await ctx.call(book_flight, t.traveller);
  undo.add(ctx.call(cancel_flight, flight));
  bookings.push_back(flight);
  for (const auto& city : t.cities) {
    std::string hotel = co_await ctx.call(book_hotel, city).retry({.attempts = 3});
    undo.add(ctx.call(cancel_hotel, hotel));
    bookings.push_back(hotel);
  }
  co_return bookings;
}

theus::workflow<std::vector<std::string>> book(theus::context& ctx, trip t) {
  theus::saga undo(ctx);
  auto bookings = co_await undo.run(book_all(ctx, t, undo));
  co_return bookings;
}
// [docs:end]

// [docs:settled]
theus::workflow<std::vector<offer>> compare_hotels(theus::context& ctx,
                                                   std::vector<std::string> hotels) {
  std::vector<theus::call_operation<offer>> questions;
  for (const auto& hotel : hotels) {
    questions.push_back(ctx.call(ask_for_price, hotel).retry({.attempts = 2}));
  }
  std::vector<offer> offers;
  for (auto& answer : co_await theus::all_settled(std::move(questions))) {
    if (answer) offers.push_back(answer.value());
  }
  co_return offers;
}
// [docs:end]

// [docs:spawn]
theus::workflow<void> remind(theus::context& ctx, std::string text) {
  while (true) {
    co_await ctx.sleep(24h);
    co_await ctx.call(send_mail, text);
    ctx["reminders"] = ctx["reminders"].value_or<std::int64_t>(0) + 1;
  }
}

theus::workflow<std::int64_t> wait_for_passports(theus::context& ctx, std::int64_t travellers) {
  auto reminding = ctx.spawn(remind(ctx, "send us your passports"));
  for (std::int64_t i = 0; i < travellers; ++i) {
    std::string traveller = co_await ctx.receive(passport_arrived);
    ctx["passports"][traveller] = true;
  }
  reminding.cancel();
  co_return ctx["reminders"].value_or<std::int64_t>(0);
}
// [docs:end]

// [docs:until]
theus::workflow<void> count_money(theus::context& ctx) {
  while (true) {
    const std::int64_t cents = co_await ctx.receive(paid_in);
    ctx["cents"] = ctx["cents"].value_or<std::int64_t>(0) + cents;
  }
}

theus::workflow<bool> collect(theus::context& ctx, std::int64_t cents) {
  auto counting = ctx.spawn(count_money(ctx));
  const auto is_paid = [&] { return ctx["cents"].value_or<std::int64_t>(0) >= cents; };
  const bool in_time = co_await ctx.until(is_paid).within(14 * 24h);
  counting.cancel();
  co_return in_time;
}
// [docs:end]

// [docs:semaphore]
theus::workflow<std::int64_t> ask_politely(theus::context& ctx, theus::semaphore line,
                                           std::string hotel) {
  theus::permit turn = co_await line.acquire();
  const offer answer = co_await ctx.call(ask_for_price, hotel);
  co_return answer.cents;
}

theus::workflow<std::int64_t> cheapest(theus::context& ctx, std::vector<std::string> hotels) {
  theus::semaphore line(2);  // or theus::mutex, and co_await accounts.lock()
  std::vector<theus::workflow<std::int64_t>> questions;
  for (const auto& hotel : hotels) questions.push_back(ask_politely(ctx, line, hotel));
  std::int64_t least = std::numeric_limits<std::int64_t>::max();
  for (const std::int64_t cents : co_await theus::all(std::move(questions))) {
    least = std::min(least, cents);
  }
  co_return least;
}
// [docs:end]

// [docs:channel]
theus::workflow<void> look_for_offers(theus::context& ctx, theus::channel<offer> found,
                                      std::vector<std::string> hotels) {
  for (const auto& hotel : hotels) {
    offer answer = co_await ctx.call(ask_for_price, hotel);
    co_await found.send(answer);
  }
  found.close();
}

theus::workflow<std::int64_t> mail_offers(theus::context& ctx, std::vector<std::string> hotels) {
  theus::channel<offer> found(2);  // the search waits while two are not mailed yet
  ctx.spawn(look_for_offers(ctx, found, hotels));
  std::int64_t mails = 0;
  while (true) {
    std::optional<offer> next = co_await found.receive();
    if (!next) break;
    co_await ctx.call(send_mail, next->hotel);
    ++mails;
  }
  co_return mails;
}
// [docs:end]
