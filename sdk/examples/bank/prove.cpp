#include "prove.hpp"

#include <theus/codec.hpp>

#include "claims.hpp"

namespace bank {
namespace {

// The members of `show --json` that matter here.
struct shown_context {
  std::map<std::string, std::int64_t> accounts;
  std::map<std::string, std::int64_t> done;
};
BOOST_DESCRIBE_STRUCT(shown_context, (), (accounts, done))
struct shown_run {
  bool finished = false;
  shown_context context;
};
BOOST_DESCRIBE_STRUCT(shown_run, (), (finished, context))

}  // namespace

int prove(const bank_folder& folder) {
  const day_plan plan = make_plan();
  std::map<std::string, std::int64_t> accounts = plan.accounts, done;
  std::int64_t total = 0;
  for (const auto& [name, cents] : plan.accounts) total += cents;
  for (const transfer& t : plan.transfers) {
    accounts[t.from] -= t.cents;
    accounts[t.to] += t.cents;
    done[t.id] = t.cents;
  }

  example::claims proved;
  const theus::application app = make_application(folder);
  const auto said = [&](std::vector<std::string> arguments) {
    return example::said(app, folder.journal(), std::move(arguments));
  };
  const auto run = theus::decode<shown_run>(said({"show", workflow_id, "--json"}));
  const auto result = theus::decode<evening>(said({"result", workflow_id}));
  proved.expect(run.finished, "the run is over");
  proved.expect(run.context.done == done,
                std::to_string(run.context.done.size()) + " transfers are made");
  proved.expect(run.context.accounts == accounts,
                "every account is what they come to one after the other");
  proved.expect(result.total_cents == total,
                "the total is " + std::to_string(total) + " cents, as in the morning");
  proved.expect(result.conflicts > 0, std::to_string(result.conflicts) +
                                          " conflicts were rolled back and tried again, in " +
                                          std::to_string(result.rounds) + " rounds");
  (void)said({"replay", workflow_id, "--from-zero"});
  proved.expect(true, "replaying every transfer from the first turn comes to the same");
  return proved.hold() ? 0 : 1;
}

}  // namespace bank
