#include "findings.hpp"

#include <string_view>

#include "theus/forbidden_advice.hpp"
#include "theus/runtime/machine.hpp"

#include "call_guard.hpp"
#include "watched_calls.hpp"

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

}  // namespace

found_call::found_call(std::size_t call, const void* caller)
    : call_(call), stack_(call_stack::from(caller)), awaits_(step_of_this_thread.code->awaits()) {}

std::string found_call::report() const {
  std::string text(advice_for(watched_calls[call_]));
  const char* lead = "\n  called by ";
  for (const auto& line : stack_.describe()) {
    text += lead + line;
    lead = "\n         by ";
  }
  lead = "\n  in the coroutine that went on from the await at ";
  for (const auto& at : awaits_) {
    text += lead + std::string(at.file_name()) + ":" + std::to_string(at.line());
    lead = "\n  awaited at ";
  }
  return text;
}

guard_findings findings::tell(const call_guard& rules) const {
  guard_findings told;
  if (forbidden) {
    told.forbidden =
        forbidden_call{std::string(watched_calls[forbidden->call()].name), forbidden->report()};
  }
  for (const found_call& each : noted) {
    const guard_policy how = rules.policy_of(each.call());
    told.noted.push_back("the workflow called " + std::string(watched_calls[each.call()].name) +
                         " (" + std::string(name(how)) + "): " + each.report());
  }
  return told;
}

}  // namespace theus::guard
