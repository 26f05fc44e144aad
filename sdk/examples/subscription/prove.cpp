#include "prove.hpp"

#include <set>

#include <theus/codec.hpp>

#include "claims.hpp"

namespace subscription {
namespace {

// The members of `show --json` that matter here.
struct shown_context {
  std::int64_t bills = 0;
  std::int64_t billed_cents = 0;
  std::string account;
  receipt last;
};
BOOST_DESCRIBE_STRUCT(shown_context, (), (bills, billed_cents, account, last))
struct shown_run {
  bool finished = false;
  shown_context context;
};
BOOST_DESCRIBE_STRUCT(shown_run, (), (finished, context))

}  // namespace

int prove(const subscription_folder& folder) {
  example::claims proved;
  lazy_provider nobody(folder);
  const theus::application app = make_application(nobody);
  const auto said = [&](std::vector<std::string> arguments) {
    return example::said(app, folder.journal(), std::move(arguments));
  };
  const auto bills = checkout::read_entries<bill>(folder.bills());
  customer ada;
  std::set<std::string> keys;
  std::int64_t month = 0, cents = 0, out_of_order = 0, wrong_price = 0;
  for (const bill& each : bills) {
    ++month;
    out_of_order += each.month != month || each.sequence != month;
    wrong_price += each.cents != price_of(ada, each.month);
    cents += each.cents;
    keys.insert(each.key);
  }
  const auto all = static_cast<std::size_t>(months);
  proved.expect(bills.size() == all, std::to_string(bills.size()) + " bills in a hundred years");
  proved.expect(keys.size() == bills.size(), "each was booked once");
  proved.expect(out_of_order == 0, "they came month after month");
  proved.expect(wrong_price == 0, "each of the right price");

  const auto run = theus::decode<shown_run>(said({"show", workflow_id, "--json"}));
  proved.expect(run.finished, "the run is over");
  proved.expect(run.context.bills == months && run.context.last.month == months,
                "the Context counts " + std::to_string(run.context.bills) + " bills");
  proved.expect(
      run.context.billed_cents == cents,
      "the Context has their sum, " + std::to_string(run.context.billed_cents) + " cents");
  proved.expect(run.context.account == "account of Ada", "and what onboarding left there");
  proved.expect(theus::decode<std::int64_t>(said({"result", workflow_id})) == cents,
                "the result is that sum");
  (void)said({"replay", workflow_id, "--from-zero"});
  proved.expect(true, "replaying every month from the first turn comes to the same");
  return proved.hold() ? 0 : 1;
}

}  // namespace subscription
