#include "theus/testing/explore.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <deque>
#include <optional>
#include <set>
#include <tuple>

#include "reduce_order.hpp"
#include "rehearsal.hpp"

namespace theus::testing {
namespace {

// An execution that makes many choices takes long: it is reduced with fewer others.
constexpr std::uint64_t choices_to_reduce = 400'000;

// How often an execution departs from the usual order, where it can.
constexpr std::array<double, 4> boldnesses = {0.1, 0.3, 0.6, 1.0};

std::string text_of(const std::vector<std::uint32_t>& order) {
  std::string text;
  for (const auto each : order) text += (text.empty() ? "" : ", ") + std::to_string(each);
  return "{" + text + "}";
}

std::uint64_t departures(const std::vector<std::uint32_t>& order) {
  return order.size() - static_cast<std::uint64_t>(std::ranges::count(order, 0u));
}

// Those of an environment that a test is likely to set.
bool are_alike(const environment_options& a, const environment_options& b) {
  const auto of = [](const environment_options& each) {
    return std::tie(each.begins, each.seed, each.paranoid, each.skips_time, each.most_steps,
                    each.longest, each.real_wait);
  };
  return of(a) == of(b);
}

// How to run something again: these options, and all that decide what happens next.
std::string repeated_by(const std::string& first, const explore_options& told,
                        const std::string& order = "") {
  const explore_options usual;
  std::string text = first;
  const auto add = [&](const std::string& what) { text += (text.empty() ? "" : ", ") + what; };
  if (told.kills != usual.kills) add(".kills = " + std::to_string(told.kills));
  if (told.failures != usual.failures) add(".failures = " + std::to_string(told.failures));
  if (told.time_races != usual.time_races) {
    add(std::string(".time_races = ") + (told.time_races ? "true" : "false"));
  }
  if (!order.empty()) add(".order = " + order);
  if (!are_alike(told.environment, usual.environment)) add(".environment = …");
  return "explore({" + text + "}, …)\n";
}

// Of an order that fails: how, when it is run once more to be shown.
std::string failure_of(const rehearsal& seen, const rehearsal& shown) {
  if (shown.kind() == seen.kind()) return shown.failure() + "\n";
  return seen.failure() + "\nThe scenario does not do the same each time: with the same order it " +
         (shown.holds() ? "then held" : "then failed otherwise: " + shown.failure()) + "\n";
}

class explorer {
 public:
  explorer(const explore_options& options, const application& what, const scenario& run)
      : options_(options), what_(what), run_(run), begun_(std::chrono::steady_clock::now()) {}

  exploration draw();
  exploration try_every();
  exploration repeat();

 private:
  rehearsal execute(choices& order, bool writes_transcript = false);
  // One of those that are explored.
  rehearsal explore_one(choices& order);
  exploration holds(const std::string& text);
  exploration is_skipped(const rehearsal& seen) {
    return holds("the scenario is skipped: " + *seen.skipped() + "\n");
  }
  exploration fails(const rehearsal& seen, const choices& order, std::optional<std::uint64_t> seed);
  std::string rate() const;

