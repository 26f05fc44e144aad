#pragma once

#include <exception>
#include <optional>
#include <utility>
#include <variant>

#include "theus/operation.hpp"

// Errors as values.
namespace theus {

// What an operation came to. Compensation cannot be awaited in a catch block (C++ forbids it):
// await the outcome, look, then compensate.
template <class R>
class [[nodiscard]] outcome {
 public:
  explicit outcome(value_of<R> value) : value_(std::move(value)) {}
  explicit outcome(std::exception_ptr error) : error_(std::move(error)) {}

  bool has_value() const { return !error_; }
  explicit operator bool() const { return has_value(); }
  // Throws the error if there is one.
  value_of<R>& value() {
    if (error_) std::rethrow_exception(error_);
    return *value_;
  }
  const std::exception_ptr& error() const { return error_; }

 private:
  std::optional<value_of<R>> value_;
  std::exception_ptr error_;
};

template <class Operation>
class outcome_operation;

template <class Operation>
class outcome_node final : public wait_node, private wait_parent {
  using element = typename Operation::result_type;

 public:
  using result_type = outcome<element>;
  static constexpr bool is_shield = false;

  explicit outcome_node(outcome_operation<Operation>&& wish) : inner_(std::move(wish.inner_)) {}

  // Only the cancellation of the scope that awaits is thrown: it does not concern the operation.
  result_type take() {
    try {
      if constexpr (std::is_void_v<element>) {
        inner_.take();
        return result_type(std::monostate{});
      } else {
        return result_type(inner_.take());
      }
    } catch (const cancelled&) {
      if (in_->is_cancelled()) throw;
      return result_type(std::current_exception());
    } catch (...) {
      return result_type(std::current_exception());
    }
  }

 private:
  void do_start(scope& in, std::source_location at) override {
    in_ = &in;
    inner_.start(*this, in, at);
  }
  void do_cancel() override { inner_.cancel(); }
  void child_done(wait_node&) override { finish(false); }

  typename Operation::node_type inner_;
  const scope* in_ = nullptr;
};

template <class Operation>
class [[nodiscard("theus: an operation does nothing until it is awaited")]] outcome_operation
    : public operation_base<outcome_operation<Operation>> {
 public:
  using node_type = outcome_node<Operation>;
  using result_type = typename node_type::result_type;

  explicit outcome_operation(Operation&& inner) : inner_(std::move(inner)) {}

 private:
  friend node_type;
  Operation inner_;
};

template <operation Operation>
outcome_operation<Operation> outcome_of(Operation&& wish) {
  return outcome_operation<Operation>(std::move(wish));
}
template <class Foreign>
  requires(!operation<Foreign>)
refusal outcome_of(Foreign&&) {
  static_assert(refused<Foreign>,
                "theus: outcome_of() takes an operation or a workflow by value; move what has a "
                "name into it");
  return {};
}

}  // namespace theus
