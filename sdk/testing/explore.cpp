#include "theus/testing/explore.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <set>

#include "reduce_order.hpp"
#include "rehearsal.hpp"

namespace theus::testing {
namespace {

// How often an execution departs from the usual order, where it can.
constexpr std::array<double, 4> boldnesses = {0.1, 0.3, 0.6, 1.0};

class explorer {
 public:
  explorer(const explore_options& options, const application& what, const scenario& run)
      : options_(options), what_(what), run_(run) {}

  rehearsal execute(choices& order, bool writes_transcript) {
    ++executions_;
    scenario_control control;
    control.order = &order;
    control.kills = options_.kills;
    control.time_races = options_.time_races;
    control.writes_transcript = writes_transcript;
    return {what_, options_.environment, run_, control};
  }

  std::uint64_t executions() const { return executions_; }

 private:
  const explore_options& options_;
  const application& what_;
  const scenario& run_;
  std::uint64_t executions_ = 0;
};

choices drawn_from(std::uint64_t seed) {
  random_stream draws({seed, 0}, "order");
  const double boldness = boldnesses[draws.uniform<std::size_t>(0, boldnesses.size() - 1)];
  return {std::move(draws), boldness};
}

std::string text_of(const std::vector<std::uint32_t>& order) {
  std::string text;
  for (const auto each : order) text += (text.empty() ? "" : ", ") + std::to_string(each);
  return "{" + text + "}";
}

// Of the reduced order: what failed, the steps up to there, how to see it again.
std::string report_of(const rehearsal& failed, const std::vector<std::uint32_t>& order) {
  return failed.failure() + "\nthe steps up to there (*: not as usual):\n" + failed.transcript() +
         (order.empty() ? "this is the usual order: the scenario fails in any environment\n"
                        : "this order alone: explore({.order = " + text_of(order) + "}, …)\n");
}

std::string rate_of(const exploration::figures& counted) {
  const double rate = static_cast<double>(counted.executions) / std::max(counted.seconds, 1e-6);
  return std::to_string(counted.executions) + " executions, " + std::to_string(counted.orders) +
         " different orders, " + std::to_string(static_cast<std::uint64_t>(rate)) +
         " executions per second\n";
}

exploration repeat(explorer& with, std::vector<std::uint32_t> order, std::uint64_t seed) {
  choices given(order);
  const auto seen = with.execute(given, true);
  const exploration::figures counted{1, 1, 0};
  return {seen.holds(), seen.holds() ? "this order holds\n" : report_of(seen, order), counted, seed,
          std::move(order)};
}

}  // namespace

exploration explore(const explore_options& options, const application& what, const scenario& run) {
  explorer with(options, what, run);
  if (!options.order.empty()) return repeat(with, options.order, options.seed);
  std::set<std::vector<std::uint32_t>> orders;
  exploration::figures counted;
  const auto begun = std::chrono::steady_clock::now();
  const auto count = [&] {
    counted.orders = orders.size();
    counted.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  };
  for (std::uint64_t i = 0; i < options.executions; ++i) {
    const auto seed = options.seed + i;
    choices order = drawn_from(seed);
    ++counted.executions;
    const auto seen = with.execute(order, false);
    orders.insert(order.made());
    if (seen.holds()) continue;
    count();
    const auto reduced = reduce_order(
        order.made(), options.reductions, [&](const std::vector<std::uint32_t>& candidate) {
          choices given(candidate);
          const bool is_alike = with.execute(given, false).kind() == seen.kind();
          return is_alike ? std::optional(given.made()) : std::nullopt;
        });
    choices given(reduced);
    const auto last = with.execute(given, true);
    return {false,
            "seed " + std::to_string(seed) + ": " + report_of(last, reduced) +
                "from the seed: explore({.seed = " + std::to_string(seed) +
                ", .executions = 1}, …)\n" + rate_of(counted),
            counted, seed, reduced};
  }
  count();
  return {true, rate_of(counted), counted, options.seed, {}};
}

exploration explore(std::uint64_t executions, const application& what, const scenario& run) {
  return explore(explore_options{.executions = executions}, what, run);
}

}  // namespace theus::testing
