#pragma once

#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "theus/activity_binding.hpp"
#include "theus/context.hpp"
#include "theus/guard.hpp"
#include "theus/query_binding.hpp"
#include "theus/runtime/engine.hpp"
#include "theus/update_binding.hpp"
#include "theus/workflow_binding.hpp"

namespace theus {

class call_guard;

// What a binary can run: its workflows and activities by name. A value like any other: nothing
// registers itself, and a process may have several.
class application {
 public:
  application();

  // Adds a workflow function, or a captureless lambda with the parameters of one. Throws
  // std::invalid_argument when the name is taken.
  template <class R, class... Args>
  application& add(std::string name, workflow<R> (*function)(context&, Args...)) {
    add_workflow(std::make_shared<workflow_binding<R, Args...>>(std::move(name), function));
    return *this;
  }
  // The same for one that other workflows start as a child: it has to take and give what they say.
  template <class R, class... Params, class Function>
  application& add(child_workflow<R(Params...)> what, Function function) {
    static_assert(std::is_convertible_v<Function, workflow<R> (*)(context&, Params...)>,
                  "theus: this function does not take and give what the child workflow it is added "
                  "as says");
    return add(std::string(what.name()), function);
  }
  template <class Lambda>
    requires(!std::is_pointer_v<std::decay_t<Lambda>> && std::is_class_v<std::decay_t<Lambda>>)
  application& add(std::string name, Lambda lambda) {
    static_assert(
        std::is_empty_v<Lambda>,
        "theus: a workflow cannot be a capturing lambda; pass what it needs as arguments");
    return add(std::move(name), +lambda);
  }

  template <class Other>
  application& add(std::string, Other) {
    static_assert(refused<Other>,
                  "theus: a workflow is a function theus::workflow<R> f(theus::context&, Args...)");
    return *this;
  }

  // How long the records of this workflow's runs stay once checkpoints stand for them; unless told,
  // all of them stay. Throws std::invalid_argument when no workflow of that name was added.
  //   app.add("subscribe", subscribe).retain("subscribe", theus::keep_for(90 * 24h));
  application& retain(const std::string& workflow, const retention& how);

  // What happens when its workflows call what replay would not repeat; unless told, the turn is
  // aborted (theus/guard.hpp).
  //   app.guard(theus::guard_rules().set("getenv", theus::guard_policy::count));
  application& guard(const guard_rules& rules);
  // In order of the functions' names, since the rules were set.
  std::vector<watched_count> watched_calls() const;

  // Says what an activity does. A plain function runs on the thread pool and may block; one that
  // returns boost::asio::awaitable runs on the event loop and may not. Either may take
  // `theus::attempt&` as an additional first parameter; what parameters refer to lives until the
  // attempt ends. Throws std::invalid_argument when bound before.
  template <class R, class... Params, class Function>
  application& bind(activity<R(Params...)> what, Function function) {
    add_activity(std::make_shared<activity_binding<R(Params...), Function>>(what.name(),
                                                                            std::move(function)));
    return *this;
  }

  // Says what answers a query about runs of a workflow: a function, or a lambda that captures
  // nothing, that takes a `theus::view` and the parameters of the query. It is called on the run's
  // shard between two turns, and its code is watched as theirs is. What it throws reaches who
  // asked. Throws std::invalid_argument when no workflow of that name was added, or when the query
  // was bound to it before.
  //   app.bind("checkout", how_far, [](theus::view run) { return run["done"].as<int>(); });
  template <class R, class... Params, class Function>
  application& bind(const std::string& workflow, query<R(Params...)> what, Function function) {
    if constexpr (answers_query<Function, R, Params...>()) {
      add_query(workflow, std::make_shared<query_binding<R(Params...), Function>>(
                              what.name(), std::move(function)));
    }
    return *this;
  }

  // Says what happens in a run of a workflow that is updated: a workflow function, or a lambda
  // that captures nothing, that takes a context and the parameters of the update, and returns its
  // answer. It runs beside the run's function, on the same Context; the run does not end before
  // it. With a validator, which takes a `theus::view` and the parameters, an update is refused when
  // that throws: before anything is recorded. The validator runs on the run's shard between two
  // turns, once for each request: it has to be quick. Throws std::invalid_argument when no workflow
  // of that name was added, or when the update was bound to it before.
  //   app.bind("cart", add, add_to_cart, [](theus::view run, const item& i) { … });
  template <class R, class... Params, class Function>
  application& bind(const std::string& workflow, update<R(Params...)> what, Function handler) {
    return bind(workflow, what, std::move(handler), no_validator());
  }
  template <class R, class... Params, class Function, class Validator>
  application& bind(const std::string& workflow, update<R(Params...)> what, Function handler,
                    Validator validator) {
    if constexpr (handles_update<Function, R, Params...>()) {
      if constexpr (is_validator<Validator, Params...>()) {
        add_update(workflow, std::make_shared<update_binding<R(Params...), Validator>>(
                                 what.name(), handler, std::move(validator)));
      }
    }
    return *this;
  }

  // Says what attempts of these activities wait for before they begin, beside one another: how many
  // run at once, how many begin in a second, who is first (theus/runtime/activity_queue.hpp). An
  // activity is in one queue at most; it need not be bound yet. Throws std::invalid_argument when
  // the name is taken, an activity is in another queue, or a limit is out of its range.
  //   app.queue("payments", {.at_once = 4, .per_second = 10}, charge, refund);
  template <class... Signatures>
  application& queue(const std::string& name, const queue_limits& limits,
                     activity<Signatures>... members) {
    static_assert(sizeof...(Signatures) > 0, "theus: a queue without activities does nothing");
    return add_queue(name, limits, {members.name()...});
  }

  const registry& bound() const { return registry_; }

 private:
  void add_workflow(std::shared_ptr<const workflow_type> type);
  void add_query(const std::string& workflow, std::shared_ptr<const query_type> type);
  void add_update(const std::string& workflow, std::shared_ptr<const update_type> type);
  void add_activity(std::shared_ptr<const activity_type> type);
  application& add_queue(const std::string& name, const queue_limits& limits,
                         const std::vector<std::string>& activities);

  registry registry_;
  std::shared_ptr<call_guard> guard_;
};

}  // namespace theus
