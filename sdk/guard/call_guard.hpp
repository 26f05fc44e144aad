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
#include "theus/runtime/turn_guard.hpp"

#include "loaded_object.hpp"
#include "watched_calls.hpp"

namespace theus {

// The guard of an application.
class call_guard final : public turn_guard {
 public:
  explicit call_guard(const guard_rules& rules);

  void enter(const machine& code) noexcept override;
  guard_findings leave() override;

  guard_policy policy_of(std::size_t call) const noexcept { return rules_[call]; }
  void count(std::size_t call) noexcept { counts_[call].fetch_add(1, std::memory_order_relaxed); }
  // Whether this is the code of an allocator that was put in libc's place.
  bool is_allocator(const void* caller) const noexcept { return allocator_.holds(caller); }
  // Whether nobody told of this call from there yet. `from`: a return address.
  bool is_new(std::size_t call, const void* from);
  std::vector<watched_count> counts() const;

 private:
  guard::loaded_object allocator_;
  std::array<guard_policy, guard::watched_call_count> rules_;
  std::array<std::atomic<std::uint64_t>, guard::watched_call_count> counts_{};
  std::mutex mutex_;
  std::set<std::pair<std::size_t, const void*>> told_;
};

// Why calls are not seen in this process; null if they are.
std::optional<std::string> why_blind();

}  // namespace theus
