#include "polling.hpp"

namespace polling {

using namespace std::chrono_literals;

// [docs:rarely]
theus::workflow<std::string> poll_rarely(theus::context& ctx, std::string job) {
  // An attempt that finds nothing fails. The next one begins from the journal, in about a minute:
  // meanwhile the run may leave memory, and failed attempts make no turns.
  theus::retry_policy every_minute;
  every_minute.first_interval = 1min;
  every_minute.coefficient = 1;
  std::string answer =
      co_await ctx.call(fetch, job).retry(every_minute).start_to_close(10s).non_retryable("lost");
  co_return answer;
}
// [docs:end]

namespace {

// [docs:in_turns]
theus::workflow<theus::next<std::string>> ask_once(theus::context& ctx, std::string job) {
  const auto found = co_await ctx.call(look, job);
  if (found) {
    ctx["found"] = *found;
    co_return theus::stop;
  }
  const auto reason = co_await ctx.receive(given_up).within(10min);
  if (reason) {
    ctx["given_up"] = *reason;
    co_return theus::stop;
  }
  co_return theus::again(job);
}
// [docs:end]

}  // namespace

// [docs:in_turns]

theus::workflow<std::optional<std::string>> poll_in_turns(theus::context& ctx, std::string job) {
  co_await ctx.loop("asking", ask_once, job);  // replay begins with the question asked last
  co_return ctx["found"].value_or<std::optional<std::string>>({});
}
// [docs:end]

// [docs:often]
theus::workflow<std::string> poll_often(theus::context& ctx, std::string job) {
  // One attempt watches for an hour at most. When it is cut short, by that or by a crash, the next
  // one goes on watching: there is nothing that it would have to know.
  std::string answer = co_await ctx.call(watch, job).start_to_close(1h);
  co_return answer;
}
// [docs:end]

}  // namespace polling
