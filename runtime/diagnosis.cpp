#include "theus/runtime/diagnosis.hpp"

#include <algorithm>
#include <deque>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "theus/runtime/describe.hpp"

namespace theus {
namespace {

using cause = diagnosis::cause;

// More would cost time and tell nothing new.
constexpr std::size_t most_steps = 64;
constexpr std::size_t most_calls = 256;
constexpr std::size_t most_guesses = 8;

// A command without its number, which every call before it changes.
struct call {
  std::string kind;
  std::string name;
  std::string content;
  journal::command_id id;
  journal::wall_time deadline;  // of a timer
  std::string text;             // for people

  bool same(const call& other) const {
    return kind == other.kind && name == other.name && content == other.content;
  }
  bool ends_the_run() const { return kind == "complete_run" || kind == "fail_run"; }
};

std::string without_number(const std::string& described) {
  const auto space = described.find(' ');
  return described.starts_with('#') && space != std::string::npos ? described.substr(space + 1)
                                                                  : described;
}

struct call_reader {
  journal::wall_time asked_at;

  std::optional<call> operator()(const journal::schedule_activity& c) const {
    return call{"", c.activity, c.arguments, c.id, {}, {}};
  }
  std::optional<call> operator()(const journal::start_timer& c) const {
    return call{"", "", std::to_string((c.deadline - asked_at).count()), c.id, c.deadline, {}};
  }
  std::optional<call> operator()(const journal::await_signal& c) const {
    return call{"", c.name, "", c.id, {}, {}};
  }
  std::optional<call> operator()(const journal::send_signal& c) const {
    return call{"", c.name, c.workflow_id + " " + c.value, c.id, {}, {}};
  }
  std::optional<call> operator()(const journal::open_scope& c) const {
    return call{"", c.name, c.arguments, c.id, {}, {}};
  }
  std::optional<call> operator()(const journal::complete_run& c) const {
    return call{"", "", c.result, {}, {}, {}};
  }
  std::optional<call> operator()(const journal::fail_run& c) const {
    return call{"", c.failure.type, c.failure.message, {}, {}, {}};
  }
  // They follow from others.
  std::optional<call> operator()(const journal::withdraw&) const { return std::nullopt; }
  std::optional<call> operator()(const journal::close_scope&) const { return std::nullopt; }
  std::optional<call> operator()(const journal::version_marker&) const { return std::nullopt; }
};

bool is_call(const journal::command& c) {
  return std::visit(call_reader{journal::wall_time()}, c).has_value();
}

void append_calls(std::vector<call>& to, std::span<const journal::command> commands,
                  journal::wall_time asked_at) {
  for (const auto& each : commands) {
    if (to.size() == most_calls) return;
    auto made = std::visit(call_reader{asked_at}, each);
    if (!made) continue;
    made->kind = kind_name(each);
    made->text = without_number(describe(each));
    to.push_back(std::move(*made));
  }
}

// What was recorded from the mismatch on.
class recorded_future {
 public:
  recorded_future(const mismatch& found, std::span<const journal::stored_record> later) {
    for (const auto& each : later) {
      const journal::record& r = each.value;
      const auto* turn = std::get_if<journal::turn>(&r.body);
      if (r.at == found.turn) {
        append_calls(calls, found.recorded_rest, r.raw_time);
        continue;  // its events were applied
      }
      for (const auto& event : journal::events_of(r)) note(event, r);
      if (turn) append_calls(calls, turn->commands, r.raw_time);
    }
    used_.resize(calls.size());
  }

  struct arrival {
    journal::event what;
    journal::wall_time raw_time;
    journal::wall_time time;
  };

  std::vector<call> calls;

  // How such a call ended, if one is left that did.
  std::optional<arrival> outcome_for(const call& asked) {
    for (std::size_t i = 0; i < calls.size(); ++i) {
      const auto ended = outcomes_.find(calls[i].id);
      if (used_[i] || ended == outcomes_.end() || !calls[i].same(asked)) continue;
      used_[i] = true;
      return ended->second;
    }
    return std::nullopt;
  }
  std::optional<arrival> outcome_of(const call& recorded) const {
    const auto ended = outcomes_.find(recorded.id);
    return ended == outcomes_.end() ? std::nullopt : std::optional(ended->second);
  }
  std::optional<arrival> next_message() {
    if (messages_.empty()) return std::nullopt;
    arrival next = std::move(messages_.front());
    messages_.pop_front();
    return next;
  }

 private:
  struct by_id {
    bool operator()(const journal::command_id& a, const journal::command_id& b) const {
      return std::tie(a.scope, a.number) < std::tie(b.scope, b.number);
    }
  };

  void note(const journal::event& e, const journal::record& r) {
    const arrival here{e, r.raw_time, r.time};
    if (const auto* done = std::get_if<journal::activity_completed>(&e)) {
      outcomes_.emplace(done->command, here);
    } else if (const auto* fired = std::get_if<journal::timer_fired>(&e)) {
      outcomes_.emplace(fired->command, here);
    } else if (std::holds_alternative<journal::signal_received>(e) ||
               std::holds_alternative<journal::cancel_requested>(e)) {
      messages_.push_back(here);
    }
  }

