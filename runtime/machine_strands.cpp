#include <algorithm>
#include <stdexcept>
#include <typeinfo>

#include <boost/core/demangle.hpp>

#include "theus/runtime/errors.hpp"
#include "theus/runtime/machine.hpp"

// What runs behind an event: coroutines in the order in which they became runnable, conditions when
// none is left, and the ends of scopes.
namespace theus {
namespace {

// Did a combinator give up the workflow of `lane`? Then nobody takes what it throws.
bool is_given_up(const scope& lane, const scope_list& open) {
  if (!lane.is_cancelled()) return false;
  const auto cut = lane.path().rfind('/');
  const auto around = cut == std::string::npos ? std::string() : lane.path().substr(0, cut);
  return std::ranges::none_of(
      open, [&](const scope& s) { return s.is_cancelled() && s.path() == around; });
}

struct bug_text {
  std::string type;
  std::string message;
};

// What may not cross a border (rule 12).
std::optional<bug_text> find_bug(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const cancelled&) {
  } catch (const activity_failed&) {
  } catch (const failure&) {
  } catch (const std::exception& e) {
    return bug_text{boost::core::demangle(typeid(e).name()), e.what()};
  } catch (...) {
    return bug_text{"unknown", "something that is not a std::exception was thrown"};
  }
  return std::nullopt;
}

}  // namespace

// A condition is asked when nothing else can run. The first one that holds goes on, and what comes
// of that runs, before any is asked again: so it still holds when its coroutine goes on.
void machine::run_until_quiet() {
  // What awaits commands is bounded by their number. Strands that hand a value round, or a
  // condition that always holds, would go on for ever.
  const std::size_t most = 10 * bounds_.commands_per_turn;
  std::size_t resumed = 0;
  do {
    while (!ready_.empty() && !bug_) {
      if (++resumed > most) return break_limit("resumptions of coroutines behind one event", most);
      resume_next();
    }
  } while (!bug_ && wake_condition());
}

void machine::resume_next() {
  promise_base& runnable = ready_.front();
  ready_.pop_front();
  const auto frame = runnable.frame();
  // It has ended already when it was only waiting for its tasks.
  if (!frame.done()) {
    current_ = &runnable.lane();
    frame.resume();
    current_ = nullptr;
    if (!frame.done()) return;
    runnable.lane().tasks().join(runnable);
  }
  if (!runnable.lane().tasks().is_joined()) return;
  settle_tasks(runnable);
  if (!runnable.awaited_by()) return;
  if (runnable.error() && is_given_up(runnable.lane(), scopes_)) {
    if (auto bug = find_bug(runnable.error())) note_bug(bug->type, bug->message);
  }
  runnable.awaited_by()->body_done();
}

// The scope fails with what its function threw, else with the first failure of a task that nobody
// took. What nobody will see and is a bug is said all the same.
void machine::settle_tasks(promise_base& ended) {
  for (const auto& failure : ended.lane().tasks().take_failures()) {
    if (!ended.error()) {
      ended.fail(failure);
    } else if (auto bug = find_bug(failure)) {
      note_bug(bug->type, bug->message);
    }
  }
}

bool machine::wake_condition() {
  const auto held = std::ranges::find_if(conditions_, [this](auto& each) { return ask(each); });
  if (bug_ || held == conditions_.end()) return false;
  if (applied_ && !applied_->empty()) applied_->back().woke = true;
  held->wake();
  return true;
}

bool machine::ask(condition_wait& waiting) {
  if (bug_) return false;
  current_ = &waiting.waiter();
  is_asking_ = true;
  const bool holds = waiting.ask();
  is_asking_ = false;
  current_ = nullptr;
  return holds;
}

// Time passes and numbers are drawn without anything that a shortened history would show.
void machine::refuse_in_condition(const char* call) {
  const std::logic_error bug(
      std::string("theus: a condition only looks at what the workflow has; ") + call +
      " is not for it");
  note_bug(bug);
  throw bug;
}

void machine::count_pending() {
  if (++pending_count_ > bounds_.pending_operations) {
    break_limit("operations pending at once", bounds_.pending_operations);
  }
}

std::vector<const inner_wait*> machine::inner_waits_by_scope() const {
  std::vector<std::pair<const inner_wait*, std::size_t>> placed;
  for (const inner_wait& each : inner_waits_) placed.emplace_back(&each, placed.size());
  std::ranges::sort(placed, [](const auto& a, const auto& b) {
    const auto order = journal::compare_scopes(a.first->waiter().path(), b.first->waiter().path());
    return order != 0 ? order < 0 : a.second < b.second;
  });
  std::vector<const inner_wait*> found;
  for (const auto& each : placed) found.push_back(each.first);
  return found;
}

std::vector<std::string> machine::inner_waits() const {
  std::vector<std::string> lines;
  for (const inner_wait* each : inner_waits_by_scope()) {
    const std::string& scope = each->waiter().path();
    lines.push_back(std::string(to_string(each->kind())) +
                    (scope.empty() ? std::string() : " in scope " + scope));
  }
  return lines;
}

}  // namespace theus
