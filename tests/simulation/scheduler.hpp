#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/execution.hpp>
#include <boost/asio/execution_context.hpp>

#include "theus/runtime/random.hpp"

namespace theus::simulation {

// All threads of a process in one: each executor is a queue, and the seed says which queue runs its
// next function. A function runs to its end before the next begins.
// Thread: one. Lifetime: longer than its executors.
class scheduler {
 public:
  enum class order {
    kept,  // a strand, or a context with one thread: first in, first out
    any,   // a pool: whichever thread is faster
  };

  explicit scheduler(random_stream choices) : choices_(std::move(choices)) {}

  // A queue of twice the weight runs twice as often: slow disks and busy shards.
  boost::asio::any_io_executor add_queue(order how, std::uint32_t weight);
  // Runs one function; false if none is ready. Called by a function that runs: one of another
  // queue, beside it, as another thread would.
  bool step();
  // Of the queues whose functions run, the one whose function called last.
  std::optional<std::size_t> running() const;
  // Forgets all that is ready, as the end of a process does.
  void drop_all();

  // Which queue ran last, and which of its functions: for the trace.
  std::uint64_t last_choice() const { return last_choice_; }
  std::size_t longest_queue() const { return longest_; }

 private:
  struct task {
    virtual ~task() = default;
    virtual void run() = 0;
  };
  template <class Function>
  struct task_of final : task {
    explicit task_of(Function f) : function(std::move(f)) {}
    void run() override { std::move(function)(); }
    Function function;
  };
  struct queue {
    order how{};
    std::uint32_t weight = 1;
    std::deque<std::unique_ptr<task>> tasks;
    bool runs = false;
    bool is_ready() const { return !runs && !tasks.empty(); }
  };
  class executor;

  void push(std::size_t to, std::unique_ptr<task> t);
  std::optional<std::size_t> choose_queue();

  random_stream choices_;
  boost::asio::execution_context context_;
  std::deque<queue> queues_;
  std::vector<std::size_t> running_;  // innermost last
  std::size_t longest_ = 0;
  std::uint64_t last_choice_ = 0;
};

}  // namespace theus::simulation
