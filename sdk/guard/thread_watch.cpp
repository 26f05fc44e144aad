#include "thread_watch.hpp"

#include <chrono>

#include "theus/runtime/machine.hpp"

namespace theus::guard {

bool lets_through(std::size_t call, bool can_fail, const void* caller) noexcept {
  const unwatched by_itself;
  const int before = errno;
  // An engine may have been given a guard that watches something else.
  const auto watcher = dynamic_cast<call_watcher*>(by_itself.guard());
  const bool through = watcher == nullptr || watcher->decide(call, can_fail, caller);
  errno = before;
  return through;
}

time_of_turn turn_time() noexcept {
  using namespace std::chrono;
  const auto since_epoch = step_of_this_thread.code->now().time_since_epoch();
  const auto whole = floor<seconds>(since_epoch);
  return {static_cast<long>(whole.count()),
          static_cast<long>(nanoseconds(since_epoch - whole).count())};
}

}  // namespace theus::guard
