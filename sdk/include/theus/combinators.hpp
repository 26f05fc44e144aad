#pragma once

#include <cstddef>
#include <deque>
#include <stdexcept>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#include "theus/outcome.hpp"
#include "theus/runtime/group_node.hpp"
#include "theus/shield.hpp"
#include "theus/workflow.hpp"

// Structured concurrency: what is started together ends together. Operations are numbered in
// parameter order when the combination is awaited.
//
// Draws and Context writes inside the argument list of all(…) or any(…) happen in the order in
// which the compiler evaluates arguments, and compilers differ: make the operations first (rule
// 29).
namespace theus {

template <class... Operations>
class all_operation;
template <class... Operations>
class any_operation;
template <class Operation>
class all_of_operation;
template <class Operation>
class any_of_operation;

// ---- a fixed number of operations

template <class... Operations>
class fixed_group : public group_node {
 public:
  static constexpr bool is_shield = false;

 protected:
  using nodes = std::tuple<typename Operations::node_type...>;

  fixed_group(decision how, std::tuple<Operations...>&& wishes)
      : fixed_group(how, wishes, std::index_sequence_for<Operations...>{}) {}

  template <std::size_t I>
  auto take_value() {
    using result = typename std::tuple_element_t<I, std::tuple<Operations...>>::result_type;
    if constexpr (std::is_void_v<result>) {
      std::get<I>(nodes_).take();
      return std::monostate{};
    } else {
      return std::get<I>(nodes_).take();
    }
  }
  template <std::size_t I>
  bool decided_by() {
    return deciding() == &std::get<I>(nodes_);
  }

 private:
  template <std::size_t... I>
  fixed_group(decision how, std::tuple<Operations...>& wishes, std::index_sequence<I...>)
      : group_node(how), nodes_(std::move(std::get<I>(wishes))...) {
    std::size_t next = 0;
    ((children_[next++] = &std::get<I>(nodes_)), ...);
  }

  std::size_t child_count() const final { return sizeof...(Operations); }
  wait_node& child(std::size_t index) final { return *children_[index]; }

  nodes nodes_;
  wait_node* children_[sizeof...(Operations)];
};

template <class... Operations>
class all_node final : public fixed_group<Operations...> {
 public:
  using result_type = std::tuple<value_of<typename Operations::result_type>...>;

  explicit all_node(all_operation<Operations...>&& wish)
      : fixed_group<Operations...>(group_node::decision::all, std::move(wish.wishes_)) {}

  result_type take() { return take(std::index_sequence_for<Operations...>{}); }

 private:
  template <std::size_t... I>
  result_type take(std::index_sequence<I...>) {
    // The first failure is thrown, whatever its place.
    ((this->template decided_by<I>() ? void(this->template take_value<I>()) : void()), ...);
    return result_type{this->template take_value<I>()...};
  }
};

template <class... Operations>
class any_node final : public fixed_group<Operations...> {
 public:
  using result_type = std::variant<value_of<typename Operations::result_type>...>;

  explicit any_node(any_operation<Operations...>&& wish)
      : fixed_group<Operations...>(group_node::decision::any, std::move(wish.wishes_)) {}

  result_type take() { return take_from<0>(); }

 private:
  template <std::size_t I>
  result_type take_from() {
    if constexpr (I + 1 < sizeof...(Operations)) {
      if (!this->template decided_by<I>()) return take_from<I + 1>();
    }
    return result_type(std::in_place_index<I>, this->template take_value<I>());
  }
};

template <class... Operations>
class [[nodiscard("theus: an operation does nothing until it is awaited")]] all_operation
    : public operation_base<all_operation<Operations...>> {
 public:
  using node_type = all_node<Operations...>;
  using result_type = typename node_type::result_type;

  explicit all_operation(Operations&&... wishes) : wishes_(std::move(wishes)...) {}

 private:
  friend node_type;
  std::tuple<Operations...> wishes_;
};

template <class... Operations>
class [[nodiscard("theus: an operation does nothing until it is awaited")]] any_operation
    : public operation_base<any_operation<Operations...>> {
 public:
  using node_type = any_node<Operations...>;
  using result_type = typename node_type::result_type;

  explicit any_operation(Operations&&... wishes) : wishes_(std::move(wishes)...) {}

 private:
  friend node_type;
  std::tuple<Operations...> wishes_;
};

// ---- any number of operations of one type

template <class Operation>
class sequence_group : public group_node {
 public:
  static constexpr bool is_shield = false;

 protected:
  sequence_group(decision how, std::vector<Operation>&& wishes) : group_node(how) {
    for (auto& wish : wishes) nodes_.emplace_back(std::move(wish));
  }

  std::deque<typename Operation::node_type> nodes_;

 private:
  std::size_t child_count() const final { return nodes_.size(); }
  wait_node& child(std::size_t index) final { return nodes_[index]; }
};

template <class Operation>
class all_of_node final : public sequence_group<Operation> {
  using element = typename Operation::result_type;

