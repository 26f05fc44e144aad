#include "retry.hpp"

#include <algorithm>
#include <cmath>

#include "theus/runtime/random.hpp"

namespace theus {
namespace {

// A year: far beyond any sensible interval, and far from overflow.
constexpr double longest_interval_ms = 366.0 * 24 * 3600 * 1000;

random_seed seed_of(journal::run_id run) {
  random_seed seed;
  for (std::size_t i = 0; i < 8; ++i) {
    seed.high = seed.high << 8 | run.bytes[i];
    seed.low = seed.low << 8 | run.bytes[i + 8];
  }
  return seed;
}

}  // namespace

bool is_tried_again(const journal::schedule_activity& command, std::uint32_t number,
                    const attempt_failure& failure) {
  const auto& terms = command.retry;
  if (!failure.retryable) return false;
  if (terms.attempts != 0 && number >= terms.attempts) return false;
  return std::ranges::find(terms.non_retryable, failure.info.type) == terms.non_retryable.end();
}

std::chrono::milliseconds retry_interval(const journal::retry_terms& terms, journal::run_id run,
                                         const journal::command_id& command, std::uint32_t number) {
  const double coefficient = terms.coefficient >= 1 ? terms.coefficient : 1;
  const double limit =
      std::min(static_cast<double>(terms.maximum_interval_ms), longest_interval_ms);
  double interval =
      static_cast<double>(terms.first_interval_ms) * std::pow(coefficient, number - 1.0);
  interval = std::min(interval, limit);
  const double share = terms.jitter > 0 ? std::min(terms.jitter, 1.0) : 0;
  random_stream draws(seed_of(run), "retry/" + command.to_string() + "/" + std::to_string(number));
  interval *= 1 + share * (2 * draws.real() - 1);
  return std::chrono::milliseconds(std::max<std::int64_t>(1, std::llround(interval)));
}

std::chrono::milliseconds delay_of_next(const journal::retry_terms& terms, journal::run_id run,
                                        const journal::command_id& command, std::uint32_t number,
                                        std::optional<std::chrono::milliseconds> told) {
  if (!told) return retry_interval(terms, run, command, number);
  const std::chrono::milliseconds longest(static_cast<std::int64_t>(longest_interval_ms));
  return std::clamp(*told, std::chrono::milliseconds(1), longest);
}

// Shown with what the last attempt failed with, which is why there was no result by then.
journal::failure_info past_close(const journal::schedule_activity& command,
                                 const std::optional<journal::failure_info>& last) {
  journal::failure_info why{
      "schedule_to_close_timeout",
      "the call of " + command.activity + " took longer than its schedule_to_close",
      {}};
  if (last) why.cause.push_back(*last);
  return why;
}

journal::wall_time later(journal::wall_time from, std::chrono::microseconds delay) {
  const bool fits =
      from.time_since_epoch().count() <= 0 || delay <= journal::wall_time::max() - from;
  return fits ? from + delay : journal::wall_time::max();
}

}  // namespace theus
