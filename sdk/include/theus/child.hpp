#pragma once

#include <exception>
#include <string>
#include <utility>

#include "theus/operation.hpp"

// Child workflows: runs of their own that a run starts and waits for.
namespace theus {

template <class Signature>
class child_workflow;

// What becomes of a child that is open when its parent's run ends (Temporal's parent close policy):
// `abandon`, it goes on; `cancel`, it is asked to cancel; `terminate`, it ends too.
using parent_close = journal::parent_close;

// Names a workflow that other workflows start, with what it takes and gives. Workflows call it by
// this name, which is recorded; `application::add` says what it is, and holds the function against
// it. A binary that only starts such children does not need the function. Like an activity's name.
//
//   constexpr theus::child_workflow<receipt(order)> pay{"pay"};
template <class R, class... Args>
class child_workflow<R(Args...)> {
  static_assert(recordable_result<R>(), "");
  static_assert((recordable_parameter<Args>() && ...), "");

 public:
  constexpr explicit child_workflow(const char* type) : name_(type) {}
  constexpr const char* name() const { return name_; }

 private:
  const char* name_;
};

template <class R>
class child_node;

// What is said of the run that is to begin, before it is awaited.
template <class Self>
class child_wish : public operation_base<Self> {
 public:
  // The workflow id; at most limits::name_bytes. While another run has it this one does not begin.
  // Unless given, or "", it is made of the parent's run id and the number of the command: nobody
  // else has that.
  [[nodiscard("theus: an operation does nothing until it is awaited")]] Self&& id(
      std::string workflow_id) && {
    command_.workflow_id = std::move(workflow_id);
    return std::move(static_cast<Self&>(*this));
  }
  // What becomes of it when the run that asked for it ends first.
  [[nodiscard("theus: an operation does nothing until it is awaited")]] Self&& on_parent_close(
      parent_close what) && {
    command_.on_parent_close = what;
    return std::move(static_cast<Self&>(*this));
  }
  template <class Other>
  refusal on_parent_close(Other&&) && {
    static_assert(refused<Other>,
                  "theus: say what becomes of the child: theus::parent_close::abandon, cancel or "
                  "terminate");
    return {};
  }

 protected:
  child_wish(journal::start_child command, reencode_function reencode)
      : command_(std::move(command)), reencode_(reencode) {}

  journal::start_child command_;
  reencode_function reencode_;
};

// Starts a run and waits for its end. The run is one like any other: it has its own journal, shard
// and Context, may be signalled, and is found by its workflow id. It is started once, however often
// its parent is replayed or its message is delivered; a binary that does not have its type keeps it
// waiting, like any run. Throws child_failed; cancelled, when what waits is cancelled: then the
// child is asked to cancel, which nobody waits for (loses of `any` likewise). While another run has
// its workflow id it is refused, and this throws child_failed.
// Only by being terminated can the parent end before it, as the code of a run that ends by itself
// has withdrawn or awaited it: then, unless on_parent_close says otherwise, it is cancelled.
template <class R>
class [[nodiscard("theus: an operation does nothing until it is awaited")]] child_operation
    : public child_wish<child_operation<R>> {
 public:
  using result_type = R;
  using node_type = child_node<R>;

  child_operation(const char* type, journal::payload arguments, reencode_function reencode)
      : child_wish<child_operation>({{}, {}, type, std::move(arguments)}, reencode) {}

 private:
  friend class child_node<R>;
};

template <class R>
class child_node final : public child_leaf {
 public:
  using result_type = R;
  static constexpr bool is_shield = false;

  explicit child_node(child_operation<R>&& wish)
      : child_leaf(std::move(wish.command_), wish.reencode_) {}

  R take() { return received_.take(was_withdrawn()); }

  journal::payload result_like(const journal::payload& other) const override {
    if constexpr (std::is_void_v<R>) {
      return "null";
    } else {
      return payload_like<R>(other);
    }
  }

 private:
  bool accept(const journal::payload& value) override { return received_.accept(value); }
  bool accept(const child_failed& failure) override {
    received_.accept(std::make_exception_ptr(failure));
    return true;
  }

  received_value<R> received_;
};

class start_node;

// Starts a run that nobody waits for. Awaiting it records the wish, as of a signal that is sent:
// the run begins once that is durable, and goes on whatever becomes of who started it, unless
// on_parent_close says otherwise. While another run has its workflow id it does not begin, which
// the engine reports.
class [[nodiscard("theus: an operation does nothing until it is awaited")]] start_operation
    : public child_wish<start_operation> {
 public:
  using result_type = void;
  using node_type = start_node;

  start_operation(const char* type, journal::payload arguments, reencode_function reencode)
      : child_wish({{}, {}, type, std::move(arguments), true}, reencode) {}

 private:
  friend class start_node;
};

class start_node final : public start_leaf {
 public:
  using result_type = void;
  static constexpr bool is_shield = false;

  explicit start_node(start_operation&& wish)
      : start_leaf(std::move(wish.command_), wish.reencode_) {}
};

}  // namespace theus