  std::map<journal::command_id, arrival, by_id> outcomes_;
  std::deque<arrival> messages_;
  std::vector<bool> used_;
};

// The code goes on, with the results that its calls had.
class continuation {
 public:
  continuation(const mismatch& found, machine& code, recorded_future& recorded,
               journal::wall_time now)
      : code_(code), recorded_(recorded), now_(now) {
    append_calls(calls, found.attempted_rest, now);
    answered_.resize(calls.size());
  }

  std::vector<call> calls;
  bool threw = false;

  void run() {
    for (std::size_t i = 0; i < most_steps && !code_.is_finished() && !threw; ++i) {
      auto next = next_arrival();
      if (!next) return;
      step(std::move(*next));
    }
  }

 private:
  using arrival = recorded_future::arrival;

  std::optional<arrival> next_arrival() {
    for (std::size_t i = 0; i < calls.size(); ++i) {
      if (answered_[i]) continue;
      auto known = recorded_.outcome_for(calls[i]);
      if (!known && guesses_ < most_guesses) known = guessed_outcome(calls[i]);
      if (!known) continue;
      answered_[i] = true;
      return readdressed(std::move(*known), calls[i]);
    }
    return recorded_.next_message();
  }

  // Of the call that was not recorded: what came of the one in its place, or nothing.
  std::optional<arrival> guessed_outcome(const call& asked) {
    if (asked.kind == kind_name(journal::start_timer())) {
      return arrival{journal::timer_fired{asked.id, asked.deadline}, asked.deadline,
                     asked.deadline};
    }
    if (asked.kind != kind_name(journal::schedule_activity())) return std::nullopt;
    ++guesses_;
    if (!recorded_.calls.empty()) {
      const call& instead = recorded_.calls.front();
      const bool alike = instead.kind == asked.kind &&
                         (instead.name == asked.name || instead.content == asked.content);
      if (alike) {
        if (auto known = recorded_.outcome_of(instead)) return known;
      }
    }
    return arrival{journal::activity_completed{asked.id, 1, std::nullopt, journal::payload("null")},
                   now_, now_};
  }

  static arrival readdressed(arrival known, const call& to) {
    if (auto* done = std::get_if<journal::activity_completed>(&known.what)) {
      done->command = to.id;
      done->attempt = 1;
      done->scheduled_for.reset();
    } else if (auto* fired = std::get_if<journal::timer_fired>(&known.what)) {
      *fired = {to.id, to.deadline};
      known.raw_time = std::max(known.raw_time, to.deadline);
    }
    return known;
  }

  void step(arrival next) {
    now_ = std::max({now_, next.raw_time, next.time});
    const auto stepped = code_.step({}, {now_, now_, {&next.what, 1}});
    const auto* draft = std::get_if<turn_draft>(&stepped);
    threw = draft == nullptr;
    if (threw) return;
    std::vector<journal::command> made;
    for (const auto& each : draft->commands) made.push_back(each.value);
    append_calls(calls, made, now_);
    answered_.resize(calls.size());
  }

