#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include "theus/codec/tree.hpp"
#include "theus/refusals.hpp"
#include "theus/runtime/query_type.hpp"
#include <theus/value/path.hpp>
#include <theus/value/value.hpp>

namespace theus {

// A place in the Context of a run that is only looked at: what context_place reads, and nothing it
// writes. Reading gives values, never references into the Context.
// Errors are thrown: error_exception with wrong_type or not_found, naming the path; codec_error.
// Lifetime: the view's. Thread: any, one at a time.
class view_place {
 public:
  view_place(const value& tree, path at) : tree_(&tree), at_(std::move(at)) {}

  template <class Step>
  view_place operator[](const Step& step) const {
    return {*tree_, at_ / step};
  }
  view_place at(std::string_view json_pointer) const;
  const path& where() const { return at_; }

  bool exists() const;
  value get() const;
  std::optional<value> find() const;
  // As a T; a missing member keeps what T{} gives it.
  template <recordable T>
  T as() const {
    return from_value<T>(get());
  }
  // The same; `otherwise` when nothing is there.
  template <recordable T>
  T value_or(T otherwise) const {
    const auto found = find();
    return found ? from_value<T>(*found) : std::move(otherwise);
  }

  view_place(const view_place&) = default;
  view_place& operator=(const view_place&) = delete;
  template <class T>
    requires(!std::is_same_v<std::remove_cvref_t<T>, view_place>)
  const view_place& operator=(T&&) const {
    return refuse_to_write<T>();
  }
  template <class T>
  void put(T&&) const {
    refuse_to_write<T>();
  }
  template <class T>
  void patch(const T&) const {
    refuse_to_write<T>();
  }
  template <class... None>
  bool erase(None...) const {
    return refuse_to_write<None...>().exists();
  }

 private:
  template <class... T>
  const view_place& refuse_to_write() const {
    static_assert(refused<T...>,
                  "theus: a query only looks at the Context; what changes it is the workflow: send "
                  "it a signal");
    return *this;
  }

  const value* tree_;
  path at_;
};

// What the function that answers a query has instead of a context: the run as its last durable turn
// left it. There is nothing to await here and nothing to write.
// The Context is the run's own: a phase that is not over keeps what it wrote to itself until then.
// Lifetime: while the function runs. Thread: any, one at a time.
class view {
 public:
  explicit view(const seen_run& run) : run_(&run) {}

  view_place operator[](std::string_view key) const { return {run_->context, path() / key}; }
  // By JSON Pointer; "" is the whole Context.
  view_place at(std::string_view json_pointer) const {
    return view_place(run_->context, path()).at(json_pointer);
  }
  // The whole Context. O(1).
  const value& get() const { return run_->context; }

  const std::string& workflow_id() const { return run_->workflow_id; }
  journal::run_id run() const { return run_->run; }
  // Of the run's last turn, as ctx.now() was then: a query moves no time.
  journal::wall_time now() const { return run_->time; }
  bool is_finished() const { return run_->is_finished; }

  // ---- what only a workflow may do
  template <class... T>
  refusal call(T&&...) const {
    return refuse_to_await<T...>();
  }
  template <class... T>
  refusal sleep(T&&...) const {
    return refuse_to_await<T...>();
  }
  template <class... T>
  refusal sleep_until(T&&...) const {
    return refuse_to_await<T...>();
  }
  template <class... T>
  refusal receive(T&&...) const {
    return refuse_to_await<T...>();
  }
  template <class... T>
  refusal send(T&&...) const {
    return refuse_to_await<T...>();
  }
  template <class... T>
  refusal spawn(T&&...) const {
    return refuse_to_await<T...>();
  }
  template <class... T>
  refusal until(T&&...) const {
    return refuse_to_await<T...>();
  }
  template <class... T>
  refusal phase(T&&...) const {
    return refuse_to_await<T...>();
  }
  template <class... T>
  refusal loop(T&&...) const {
    return refuse_to_await<T...>();
  }

 private:
  template <class... T>
  static refusal refuse_to_await() {
    static_assert(refused<T...>,
                  "theus: a query answers at once, from what the run did so far: it calls nothing "
                  "and awaits nothing");
    return {};
  }

  const seen_run* run_;
};

}  // namespace theus
