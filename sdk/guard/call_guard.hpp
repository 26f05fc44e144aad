#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "theus/guard.hpp"

#include "loaded_object.hpp"
#include "thread_watch.hpp"
#include "watched_calls.hpp"

namespace theus {

// The guard of an application.
class call_guard final : public guard::call_watcher {
 public:
  explicit call_guard(const guard_rules& rules);

  guard_findings take_findings() override;
  bool decide(std::size_t call, bool can_fail, const void* caller) override;

  guard_policy policy_of(std::size_t call) const noexcept { return rules_[call]; }
  std::vector<watched_count> counts() const;

 private:
  void count(std::size_t call) noexcept { counts_[call].fetch_add(1, std::memory_order_relaxed); }
  // Whether nobody told of this call from there yet. `from`: a return address.
  bool is_new(std::size_t call, const void* from);

  // Of an allocator that was put in libc's place.
  guard::loaded_object allocator_;
  std::array<guard_policy, guard::watched_call_count> rules_;
  std::array<std::atomic<std::uint64_t>, guard::watched_call_count> counts_{};
  std::mutex mutex_;
  std::set<std::pair<std::size_t, const void*>> told_;
};

// Why calls are not seen in this process; null if they are.
std::optional<std::string> why_blind();

}  // namespace theus
