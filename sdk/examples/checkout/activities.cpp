#include "activities.hpp"

#include <chrono>
#include <thread>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace checkout {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds payment_takes{60};
constexpr milliseconds warehouse_takes{8};
constexpr milliseconds inbox_takes{2};
constexpr milliseconds courier_takes_at_least{50};

// FNV-1a: the same number for the same order in every run of the demonstration.
std::uint32_t number_of(const std::string& text) {
  std::uint32_t hash = 2'166'136'261u;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16'777'619u;
  return hash;
}

std::string short_id(const char* prefix, const std::string& key) {
  return std::string(prefix) + key.substr(0, 8) + "-" + key.substr(key.rfind('/') + 1);
}

template <class Entry>
Entry entry_of(const theus::attempt& a) {
  Entry entry;
  entry.order_id = a.workflow_id();
  entry.attempt = a.number();
  return entry;
}

}  // namespace

shop::shop(const shop_folder& folder, witness& watcher)
    : watcher_(watcher),
      book_(read_order_book(folder.orders())),
      charges_(folder.charges()),
      refunds_(folder.refunds()),
      stock_(folder.stock()),
      shipments_(folder.shipments()),
      questions_(folder.questions()) {}

// [docs:charge]
receipt shop::charge_card(theus::attempt& a, const order& o) {
  watcher_.begins(a, "charge");
  std::this_thread::sleep_for(payment_takes);
  if (o.card == "tok_declined") {
    throw theus::failure("card_declined", "the bank says no").non_retryable();
  }
  const std::uint32_t outages = o.card == "tok_flaky_1" ? 1 : o.card == "tok_flaky_2" ? 2 : 0;
  if (a.number() <= outages) throw theus::failure("network", "connection reset by peer");

  // A crash may come after the charge and before the journal has its result: then this runs again,
  // with the same key, and the provider answers with the charge it knows.
  const money_entry booked = charges_.book(a.idempotency_key(), [&](const auto&) {
    auto entry = entry_of<money_entry>(a);
    entry.payment_id = short_id("pay-", a.idempotency_key());
    entry.cents = total_cents(o);
    return entry;
  });
  return {booked.payment_id, booked.cents};
}
// [docs:end]

void shop::refund_card(theus::attempt& a, const receipt& paid) {
  watcher_.begins(a, "refund");
  std::this_thread::sleep_for(payment_takes / 4);
  refunds_.book(a.idempotency_key(), [&](const auto&) {
    auto entry = entry_of<money_entry>(a);
    entry.payment_id = paid.payment_id;
    entry.cents = paid.cents;
    return entry;
  });
}

reservation shop::reserve_goods(theus::attempt& a, const order& o) {
  watcher_.begins(a, "reserve");
  std::this_thread::sleep_for(warehouse_takes);
  stock_.book(a.idempotency_key(), [&](const std::vector<stock_entry>& so_far) {
    auto entry = entry_of<stock_entry>(a);
    for (const line& l : o.lines) entry.pieces[l.sku] -= l.quantity;
    for (const auto& [sku, pieces] : entry.pieces) {
      std::int64_t left = book_.stock.contains(sku) ? book_.stock.at(sku) : 0;
      for (const stock_entry& other : so_far) {
        const auto moved = other.pieces.find(sku);
        if (moved != other.pieces.end()) left += moved->second;
      }
      if (left + pieces < 0) {
        throw theus::failure("out_of_stock", "only " + std::to_string(left) + " left of " + sku)
            .non_retryable();
      }
    }
    return entry;
  });
  return {a.idempotency_key()};
}

void shop::release_goods(theus::attempt& a, const reservation& goods) {
  watcher_.begins(a, "release");
  std::this_thread::sleep_for(warehouse_takes);
  stock_.book(a.idempotency_key(), [&](const std::vector<stock_entry>& so_far) {
    auto entry = entry_of<stock_entry>(a);
    for (const stock_entry& other : so_far) {
      if (other.key != goods.id) continue;
      for (const auto& [sku, pieces] : other.pieces) entry.pieces[sku] = -pieces;
    }
    if (entry.pieces.empty()) {
      throw theus::failure("no_reservation", goods.id).non_retryable();
    }
    return entry;
  });
}

void shop::ask_approver(theus::attempt& a, const order&) {
  watcher_.begins(a, "ask");
  std::this_thread::sleep_for(inbox_takes);
  questions_.book(a.idempotency_key(), [&](const auto&) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    auto entry = entry_of<question_entry>(a);
    entry.asked_at_ms = std::chrono::duration_cast<milliseconds>(now).count();
    return entry;
  });
}

// [docs:courier]
// A coroutine: hundreds of couriers are waited for on one thread.
boost::asio::awaitable<shipment> shop::book_courier(theus::attempt& a, order o) {
  watcher_.begins(a, "ship");
  const std::uint32_t luck = number_of(o.id);
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
  timer.expires_after(courier_takes_at_least + milliseconds(luck % 200));
  co_await timer.async_wait(boost::asio::use_awaitable);
  if (o.ship_to.country == "Antarctica") {
    throw theus::failure("undeliverable", "no courier goes to " + o.ship_to.city).non_retryable();
  }
  if (luck % 11 == 0 && a.number() == 1) throw theus::failure("courier_busy", "try again");

  const shipment_entry booked = shipments_.book(a.idempotency_key(), [&](const auto&) {
    auto entry = entry_of<shipment_entry>(a);
    entry.tracking = short_id("trk-", a.idempotency_key());
    return entry;
  });
  shipment sent;
  sent.tracking = booked.tracking;
  co_return sent;
}
// [docs:end]

shop& lazy_shop::open(bool read_journal) {
  const std::lock_guard lock(mutex_);
  if (!shop_) {
    watcher_ = std::make_unique<witness>(
        folder_.witness(), read_journal ? folder_.journal() : std::filesystem::path());
    shop_ = std::make_unique<shop>(folder_, *watcher_);
  }
  return *shop_;
}

// [docs:application]
theus::application make_application(lazy_shop& where) {
  theus::application app;
  app.add("checkout", process);
  app.bind(charge,
           [&where](theus::attempt& a, const order& o) { return where.open().charge_card(a, o); });
  app.bind(refund,
           [&where](theus::attempt& a, const receipt& paid) { where.open().refund_card(a, paid); });
  app.bind(reserve, [&where](theus::attempt& a, const order& o) {
    return where.open().reserve_goods(a, o);
  });
  app.bind(release, [&where](theus::attempt& a, const reservation& goods) {
    where.open().release_goods(a, goods);
  });
  app.bind(ask, [&where](theus::attempt& a, const order& o) { where.open().ask_approver(a, o); });
  app.bind(ship,
           [&where](theus::attempt& a, const order& o) { return where.open().book_courier(a, o); });
  return app;
}
// [docs:end]

}  // namespace checkout
