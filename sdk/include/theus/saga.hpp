#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include <boost/smart_ptr/intrusive_ptr.hpp>

#include "theus/combinators.hpp"
#include "theus/context.hpp"

namespace theus {

namespace detail {

// What a saga and its copies share.
struct saga_state {
  explicit saga_state(context& of) : ctx(of) {}

  context& ctx;
  std::vector<workflow<void>> compensations;
  bool is_parallel = false;
  bool stops_at_failure = false;
  std::uint32_t uses = 0;

  friend void intrusive_ptr_add_ref(saga_state* s) { ++s->uses; }
  friend void intrusive_ptr_release(saga_state* s) {
    if (--s->uses == 0) delete s;
  }
};
using saga_ref = boost::intrusive_ptr<saga_state>;

shield_operation<workflow<void>> undo_all(const saga_ref& of);

template <class Operation>
workflow<void> await_only(context&, Operation wish) {
  (void)co_await std::move(wish);
}

// failure "compensation_failed", which names both.
std::exception_ptr compensation_failed(const std::exception_ptr& compensation,
                                       const std::exception_ptr& cause);

template <class R>
workflow<R> compensated(context&, saga_ref undo, workflow<R> body);

}  // namespace detail

// How to undo what has been done, should the rest fail. A compensation is an operation: a call, a
// workflow, a phase; it is added when there is something to undo, and awaited, if at all, by
// compensate(). The last one added goes first. Nothing is undone by destroying a saga: it holds
// wishes, and a run that is evicted must not act.
// Copies share one, so that a workflow takes it by value. Of one run; no compensation may hold its
// own saga. After Garcia-Molina and Salem, "Sagas" (1987).
class saga {
 public:
  using bound_to_run = void;

  explicit saga(context& ctx) : state_(new detail::saga_state(ctx)) {}

  template <operation Operation>
  void add(Operation compensation) const {
    state_->compensations.push_back(detail::await_only(state_->ctx, std::move(compensation)));
  }

  // All at once instead of one after the other.
  saga& parallel() {
    state_->is_parallel = true;
    return *this;
  }
  // Unless told, a compensation that fails stops no other: all are tried, then the first failure is
  // thrown. With this the rest stays as it is, for compensate() to be called again. In parallel all
  // are tried.
  saga& stop_at_failure() {
    state_->stops_at_failure = true;
    return *this;
  }

  // Runs to its end also in a scope that is cancelled. What was awaited once is not again: called a
  // second time it does nothing, or what was added since.
  // Throws the first failure of a compensation.
  shield_operation<workflow<void>> compensate() const { return detail::undo_all(state_); }
  // Awaits the workflow, as a scope of its own, and compensates when it throws one of the errors
  // that cross a border (cancelled, activity_failed, failure), which is then thrown. A bug undoes
  // nothing: its turn does not exist. Throws failure "compensation_failed" when that fails as well.
  template <class R>
  workflow<R> run(workflow<R> body) const {
    return detail::compensated(state_->ctx, state_, std::move(body));
  }
  std::size_t size() const { return state_->compensations.size(); }

 private:
  detail::saga_ref state_;
};

template <class R>
workflow<R> detail::compensated(context&, saga_ref undo, workflow<R> body) {
  std::exception_ptr cause;
  try {
    if constexpr (std::is_void_v<R>) {
      co_await std::move(body);
      co_return;
    } else {
      R value = co_await std::move(body);
      co_return value;
    }
  } catch (const cancelled&) {
    cause = std::current_exception();
  } catch (const activity_failed&) {
    cause = std::current_exception();
  } catch (const failure&) {
    cause = std::current_exception();
  }
  std::exception_ptr worse;
  try {
    co_await undo_all(undo);
  } catch (const activity_failed&) {
    worse = std::current_exception();
  } catch (const failure&) {
    worse = std::current_exception();
  }
  std::rethrow_exception(worse ? compensation_failed(worse, cause) : cause);
}

}  // namespace theus
