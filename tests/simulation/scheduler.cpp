#include "simulation/scheduler.hpp"

#include <algorithm>

#include "theus/runtime/shard_seat.hpp"

namespace theus::simulation {

namespace execution = boost::asio::execution;

// What Asio asks of an executor; it never runs a function inside the call that submits it.
class scheduler::executor {
 public:
  executor(scheduler& owner, std::size_t index) : owner_(&owner), index_(index) {}

  boost::asio::execution_context& query(execution::context_t) const noexcept {
    return owner_->context_;
  }
  static constexpr execution::blocking_t query(execution::blocking_t) noexcept {
    return execution::blocking.never;
  }
  template <class Function>
  void execute(Function f) const {
    owner_->push(index_, std::make_unique<task_of<Function>>(std::move(f)));
  }
  friend bool operator==(const executor&, const executor&) noexcept = default;

 private:
  scheduler* owner_;
  std::size_t index_;
};

boost::asio::any_io_executor scheduler::add_queue(order how, std::uint32_t weight) {
  queues_.push_back({how, weight, {}});
  return executor(*this, queues_.size() - 1);
}

void scheduler::push(std::size_t to, std::unique_ptr<task> t) {
  auto& tasks = queues_[to].tasks;
  tasks.push_back(std::move(t));
  longest_ = std::max(longest_, tasks.size());
}

std::optional<std::size_t> scheduler::running() const {
  return running_.empty() ? std::nullopt : std::optional(running_.back());
}

std::optional<std::size_t> scheduler::choose_queue() {
  std::uint64_t weights = 0;
  for (const auto& each : queues_) weights += each.is_ready() ? each.weight : 0;
  if (weights == 0) return std::nullopt;
  auto drawn = choices_.uniform<std::uint64_t>(0, weights - 1);
  for (std::size_t i = 0;; ++i) {
    if (!queues_[i].is_ready()) continue;
    if (drawn < queues_[i].weight) return i;
    drawn -= queues_[i].weight;
  }
}

bool scheduler::step() {
  const auto chosen = choose_queue();
  if (!chosen) return false;
  auto& from = queues_[*chosen];
  std::size_t place = 0;
  if (from.how == order::any) place = choices_.uniform<std::size_t>(0, from.tasks.size() - 1);
  const auto at = from.tasks.begin() + static_cast<std::ptrdiff_t>(place);
  const auto next = std::move(*at);
  from.tasks.erase(at);
  last_choice_ = *chosen << 32 | place;

  struct running_here {
    scheduler& in;
    running_here(scheduler& s, std::size_t index) : in(s) {
      in.running_.push_back(index);
      in.queues_[index].runs = true;
    }
    ~running_here() {
      in.queues_[in.running_.back()].runs = false;
      in.running_.pop_back();
    }
  } const running(*this, *chosen);
  try {
    next->run();
  } catch (const seat_lost&) {
    // The thread that ran it is of no more use to its shard; another one goes on with this queue.
  }
  return true;
}

// What is destroyed may submit more.
void scheduler::drop_all() {
  for (bool dropped = true; dropped;) {
    dropped = false;
    for (auto& each : queues_) dropped |= !std::exchange(each.tasks, {}).empty();
  }
}

}  // namespace theus::simulation
