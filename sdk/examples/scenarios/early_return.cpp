#include "early_return.hpp"

namespace early_return {

// [docs:pay]
theus::workflow<std::string> pay(theus::context& ctx, payment p) {
  std::string number;
  try {
    number = co_await ctx.call(reserve, p);
  } catch (const theus::activity_failed& e) {
    ctx["refusal"] = e.message();
    co_return std::string();
  }
  ctx["receipt"] = number;
  co_await ctx.call(transfer, number);  // takes days
  co_return number;
}

theus::workflow<std::string> give_receipt(theus::context& ctx) {
  co_await ctx.until([&] { return ctx["receipt"].exists() || ctx["refusal"].exists(); });
  if (ctx["refusal"].exists()) throw theus::failure("refused", ctx["refusal"].as<std::string>());
  std::string number = ctx["receipt"].as<std::string>();
  co_return number;
}
// [docs:end]

}  // namespace early_return
