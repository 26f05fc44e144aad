#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include <boost/intrusive/list.hpp>

#include "theus/journal/ids.hpp"
#include "theus/runtime/random.hpp"
#include "theus/runtime/scope_tasks.hpp"

namespace theus {

class branch;
class machine;
class wait_node;
class promise_base;

// One strand of a run: the workflow function itself or a workflow it awaits. A scope gives the
// numbers of its commands, has a random stream of its own and is what a cancellation marks
// (semantics rules 18 and 26). Lives in the promise of its coroutine.
class scope : public boost::intrusive::list_base_hook<
                  boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  // The root scope. Its path is "".
  scope(machine& owner, promise_base& body);
  // A scope opened by the command `number` of `parent`.
  scope(scope& parent, std::uint32_t number, promise_base& body, bool shielded);
  // Of a phase or iteration, with a branch of the Context for itself.
  scope(scope& parent, std::string path, promise_base& body, branch& own, bool shielded);
  scope(const scope&) = delete;
  scope& operator=(const scope&) = delete;

  machine& owner() const { return owner_; }
  // Null: the root, which has none.
  const scope* parent() const { return parent_; }
  promise_base& body() const { return body_; }
  const std::string& path() const { return path_; }
  std::uint32_t depth() const { return depth_; }
  // What reads and writes of the Context go to.
  branch& context() const { return context_; }
  // Signals that were taken in this scope, by their numbers; those of a phase or iteration are
  // recorded when it closes.
  void took(std::span<const std::uint64_t> signals);

  std::uint32_t take_number() { return next_number_++; }
  std::uint32_t next_number() const { return next_number_; }

  random_stream& random();
  std::uint64_t draws() const { return random_ ? random_->draws() : 0; }

  // What runs beside the function itself.
  scope_tasks& tasks() { return tasks_; }

  // Marks the scope and withdraws what it waits for; scopes opened later are born cancelled.
  void cancel();
  bool is_cancelled() const { return cancelled_; }

 private:
  machine& owner_;
  const scope* parent_ = nullptr;
  promise_base& body_;
  branch& context_;
  std::string path_;
  std::uint32_t depth_ = 0;
  std::uint32_t next_number_ = 1;
  bool cancelled_ = false;
  std::optional<random_stream> random_;
  scope_tasks tasks_;
};

using scope_list = boost::intrusive::list<scope, boost::intrusive::constant_time_size<false>>;

}  // namespace theus
