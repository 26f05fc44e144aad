#include "workflow.hpp"

using namespace std::chrono_literals;

namespace purchase {
namespace {

// [docs:ask]
theus::workflow<bool> ask(theus::context& ctx, std::string who, std::string what) {
  const theus::promise<decision> answer = ctx.promise<decision>();
  co_await ctx.call(mail, who, what, answer.token());
  std::optional<decision> given = co_await answer.result().within(72h);
  if (!given) {  // once more, with the same link
    co_await ctx.call(mail, who, "reminder: " + what, answer.token());
    given = co_await answer.result().within(24h);
  }
  co_return given && given->agreed;
}
// [docs:end]

}  // namespace

// [docs:purchase]
theus::workflow<std::string> purchase(theus::context& ctx, order o) {
  try {
    const auto [boss, accountant] =
        co_await theus::all(ask(ctx, o.boss, o.what), ask(ctx, o.accountant, o.what));
    if (!boss || !accountant) co_return "nobody wants it enough";
  } catch (const theus::failure& e) {  // the link "I cannot decide this" rejects
    co_return "stopped: " + std::string(e.what());
  }
  co_await ctx.call(buy, o.what, o.cents);
  co_return "bought";
}
// [docs:end]

}  // namespace purchase
