#pragma once

#include <functional>
#include <utility>

#include "theus/operation.hpp"
#include "theus/runtime/condition_wait.hpp"

namespace theus {

class condition_node;

// See ctx.until().
class [[nodiscard("theus: an operation does nothing until it is awaited")]] condition_operation
    : public operation_base<condition_operation> {
 public:
  using result_type = void;
  using node_type = condition_node;

  explicit condition_operation(std::function<bool()> predicate)
      : predicate_(std::move(predicate)) {}

 private:
  friend class condition_node;
  std::function<bool()> predicate_;
};

class condition_node final : public condition_wait {
 public:
  using result_type = void;
  static constexpr bool is_shield = false;

  explicit condition_node(condition_operation&& wish) : predicate_(std::move(wish.predicate_)) {}

 private:
  bool holds() override { return predicate_(); }

  std::function<bool()> predicate_;
};

}  // namespace theus
