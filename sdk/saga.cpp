#include "theus/saga.hpp"

#include <algorithm>

namespace theus::detail {
namespace {

// What may not cross a border is a bug, and not for anybody to collect (semantics rule 12). A
// compensation that awaited what it had cancelled has failed: nobody cancelled the scope.
void keep_first(std::exception_ptr& first, const std::exception_ptr& error) {
  std::exception_ptr kept = error;
  try {
    std::rethrow_exception(error);
  } catch (const activity_failed&) {
  } catch (const failure&) {
  } catch (const cancelled&) {
    kept =
        std::make_exception_ptr(failure("cancelled", "what a compensation awaited was cancelled"));
  }
  if (!first) first = kept;
}

std::string text_of(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const std::exception& e) {
    return e.what();
  }
}

workflow<void> compensate_in_turn(context&, saga_ref of) {
  auto& left = of->compensations;
  std::exception_ptr first;
  while (!left.empty() && !(first && of->stops_at_failure)) {
    auto last = std::move(left.back());
    left.pop_back();
    const auto ended = co_await outcome_of(std::move(last));
    if (!ended) keep_first(first, ended.error());
  }
  if (first) std::rethrow_exception(first);
}

workflow<void> compensate_in_parallel(context&, saga_ref of) {
  auto all_of_them = std::exchange(of->compensations, {});
  std::ranges::reverse(all_of_them);
  const auto ended = co_await all_settled(std::move(all_of_them));
  std::exception_ptr first;
  for (const auto& each : ended) {
    if (!each) keep_first(first, each.error());
  }
  if (first) std::rethrow_exception(first);
}

}  // namespace

shield_operation<workflow<void>> undo_all(const saga_ref& of) {
  return shield(of->is_parallel ? compensate_in_parallel(of->ctx, of)
                                : compensate_in_turn(of->ctx, of));
}

std::exception_ptr compensation_failed(const std::exception_ptr& compensation,
                                       const std::exception_ptr& cause) {
  return std::make_exception_ptr(
      failure("compensation_failed",
              text_of(compensation) + "; to be undone because of: " + text_of(cause)));
}

}  // namespace theus::detail
