#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "theus/runtime/reentry_node.hpp"
#include "theus/workflow.hpp"

// Re-entry points: phases here, loops in loop.hpp. Replay does not go back behind one that is over.
namespace theus {

class context;

// Any function pointer, until its type is known again.
using erased_function = void (*)();

// Of what a phase declares: a key of the Context, or a JSON Pointer if it begins with a slash.
path declared_path(std::string_view text);

template <class R>
class phase_node;

// A named part of a workflow that works on its own branch of the Context. When it ends well the
// branch is merged: what it changed and something beside it changed too is a context_conflict,
// never overwritten. When it throws, its branch is dropped; what it sent stays sent, and signals it
// took stay taken. Once it is over it is replayed as its result and changes alone, so its code may
// change. Throws what the function throws, context_conflict, cancelled.
template <class R>
class [[nodiscard("theus: an operation does nothing until it is awaited")]] phase_operation
    : public operation_base<phase_operation<R>> {
 public:
  using result_type = R;
  using node_type = phase_node<R>;
  using starter = workflow<R> (*)(context&, erased_function, const journal::payload& arguments);

  phase_operation(context& ctx, std::string name, erased_function function, starter start,
                  journal::payload arguments, reencode_function reencode)
      : context_(&ctx), function_(function), start_(start), reencode_(reencode) {
    wish_.what = journal::open_scope::kind::phase;
    wish_.name = std::move(name);
    wish_.arguments = std::move(arguments);
  }

  // The parts of the Context that it reads; together with what it writes it then reads nothing
  // else, and what something beside it changed there meanwhile is a conflict.
  template <class... Paths>
  [[nodiscard("theus: an operation does nothing until it is awaited")]] phase_operation&& reads(
      const Paths&... paths) && {
    declare(bounds_.reads, paths...);
    return std::move(*this);
  }
  // The parts of the Context that it writes; it then writes nothing else.
  template <class... Paths>
  [[nodiscard("theus: an operation does nothing until it is awaited")]] phase_operation&& writes(
      const Paths&... paths) && {
    declare(bounds_.writes, paths...);
    return std::move(*this);
  }

  // For shield(): runs although the scope around it is cancelled.
  void shield() { is_shielded_ = true; }

 private:
  friend class phase_node<R>;

  template <class... Paths>
  static void declare(std::optional<std::vector<path>>& into, const Paths&... paths) {
    if (!into) into.emplace();
    (into->push_back(declared_path(paths)), ...);
  }

  context* context_;
  erased_function function_;
  starter start_;
  reencode_function reencode_;
  journal::open_scope wish_;
  scope_contract bounds_;
  bool is_shielded_ = false;
};

template <class R>
class phase_node final : public reentry_node {
 public:
  using result_type = R;
  static constexpr bool is_shield = false;

  explicit phase_node(phase_operation<R>&& wish)
      : reentry_node(std::move(wish.wish_), wish.reencode_, std::move(wish.bounds_),
                     wish.is_shielded_),
        context_(wish.context_),
        function_(wish.function_),
        start_(wish.start_) {}

  R take() {
    rethrow();
    return received_.take(false);
  }

 private:
  body make_body(const journal::payload& arguments) override {
    frame_ = start_(*context_, function_, arguments).release();
    return {frame_, &frame_.promise()};
  }
  ending encode_ending() override {
    if constexpr (std::is_void_v<R>) {
      return journal::close_scope::completed{std::string(void_payload)};
    } else {
      return journal::close_scope::completed{encode(frame_.promise().peek())};
    }
  }
  bool accept(const journal::payload& result) override { return received_.accept(result); }

  context* context_;
  erased_function function_;
  typename phase_operation<R>::starter start_;
  std::coroutine_handle<workflow_promise<R>> frame_;
  received_value<R> received_;
};

// Calls the function with arguments as they were recorded.
template <class R, class... Params>
workflow<R> start_phase(context& ctx, erased_function function, const journal::payload& arguments) {
  const auto f = reinterpret_cast<workflow<R> (*)(context&, Params...)>(function);
  return std::apply([&](auto&&... values) { return f(ctx, std::move(values)...); },
                    decode_arguments<Params...>(arguments));
}

}  // namespace theus