 public:
  using result_type =
      std::conditional_t<std::is_void_v<element>, void, std::vector<value_of<element>>>;

  explicit all_of_node(all_of_operation<Operation>&& wish)
      : sequence_group<Operation>(group_node::decision::all, std::move(wish.wishes_)) {}

  result_type take() {
    for (auto& each : this->nodes_) {
      if (this->deciding() == &each) (void)each.take();
    }
    if constexpr (!std::is_void_v<element>) {
      result_type values;
      values.reserve(this->nodes_.size());
      for (auto& each : this->nodes_) values.push_back(each.take());
      return values;
    }
  }
};

// Which of several operations was first, and its value.
template <class T>
struct any_result {
  std::size_t index;
  value_of<T> value;
};

template <class Operation>
class any_of_node final : public sequence_group<Operation> {
  using element = typename Operation::result_type;

 public:
  using result_type = any_result<element>;

  explicit any_of_node(any_of_operation<Operation>&& wish)
      : sequence_group<Operation>(group_node::decision::any, std::move(wish.wishes_)) {}

  result_type take() {
    std::size_t index = 0;
    while (this->deciding() != &this->nodes_[index]) ++index;
    if constexpr (std::is_void_v<element>) {
      this->nodes_[index].take();
      return result_type{index, {}};
    } else {
      return result_type{index, this->nodes_[index].take()};
    }
  }
};

template <class Operation>
class [[nodiscard("theus: an operation does nothing until it is awaited")]] all_of_operation
    : public operation_base<all_of_operation<Operation>> {
 public:
  using node_type = all_of_node<Operation>;
  using result_type = typename node_type::result_type;

  explicit all_of_operation(std::vector<Operation>&& wishes) : wishes_(std::move(wishes)) {}

 private:
  friend node_type;
  std::vector<Operation> wishes_;
};

template <class Operation>
class [[nodiscard("theus: an operation does nothing until it is awaited")]] any_of_operation
    : public operation_base<any_of_operation<Operation>> {
 public:
  using node_type = any_of_node<Operation>;
  using result_type = typename node_type::result_type;

  explicit any_of_operation(std::vector<Operation>&& wishes) : wishes_(std::move(wishes)) {
    if (wishes_.empty()) throw std::invalid_argument("theus: any() of no operations never ends");
  }

 private:
  friend node_type;
  std::vector<Operation> wishes_;
};

// ---- what users write

// Every result, as a tuple (std::monostate for void). The first failure cancels the others, waits
// for them, and is thrown.
template <operation... Operations>
  requires(sizeof...(Operations) > 0)
all_operation<Operations...> all(Operations&&... wishes) {
  return all_operation<Operations...>(std::move(wishes)...);
}
template <operation Operation>
all_of_operation<Operation> all(std::vector<Operation>&& wishes) {
  return all_of_operation<Operation>(std::move(wishes));
}

// The first to end, with a value or a failure, as a variant whose index says which. The others are
// withdrawn, or cancelled and waited for, before it returns.
template <operation... Operations>
  requires(sizeof...(Operations) > 0)
any_operation<Operations...> any(Operations&&... wishes) {
  return any_operation<Operations...>(std::move(wishes)...);
}
template <operation Operation>
any_of_operation<Operation> any(std::vector<Operation>&& wishes) {
  return any_of_operation<Operation>(std::move(wishes));
}

template <class... Ts>
inline constexpr bool are_operations = sizeof...(Ts) > 0 && (operation<Ts> && ...);
template <class T>
inline constexpr bool are_operations<std::vector<T>> = operation<T>;

template <class... Foreign>
  requires(!are_operations<Foreign...>)
refusal all(Foreign&&...) {
  static_assert(refused<Foreign...>,
                "theus: all() takes operations and workflows by value, or one vector of them; move "
                "what has a name into it");
  return {};
}
template <class... Foreign>
  requires(!are_operations<Foreign...>)
refusal any(Foreign&&...) {
  static_assert(refused<Foreign...>,
                "theus: any() takes operations and workflows by value, or one vector of them; move "
                "what has a name into it");
  return {};
}

// Every outcome, with a value or a failure; none cancels the others. Only the cancellation of the
// scope that awaits is thrown, as by outcome_of().
template <operation... Operations>
  requires(sizeof...(Operations) > 0)
auto all_settled(Operations&&... wishes) {
  return theus::all(outcome_of(std::move(wishes))...);
}
template <operation Operation>
all_of_operation<outcome_operation<Operation>> all_settled(std::vector<Operation>&& wishes) {
  std::vector<outcome_operation<Operation>> settled;
  settled.reserve(wishes.size());
  for (auto& each : wishes) settled.push_back(outcome_of(std::move(each)));
  return theus::all(std::move(settled));
}
template <class... Foreign>
  requires(!are_operations<Foreign...>)
refusal all_settled(Foreign&&...) {
  static_assert(refused<Foreign...>,
                "theus: all_settled() takes operations and workflows by value, or one vector of "
                "them; move what has a name into it");
  return {};
}

}  // namespace theus
