#include "call_guard.hpp"

#include <dlfcn.h>
#include <execinfo.h>

#include <chrono>
#include <cstdlib>

#include "theus/journal/codec.hpp"

#include "subjects.hpp"
#include "thread_watch.hpp"
#include "turn_watch.hpp"

namespace theus {
namespace guard {
namespace {

// As `current`: one instruction, also in a shared object.
thread_local constinit turn_watch watch_of_this_thread __attribute__((tls_model("initial-exec")));

}  // namespace
}  // namespace guard

call_guard::call_guard(const guard_rules& rules) : allocator_(guard::replaced_allocator()) {
  for (std::size_t i = 0; i < guard::watched_call_count; ++i) rules_[i] = rules.by_number_[i];
  // What loads libraries and reads settings when it is first used.
  void* frame = nullptr;
  ::backtrace(&frame, 1);
  (void)journal::hash_of({});
}

void call_guard::enter(const machine& code) noexcept {
  guard::watch_of_this_thread.begin(this, &code);
  guard::current = &guard::watch_of_this_thread;
}

guard_findings call_guard::leave() {
  guard::current = nullptr;
  return guard::watch_of_this_thread.end();
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
  guard::turn_watch probe;
  guard::current = &probe;
  std::chrono::system_clock::now();  // from within the standard library
  guard::current = nullptr;
  if (probe.was_asked()) return std::nullopt;
  return "the guard does not see what the standard library calls: libc's functions were found "
         "before Theus'. Link Theus into the program itself, or into a library that the program is "
         "linked with";
}

}  // namespace theus