  const explore_options& options_;
  const application& what_;
  const scenario& run_;
  std::chrono::steady_clock::time_point begun_;
  std::set<std::vector<std::uint32_t>> orders_;
  exploration::figures counted_;
};

choices drawn_from(std::uint64_t seed) {
  random_stream draws({seed, 0}, "order");
  const double boldness = boldnesses[draws.uniform<std::size_t>(0, boldnesses.size() - 1)];
  return {std::move(draws), boldness};
}

rehearsal explorer::execute(choices& order, bool writes_transcript) {
  scenario_control control;
  control.order = &order;
  control.kills = options_.kills;
  control.failures = options_.failures;
  control.time_races = options_.time_races;
  control.writes_transcript = writes_transcript;
  return {what_, options_.environment, run_, control};
}

rehearsal explorer::explore_one(choices& order) {
  rehearsal seen = execute(order);
  orders_.insert(order.made());
  ++counted_.executions;
  counted_.orders = orders_.size();
  counted_.seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - begun_).count();
  return seen;
}

std::string explorer::rate() const {
  const double rate = static_cast<double>(counted_.executions) / std::max(counted_.seconds, 1e-6);
  return std::to_string(counted_.executions) + " executions, " + std::to_string(counted_.orders) +
         " different orders, " + std::to_string(static_cast<std::uint64_t>(rate)) +
         " executions per second\n";
}

exploration explorer::holds(const std::string& text) {
  return {true, text + rate(), counted_, options_.seed, {}};
}

// Of the reduced order: what failed, the steps up to there, how to see it again.
exploration explorer::fails(const rehearsal& seen, const choices& order,
                            std::optional<std::uint64_t> seed) {
  const auto budget = std::min<std::uint64_t>(
      options_.reductions, 1 + choices_to_reduce / std::max<std::uint64_t>(order.all().size(), 1));
  const auto reduced =
      reduce_order(order.made(), budget, [&](const std::vector<std::uint32_t>& candidate) {
        choices given(candidate);
        const bool is_alike = execute(given).kind() == seen.kind();
        return is_alike ? std::optional(given.made()) : std::nullopt;
      });
  choices given(reduced);
  const auto last = execute(given, true);
  std::string text = seed ? "seed " + std::to_string(*seed) + ": " : "";
  text += failure_of(seen, last) + "the steps up to there (*: not as usual):\n" + last.transcript();
  text += reduced.empty() ? "this is the usual order: " +
                                repeated_by(".executions = 1, .every = true", options_)
                          : "this order alone: " + repeated_by("", options_, text_of(reduced));
  if (seed) {
    text += "from the seed: " +
            repeated_by(".seed = " + std::to_string(*seed) + ", .executions = 1", options_);
  }
  return {false, text + rate(), counted_, seed.value_or(options_.seed), reduced};
}

exploration explorer::draw() {
  for (std::uint64_t i = 0; i < options_.executions; ++i) {
    choices order = drawn_from(options_.seed + i);
    const auto seen = explore_one(order);
    if (seen.skipped()) return is_skipped(seen);
    if (!seen.holds()) return fails(seen, order, options_.seed + i);
  }
  return holds("");
}

// What is known of an order up to its last departure leads to all that depart once more behind it.
exploration explorer::try_every() {
  std::deque<std::vector<std::uint32_t>> waiting = {{}};
  std::optional<std::uint64_t> left_out;  // the least departures of an order that is not tried
  while (!waiting.empty() && counted_.executions < options_.executions) {
    const auto begin = std::move(waiting.front());
    waiting.pop_front();
    choices order(begin);
    const auto seen = explore_one(order);
    if (seen.skipped()) return is_skipped(seen);
    if (!seen.holds()) return fails(seen, order, std::nullopt);
    for (std::size_t at = begin.size(); at < order.all().size(); ++at) {
      std::vector<std::uint32_t> next(order.all().begin(),
                                      order.all().begin() + static_cast<std::ptrdiff_t>(at));
      next.push_back(0);
      while (++next.back() < order.among()[at]) {
        if (counted_.executions + waiting.size() < options_.executions) {
          waiting.push_back(next);
        } else if (!left_out) {
          left_out = departures(next);
        }
      }
    }
  }
  counted_.is_every = !left_out;
  return holds(counted_.is_every ? "every order holds\n"
                                 : "all orders that depart from the usual one less than " +
                                       std::to_string(*left_out) + " times hold\n");
}

exploration explorer::repeat() {
  choices order(options_.order);
  const auto seen = explore_one(order);
  if (seen.skipped()) return is_skipped(seen);
  const auto misfit = order.first_misfit();
  if (seen.holds() && !misfit) return holds("this order holds\n");
  std::string text;
  if (misfit) {
    text = "this order is not one of this scenario with these options: its entry " +
           std::to_string(misfit->at + 1) + " is " + std::to_string(options_.order[misfit->at]) +
           ", where it is chosen from " + std::to_string(misfit->among) + "; 0 was taken instead\n";
  }
  choices again(options_.order);
  const auto shown = execute(again, true);
  text += seen.holds() ? "it holds then\n" : failure_of(seen, shown);
  text += "the steps up to there (*: not as usual):\n" + shown.transcript();
  return {false, text, counted_, options_.seed, options_.order};
}

}  // namespace

exploration explore(const explore_options& options, const application& what, const scenario& run) {
  explorer with(options, what, run);
  if (!options.order.empty()) return with.repeat();
  if (options.executions == 0) return {false, "no execution was asked for\n", {}, 0, {}};
  return options.every ? with.try_every() : with.draw();
}

exploration explore(std::uint64_t executions, const application& what, const scenario& run) {
  return explore(explore_options{.executions = executions}, what, run);
}

}  // namespace theus::testing
