#include "turn_watch.hpp"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>

#include "theus/forbidden_advice.hpp"
#include "theus/runtime/machine.hpp"

#include "call_guard.hpp"
#include "thread_watch.hpp"

namespace theus::guard {
namespace {

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

thread_local constinit turn_watch* current = nullptr;

bool turn_watch::decide(std::size_t call, bool can_fail, const void* caller) {
  if (rules_ == nullptr) {
    was_asked_ = true;
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
  if (how == guard_policy::count || !can_fail) return true;
  // Code that waits for time to pass has to come to its end for anybody to hear of it.
  return how == guard_policy::abort_turn && watched_calls[call].what == subject::clocks;
}

guard_findings turn_watch::tell() {
  guard_findings told;
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

found_call turn_watch::look(std::size_t call, const void* caller) const {
  return {call, call_stack::from(caller), code_->awaits()};
}

void turn_watch::stop(std::size_t call, const void* caller) const {
  const std::string text = "theus: a workflow called " + std::string(watched_calls[call].name) +
                           ": " + report_of(look(call, caller)) + "\n";
  std::fputs(text.c_str(), stderr);
  std::abort();
}

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

}  // namespace theus::guard
