#pragma once

#include <optional>
#include <string>
#include <utility>

#include "theus/phase.hpp"

namespace theus {

// How an iteration of a loop ends: with the state of the next one, or for good.
template <class State>
struct again_with {
  State state;
};
template <class State>
again_with<std::decay_t<State>> again(State&& state) {
  return {std::forward<State>(state)};
}
struct stop_loop {};
inline constexpr stop_loop stop{};

// What the workflow function of an iteration returns:
//   theus::workflow<theus::next<cycle>> bill_month(theus::context& ctx, cycle c) {
//     …
//     if (c.remaining == 0) co_return theus::stop;
//     co_return theus::again(cycle{…});
//   }
template <class State>
class next {
 public:
  using state_type = State;

  next(stop_loop) {}
  template <class Other>
    requires std::convertible_to<Other, State>
  next(again_with<Other> how) : state_(std::move(how.state)) {}

  const std::optional<State>& state() const { return state_; }

 private:
  std::optional<State> state_;
};

template <class State>
class loop_node;

// Iterations one after the other, each a phase of its own with the state that the one before
// returned: each works on a branch of the Context, which is merged when it ends. Replay begins with
// the iteration that runs, however many came before it. An iteration that throws ends the loop.
template <class State>
class [[nodiscard("theus: an operation does nothing until it is awaited")]] loop_operation
    : public operation_base<loop_operation<State>> {
 public:
  using result_type = void;
  using node_type = loop_node<State>;
  using function = workflow<next<State>> (*)(context&, State);

  loop_operation(context& ctx, std::string name, function iteration, const State& first)
      : context_(&ctx), function_(iteration) {
    wish_.what = journal::open_scope::kind::loop;
    wish_.name = std::move(name);
    wish_.arguments = encode(first);
  }

 private:
  friend class loop_node<State>;

  context* context_;
  function function_;
  journal::open_scope wish_;
};

template <class State>
class loop_node final : public reentry_node {
 public:
  using result_type = void;
  static constexpr bool is_shield = false;

  explicit loop_node(loop_operation<State>&& wish)
      : reentry_node(std::move(wish.wish_), &reencode_value<State>, {}),
        context_(wish.context_),
        function_(wish.function_) {}

  void take() const { rethrow(); }

 private:
  body make_body(const journal::payload& state) override {
    frame_ = function_(*context_, decode<State>(state)).release();
    return {frame_, &frame_.promise()};
  }
  ending encode_ending() override {
    const auto& state = frame_.promise().peek().state();
    if (state) return journal::close_scope::again{encode(*state)};
    return journal::close_scope::completed{std::string(void_payload)};
  }
  bool accept(const journal::payload&) override { return false; }

  context* context_;
  typename loop_operation<State>::function function_;
  std::coroutine_handle<workflow_promise<next<State>>> frame_;
};

}  // namespace theus
