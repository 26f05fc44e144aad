#pragma once

#include <utility>

#include "theus/child.hpp"
#include "theus/phase.hpp"
#include "theus/workflow.hpp"

namespace theus {

template <class Operation>
class shield_operation;

// Runs to its end although the scope around it is cancelled: for clean-up.
template <class Operation>
class shield_node final : public wait_node, private wait_parent {
 public:
  using result_type = typename Operation::result_type;
  static constexpr bool is_shield = true;

  explicit shield_node(shield_operation<Operation>&& wish) : inner_(std::move(wish.inner_)) {}

  result_type take() { return inner_.take(); }

 private:
  void do_start(scope& in, std::source_location at) override { inner_.start(*this, in, at); }
  void do_cancel() override {}
  void child_done(wait_node& child) override { finish(child.is_failed()); }

  typename Operation::node_type inner_;
};

template <class Operation>
class [[nodiscard("theus: an operation does nothing until it is awaited")]] shield_operation
    : public operation_base<shield_operation<Operation>> {
 public:
  using result_type = typename Operation::result_type;
  using node_type = shield_node<Operation>;

  explicit shield_operation(Operation&& inner) : inner_(std::move(inner)) {}

 private:
  friend node_type;
  Operation inner_;
};

template <class R>
shield_operation<workflow<R>> shield(workflow<R>&& body) {
  body.shield();
  return shield_operation<workflow<R>>(std::move(body));
}
template <class R>
shield_operation<call_operation<R>> shield(call_operation<R>&& call) {
  return shield_operation<call_operation<R>>(std::move(call));
}
template <class R>
shield_operation<child_operation<R>> shield(child_operation<R>&& child) {
  return shield_operation<child_operation<R>>(std::move(child));
}
inline shield_operation<start_operation> shield(start_operation&& start) {
  return shield_operation<start_operation>(std::move(start));
}
inline shield_operation<sleep_operation> shield(sleep_operation&& sleep) {
  return shield_operation<sleep_operation>(std::move(sleep));
}
template <class R>
shield_operation<phase_operation<R>> shield(phase_operation<R>&& phase) {
  phase.shield();
  return shield_operation<phase_operation<R>>(std::move(phase));
}
template <class Other>
refusal shield(Other&&) {
  static_assert(refused<Other>,
                "theus: shield() takes a workflow, a phase, a call, a child or a sleep by value; "
                "move what has "
                "a name into it");
  return {};
}

}  // namespace theus
