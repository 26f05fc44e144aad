#include "call_guard.hpp"

#include <dlfcn.h>
#include <execinfo.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "theus/journal/codec.hpp"

#include "findings.hpp"
#include "subjects.hpp"
#include "thread_watch.hpp"

namespace theus {
namespace guard {
namespace {

// Of the step that runs on this thread. Nothing is allocated unless something is found.
thread_local constinit findings* found_here = nullptr;

findings& found_in_this_step() {
  if (!found_here) found_here = new findings;
  step_of_this_thread.has_findings = true;
  return *found_here;
}

[[noreturn]] void stop_at(const found_call& found) {
  const std::string text = "theus: a workflow called " +
                           std::string(watched_calls[found.call()].name) + ": " + found.report() +
                           "\n";
  std::fputs(text.c_str(), stderr);
  std::abort();
}

// Finds out whether anything is seen.
class probe final : public call_watcher {
 public:
  guard_findings take_findings() override { return {}; }
  bool decide(std::size_t, bool, const void*) override {
    was_asked_ = true;
    return true;
  }
  bool was_asked() const noexcept { return was_asked_; }

 private:
  bool was_asked_ = false;
};

}  // namespace
}  // namespace guard

call_guard::call_guard(const guard_rules& rules) : allocator_(guard::replaced_allocator()) {
  for (std::size_t i = 0; i < guard::watched_call_count; ++i) rules_[i] = rules.by_number_[i];
  // What loads libraries and reads settings when it is first used.
  void* frame = nullptr;
  ::backtrace(&frame, 1);
  (void)journal::hash_of({});
}

guard_findings call_guard::take_findings() {
  const std::unique_ptr<guard::findings> found(std::exchange(guard::found_here, nullptr));
  return found ? found->tell(*this) : guard_findings();
}

bool call_guard::decide(std::size_t call, bool can_fail, const void* caller) {
  guard_policy how = policy_of(call);
  if (how == guard_policy::allow) return true;
  // Neither is what the workflow calls, and in both nothing may be allocated.
  if (allocator_.holds(caller) || guard::is_in_signal_handler()) return true;
  if (how == guard_policy::block && !can_fail) how = guard_policy::abort_turn;
  count(call);
  if (how == guard_policy::stop) guard::stop_at({call, caller});
  if (how == guard_policy::abort_turn) {
    auto& forbidden = guard::found_in_this_step().forbidden;
    if (!forbidden) forbidden.emplace(call, caller);
  } else if (is_new(call, caller)) {
    guard::found_in_this_step().noted.emplace_back(call, caller);
  }
  if (how == guard_policy::count || !can_fail) return true;
  // Code that waits for time to pass has to come to its end for anybody to hear of it.
  return how == guard_policy::abort_turn &&
         guard::watched_calls[call].what == guard::subject::clocks;
}

bool call_guard::is_new(std::size_t call, const void* from) {
  constexpr std::size_t most = 1'000;
  const std::lock_guard one_at_a_time(mutex_);
  return told_.size() < most && told_.emplace(call, from).second;
}

std::vector<watched_count> call_guard::counts() const {
  std::vector<watched_count> found;
  for (std::size_t i = 0; i < guard::watched_call_count; ++i) {
    const std::uint64_t calls = counts_[i].load(std::memory_order_relaxed);
    if (calls != 0) found.push_back({std::string(guard::watched_calls[i].name), calls});
  }
  return found;
}

std::optional<std::string> why_blind() {
  // Of each object file, so that the linker takes all of them: nothing else may name one.
  const char* const present[] = {
      &guard::stands_before_clocks,      &guard::stands_before_files,
      &guard::stands_before_printing,    &guard::stands_before_randomness,
      &guard::stands_before_sockets,     &guard::stands_before_streams,
      &guard::stands_before_the_process, &guard::stands_before_threads,
  };
  for (const char* each : present) asm volatile("" : : "r"(each));
  guard::probe probe;
  step_of_this_thread.guard = &probe;
  std::chrono::system_clock::now();  // from within the standard library
  step_of_this_thread.guard = nullptr;
  if (probe.was_asked()) return std::nullopt;
  return "the guard does not see what the standard library calls: libc's functions were found "
         "before Theus'. Link Theus into the program itself, or into a library that the program is "
         "linked with";
}

}  // namespace theus