  machine& code_;
  recorded_future& recorded_;
  journal::wall_time now_;
  std::vector<bool> answered_;
  std::size_t guesses_ = 0;
};

// One by one, as far as both are known.
bool agree(std::span<const call> a, std::span<const call> b) {
  const std::size_t both = std::min(a.size(), b.size());
  return std::ranges::equal(a.first(both), b.first(both), &call::same);
}

bool contains(std::span<const call> calls, const call& wanted) {
  return std::ranges::any_of(calls, [&](const call& each) { return each.same(wanted); });
}

std::span<const call> behind(const std::vector<call>& calls, std::size_t count) {
  return std::span(calls).subspan(std::min(count, calls.size()));
}

cause substitution(const call& before, const call& now) {
  if (before.ends_the_run() != now.ends_the_run()) {
    return before.ends_the_run() ? cause::call_added : cause::call_removed;
  }
  if (before.kind != now.kind) return cause::call_replaced;
  if (before.name == now.name) return cause::argument_changed;
  return before.content == now.content ? cause::call_renamed : cause::call_replaced;
}

cause compare(const std::vector<call>& recorded, const std::vector<call>& now, bool threw) {
  if (recorded.empty()) return now.empty() ? cause::unknown : cause::call_added;
  if (now.empty()) return cause::call_removed;
  const call& before = recorded.front();
  const call& instead = now.front();
  if (before.same(instead)) return cause::unknown;
  const bool comes_later = contains(behind(now, 1), before);
  const bool came_later = contains(behind(recorded, 1), instead);
  if (comes_later && came_later) {
    // Where the same calls come again and again, what follows tells.
    const bool fits_without = agree(behind(recorded, 1), now);
    const bool fits_with = agree(recorded, behind(now, 1));
    if (fits_with == fits_without) return cause::order_swapped;
    return fits_with ? cause::call_added : cause::call_removed;
  }
  if (came_later) return cause::call_removed;
  if (comes_later) return cause::call_added;
  const cause other = substitution(before, instead);
  return other == cause::call_replaced && threw ? cause::call_added : other;
}

std::string quoted(const call& c) { return "`" + c.text + "`"; }

std::string sentence_of(cause what, const std::vector<call>& recorded,
                        const std::vector<call>& now) {
  const std::string before = recorded.empty() ? "the end" : quoted(recorded.front());
  const std::string instead = now.empty() ? "nothing" : quoted(now.front());
  switch (what) {
    case cause::argument_changed:
      return "argument changed: " + before + " was recorded, the code now asks for " + instead;
    case cause::call_added:
      return "call added: " + instead +
             " was not asked for here when this was recorded; next came " + before;
    case cause::call_removed:
      return "call removed: " + before + " was recorded here, and the code no longer asks for it";
    case cause::order_swapped:
      return "order swapped: " + before + " was recorded before " + instead +
             ", the code asks for them the other way round";
    case cause::call_renamed:
      return "call renamed: " + before + " was recorded, the code asks for the same as " + instead;
    case cause::call_replaced:
      return "call replaced: " + before + " was recorded, the code asks for " + instead +
             " in its place";
    default:
      return {};
  }
}

std::string advice_for(cause what) {
  switch (what) {
    case cause::unknown:
      return {};
    case cause::state_differs:
      return "If the write was changed on purpose, let runs that began before keep the old one: "
             "if (ctx.version(\"name-of-the-change\", 0, 1) == 0) …; if it was not, it depends on "
             "something that is not recorded: an address, the order of an unordered container, "
             "memory that nobody initialised.";
    case cause::call_renamed:
      return "Keep the recorded name (only what is bound to it may change), or make it a change "
             "with versions: if (ctx.version(\"name-of-the-change\", 0, 1) == 0) …";
    case cause::throws:
      return "Mend what throws; the turn was recorded as a success, so it must be one again.";
    default:
      return "Runs that began before need the old code: keep it beside the new one, "
             "if (ctx.version(\"name-of-the-change\", 0, 1) == 0) { the old } else { the new }";
  }
}

diagnosis of_state(const mismatch& found) {
  diagnosis d{cause::state_differs, {}, advice_for(cause::state_differs)};
  if (found.differences.empty()) {
    d.sentence =
        "state differs: the same was asked for and written; the number of random draws, of "
        "operations or of signals taken is another one";
  } else {
    const field_difference& first = found.differences.front();
    d.sentence = "state differs: " + first.field + " was " + first.recorded + " and is now " +
                 first.attempted;
  }
  return d;
}

}  // namespace

const char* name(diagnosis::cause what) {
  switch (what) {
    case cause::unknown:
      return "unknown";
    case cause::argument_changed:
      return "argument changed";
    case cause::call_added:
      return "call added";
    case cause::call_removed:
      return "call removed";
    case cause::order_swapped:
      return "order swapped";
    case cause::call_renamed:
      return "call renamed";
    case cause::call_replaced:
      return "call replaced";
    case cause::state_differs:
      return "state differs";
    case cause::throws:
      return "throws";
  }
  return "?";
}

diagnosis diagnose(const mismatch& found, machine& code,
                   std::span<const journal::stored_record> later) {
  if (found.what == mismatch::kind::event_differs) return {};
  const auto says_what_changed = [](const std::optional<journal::command>& c) {
    return c && std::holds_alternative<journal::close_scope>(*c);
  };
  if (found.what == mismatch::kind::state_differs ||
      (says_what_changed(found.recorded) && says_what_changed(found.attempted))) {
    return of_state(found);
  }
  if (found.what == mismatch::kind::workflow_threw) {
    return {cause::throws, {}, advice_for(cause::throws)};
  }
  recorded_future recorded(found, later);
  const auto now = later.empty() ? journal::wall_time() : later.front().value.raw_time;
  continuation attempted(found, code, recorded, now);
  attempted.run();
  const bool is_one_call = found.recorded && found.attempted && !recorded.calls.empty() &&
                           !attempted.calls.empty() &&
                           recorded.calls.front().same(attempted.calls.front()) &&
                           is_call(*found.recorded) && is_call(*found.attempted);
  // Then it differs in how it is retried, or limited.
  const cause what = is_one_call ? cause::argument_changed
                                 : compare(recorded.calls, attempted.calls, attempted.threw);
  return {what, sentence_of(what, recorded.calls, attempted.calls), advice_for(what)};
}

void explain_cause(mismatch& found, machine& code, std::span<const journal::stored_record> later) {
  diagnosis why = diagnose(found, code, later);
  if (why.what == cause::unknown) return;
  found.cause = name(why.what);
  found.likely_cause = std::move(why.sentence);
  found.advice = std::move(why.advice);
}

}  // namespace theus
