#include "provider.hpp"

namespace subscription {

checkout::ledger<bill>& lazy_provider::book() {
  std::call_once(opened_, [this] { book_.emplace(folder_.bills()); });
  return *book_;
}

theus::application make_application(lazy_provider& provider) {
  theus::application app;
  app.add("subscribe", subscribe);
  app.bind(open_account, [](const customer& who) { return "account of " + who.name; });
  // The key is the same whenever this call is tried again, so a month is booked once.
  app.bind(charge, [&provider](theus::attempt& a, const invoice& due) {
    const bill booked = provider.book().book(a.idempotency_key(), [&](const auto&) {
      bill fresh;
      fresh.month = due.month;
      fresh.cents = due.cents;
      return fresh;
    });
    receipt paid;
    paid.month = booked.month;
    paid.cents = booked.cents;
    paid.booked_as = booked.sequence;
    return paid;
  });
  return app;
}

}  // namespace subscription
