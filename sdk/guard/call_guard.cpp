#include "call_guard.hpp"

#include <dlfcn.h>
#include <execinfo.h>
#include <link.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "theus/forbidden_advice.hpp"
#include "theus/journal/codec.hpp"
#include "theus/runtime/machine.hpp"

#include "call_stack.hpp"
#include "subjects.hpp"
#include "thread_watch.hpp"

namespace theus {
namespace guard {
namespace {

struct found_call {
  std::size_t call;
  call_stack stack;
  std::vector<std::source_location> awaits;  // the innermost first
};

std::string_view advice_for(const watched_call& call) {
  switch (call.what) {
    case subject::clocks:
      return lint::clock_advice;
    case subject::time_zone:
      return lint::zone_advice;
    case subject::randomness:
      return lint::draw_advice;
    case subject::sleeping:
      return lint::sleep_advice;
    case subject::threads:
      return call.name == "pthread_self" ? lint::surroundings_advice : lint::strand_advice;
    case subject::process:
    case subject::environment:
      return lint::surroundings_advice;
    case subject::files:
      return lint::file_advice;
    case subject::sockets:
      return lint::network_advice;
    case subject::printing:
      return lint::print_advice;
    case subject::locale:
      return lint::locale_advice;
  }
  return {};
}

std::string report_of(const found_call& found) {
  std::string text(advice_for(watched_calls[found.call]));
  const char* lead = "\n  called by ";
  for (const auto& line : found.stack.describe()) {
    text += lead + line;
    lead = "\n         by ";
  }
  lead = "\n  in the coroutine that went on from the await at ";
  for (const auto& at : found.awaits) {
    text += lead + std::string(at.file_name()) + ":" + std::to_string(at.line());
    lead = "\n  awaited at ";
  }
  return text;
}

}  // namespace

// What was found while a step ran. Nothing is allocated unless something is.
class turn_watch {
 public:
  constexpr turn_watch() = default;

  void begin(call_guard* rules, const machine* code) noexcept {
    rules_ = rules;
    code_ = code;
  }
  const machine* code() const noexcept { return code_; }

  bool decide(std::size_t call, bool can_fail, const void* caller) {
    if (rules_ == nullptr) {  // why_blind() looks
      saw_probe_ = true;
      return true;
    }
    guard_policy how = rules_->policy_of(call);
    if (how == guard_policy::allow) return true;
    // Neither is what the workflow calls, and in both nothing may be allocated.
    if (rules_->is_allocator(caller) || is_in_signal_handler()) return true;
    if (how == guard_policy::block && !can_fail) how = guard_policy::abort_turn;
    rules_->count(call);
    if (how == guard_policy::stop) stop(call, caller);
    if (how == guard_policy::abort_turn) {
      if (!found_) found_ = new findings;
      if (!found_->forbidden) found_->forbidden = look(call, caller);
    } else if (rules_->is_new(call, caller)) {
      if (!found_) found_ = new findings;
      found_->noted.push_back(look(call, caller));
    }
    return how == guard_policy::count || !can_fail;
  }

  guard_findings end() {
    guard_findings told;
    if (found_ == nullptr) return told;
    const std::unique_ptr<findings> found(std::exchange(found_, nullptr));
    if (found->forbidden) {
      told.forbidden = forbidden_call{std::string(watched_calls[found->forbidden->call].name),
                                      report_of(*found->forbidden)};
    }
    for (const found_call& each : found->noted) {
      const guard_policy how = rules_->policy_of(each.call);
      told.noted.push_back("the workflow called " + std::string(watched_calls[each.call].name) +
                           " (" + std::string(name(how)) + "): " + report_of(each));
    }
    return told;
  }

  bool saw_probe() const noexcept { return saw_probe_; }

 private:
  struct findings {
    std::optional<found_call> forbidden;
    std::vector<found_call> noted;
  };

  found_call look(std::size_t call, const void* caller) const {
    return {call, call_stack::from(caller), code_->awaits()};
  }

