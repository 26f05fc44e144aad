#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "activity_task.hpp"

namespace theus {

struct ended_attempt {
  std::shared_ptr<activity_task> task;
  attempt_outcome outcome;
};

// Attempts that ended and whose shard has not heard of it: it hears of all there are at once.
// Thread: any.
class outcome_box {
 public:
  // True: somebody has to tell the shard to `take`.
  bool put(std::shared_ptr<activity_task> task, attempt_outcome outcome) {
    const std::lock_guard lock(mutex_);
    ended_.push_back({std::move(task), std::move(outcome)});
    return !std::exchange(is_told_, true);
  }
  // The shard could not be told.
  void was_not_told() {
    const std::lock_guard lock(mutex_);
    is_told_ = false;
  }
  std::vector<ended_attempt> take() {
    const std::lock_guard lock(mutex_);
    is_told_ = false;
    return std::exchange(ended_, {});
  }

 private:
  std::mutex mutex_;
  std::vector<ended_attempt> ended_;
  bool is_told_ = false;
};

}  // namespace theus