  [[noreturn]] void stop(std::size_t call, const void* caller) const {
    const std::string text = "theus: a workflow called " + std::string(watched_calls[call].name) +
                             ": " + report_of(look(call, caller)) + "\n";
    std::fputs(text.c_str(), stderr);
    std::abort();
  }

  call_guard* rules_ = nullptr;
  const machine* code_ = nullptr;
  findings* found_ = nullptr;
  bool saw_probe_ = false;
};

thread_local constinit turn_watch* current = nullptr;

namespace {

thread_local constinit turn_watch watch_of_this_thread;

}  // namespace

bool lets_through(std::size_t call, bool can_fail, const void* caller) noexcept {
  turn_watch& watch = *current;
  const unwatched by_itself;
  const int before = errno;
  const bool through = watch.decide(call, can_fail, caller);
  errno = before;
  return through;
}

time_of_turn turn_time() noexcept {
  using namespace std::chrono;
  const auto since_epoch = current->code()->now().time_since_epoch();
  const auto whole = floor<seconds>(since_epoch);
  return {static_cast<long>(whole.count()),
          static_cast<long>(nanoseconds(since_epoch - whole).count())};
}

void* find_real(const char* name) noexcept {
  const unwatched by_itself;
  if (void* const found = ::dlsym(RTLD_NEXT, name)) return found;
  std::fprintf(stderr,
               "theus: there is no %s behind the guard's: a program that is linked with -static "
               "cannot be guarded; link libc dynamically\n",
               name);
  std::abort();
}

}  // namespace guard

call_guard::call_guard(const guard_rules& rules) {
  for (std::size_t i = 0; i < guard::watched_call_count; ++i) rules_[i] = rules.by_number_[i];
  // What loads libraries and reads settings when it is first used.
  void* frame = nullptr;
  ::backtrace(&frame, 1);
  (void)journal::hash_of({});
  find_allocator();
}

// The object that malloc() is found in, unless that is libc or the program: those call nothing that
// is watched, or are what is watched.
void call_guard::find_allocator() {
  Dl_info malloc_in{};
  Dl_info free_of_guard{};
  Dl_info libc{};
  if (::dladdr(reinterpret_cast<void*>(&std::malloc), &malloc_in) == 0) return;
  ::dladdr(reinterpret_cast<void*>(&guard::lets_through), &free_of_guard);
  ::dladdr(reinterpret_cast<void*>(&::qsort), &libc);
  if (malloc_in.dli_fbase == free_of_guard.dli_fbase || malloc_in.dli_fbase == libc.dli_fbase) {
    return;
  }
  allocator_.first = reinterpret_cast<std::uintptr_t>(malloc_in.dli_fbase);
  ::dl_iterate_phdr(
      [](dl_phdr_info* object, std::size_t, void* range) {
        auto& [begin, end] = *static_cast<std::pair<std::uintptr_t, std::uintptr_t>*>(range);
        std::uintptr_t lowest = UINTPTR_MAX;
        std::uintptr_t highest = 0;
        for (int i = 0; i < object->dlpi_phnum; ++i) {
          const auto& part = object->dlpi_phdr[i];
          if (part.p_type != PT_LOAD) continue;
          lowest = std::min(lowest, object->dlpi_addr + part.p_vaddr);
          highest = std::max(highest, object->dlpi_addr + part.p_vaddr + part.p_memsz);
        }
        if (begin < lowest || begin >= highest) return 0;
        begin = lowest;
        end = highest;
        return 1;
      },
      &allocator_);
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
      &guard::stands_before_clocks,   &guard::stands_before_files,
      &guard::stands_before_printing, &guard::stands_before_randomness,
      &guard::stands_before_sockets,  &guard::stands_before_the_process,
      &guard::stands_before_threads,
  };
  for (const char* each : present) asm volatile("" : : "r"(each));
  guard::turn_watch probe;
  guard::current = &probe;
  std::chrono::system_clock::now();  // from within the standard library
  guard::current = nullptr;
  if (probe.saw_probe()) return std::nullopt;
  return "the guard does not see what the standard library calls: libc's functions were found "
         "before Theus'. Link Theus into the program itself, or into a library that the program is "
         "linked with";
}

}  // namespace theus
