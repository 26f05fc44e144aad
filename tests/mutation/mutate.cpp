#include "mutation/mutate.hpp"

#include <functional>
#include <utility>

namespace theus::mutation {
namespace {

enum class effect { none, call, state };

// What is observed first when the step begins.
effect first_effect(const step& s) {
  if (s.op == "put" || s.op == "erase" || s.op == "draw") return effect::state;
  if (s.op == "trip" || s.op == "versioned") return effect::none;
  if (s.op == "phase" || s.op == "loop" || s.parts.empty()) return effect::call;
  return first_effect(s.parts.front());
}

bool is_list(const step& s) {
  return s.op == "sequence" || s.op == "repeat" || s.op == "phase" || s.op == "loop";
}
bool is_concurrent(const step& s) { return s.op == "all" || s.op == "any"; }
bool is_named(const step& s) {
  return s.op == "call" || s.op == "receive" || s.op == "limited" || s.op == "send" ||
         s.op == "phase" || s.op == "loop";
}

const char* cause_of(effect what, const char* of_calls) {
  return what == effect::call ? of_calls : what == effect::state ? "state differs" : "";
}

step* find_in(step& in, std::int64_t uid) { return const_cast<step*>(find(in, uid)); }

step added_call() {
  step added = leaf("call", "added", 77);
  added.uid = 9'001;
  return added;
}

step added_put() {
  step added = leaf("put", {}, 77, "added");
  added.uid = 9'002;
  return added;
}

std::string shown(const step& s) {
  return s.op + (s.name.empty() ? "" : " " + s.name) + (s.key.empty() ? "" : " " + s.key);
}

class mutator {
 public:
  explicit mutator(const step& script) : script_(script) {}

  std::vector<mutation> all() {
    visit(script_);
    return std::move(made_);
  }

 private:
  using edit = std::function<void(step&)>;

  mutation& add(std::string kind, std::string what, std::int64_t uid, const edit& change,
                std::string cause, place first) {
    mutation m;
    m.kind = std::move(kind);
    m.what = m.kind + " " + std::move(what);
    m.script = script_;
    change(*find_in(m.script, uid));
    m.cause = std::move(cause);
    m.first = std::move(first);
    made_.push_back(std::move(m));
    return made_.back();
  }

  void visit(const step& s) {
    if (is_list(s)) in_a_list(s);
    if (is_concurrent(s)) in_a_group(s);
    of_itself(s);
    for (const step& each : s.parts) visit(each);
  }

  void in_a_list(const step& s) {
    for (std::size_t i = 0; i < s.parts.size(); ++i) {
      const bool is_last = i + 1 == s.parts.size();
      // Behind it a version would be asked for where the code did not ask.
      if (is_last || s.parts[i + 1].op != "versioned") drop(s, i);
      if (i + 1 < s.parts.size()) swap(s, i);
      const step& here = s.parts[i];
      const auto at = static_cast<std::ptrdiff_t>(i);
      add("add", "a call before " + shown(here), s.uid,
          [at](step& list) { list.parts.insert(list.parts.begin() + at, added_call()); },
          "call added", {here.uid, "begin"});
      add("add", "a write before " + shown(here), s.uid,
          [at](step& list) { list.parts.insert(list.parts.begin() + at, added_put()); },
          "state differs", {here.uid, "begin"});
    }
    add("add", "a call at the end of " + shown(s), s.uid,
        [](step& list) { list.parts.push_back(added_call()); }, "call added", {s.uid, "end"});
    if (s.op != "sequence") return;
    // Any of these changes, made with a version, fits.
    add("version", "around all of " + shown(s), s.uid,
        [](step& list) {
          step before = list;
          step now = list;
          before.uid += 5'000;
          now.uid += 6'000;
          now.parts.insert(now.parts.begin(), added_call());
          step asks = group("versioned", {std::move(before), std::move(now)}, "added a call");
          list.parts.assign(1, std::move(asks));
        },
        "", {s.uid, "begin"});
  }

  void drop(const step& s, std::size_t i) {
    const step& here = s.parts[i];
    if (here.op == "versioned") return;
    mutation& m = add(
        "drop", shown(here), s.uid,
        [i](step& list) { list.parts.erase(list.parts.begin() + static_cast<std::ptrdiff_t>(i)); },
        cause_of(first_effect(here), "call removed"), {here.uid, "begin"});
    if (first_effect(here) == effect::call) {
      m.told_by = place{here.uid, "done"};
      m.otherwise = {"call replaced", "call renamed", "argument changed"};
    }
    if (here.op == "put") m.heals = erased(here.key);
  }

  void swap(const step& s, std::size_t i) {
    const step& one = s.parts[i];
    const step& two = s.parts[i + 1];
    const effect first = first_effect(one);
    const effect second = first_effect(two);
    if (first == effect::none || second == effect::none) return;
    std::string cause = "order swapped";
    if (first == effect::state || second == effect::state) cause = "state differs";
    const bool both_write = first == effect::state && second == effect::state;
    const bool one_turn = one.op == "send" || two.op == "send";
    if ((both_write && (one.op != "draw" || two.op != "draw")) ||
        (cause == "state differs" && !both_write && one_turn)) {
      cause.clear();
    }
    mutation& m = add("swap", shown(one) + " and " + shown(two), s.uid,
                      [i](step& list) { std::swap(list.parts[i], list.parts[i + 1]); },
                      std::move(cause), {one.uid, "begin"});
    if (m.cause == "state differs" && !both_write) {
      m.heals = first == effect::state ? place{two.uid, "done"} : place{two.uid, "begin"};
    }
    if (m.cause == "order swapped") {
      m.told_by = place{two.uid, "done"};
      m.otherwise = {"call added", "call removed", "call replaced", "call renamed",
                     "argument changed"};
    }
  }

  void in_a_group(const step& s) {
    const place begin{s.uid, "begin"};
    for (std::size_t i = 0; i < s.parts.size(); ++i) {
      add(
          "drop", shown(s.parts[i]) + " of " + s.op, s.uid,
          [i](step& list) {
            list.parts.erase(list.parts.begin() + static_cast<std::ptrdiff_t>(i));
          },
          "call removed", begin);
      if (i + 1 == s.parts.size()) break;
      add(
          "swap", shown(s.parts[i]) + " and " + shown(s.parts[i + 1]) + " of " + s.op, s.uid,
          [i](step& list) { std::swap(list.parts[i], list.parts[i + 1]); }, "order swapped", begin);
    }
    add(
        "add", "a call to " + s.op, s.uid, [](step& list) { list.parts.push_back(added_call()); },
        "call added", begin);
  }

  void of_itself(const step& s) {
    const place begin{s.uid, "begin"};
    const std::string called = shown(s);
    if (s.uid == script_.uid) {
      add("result", "of the run", s.uid, [](step& it) { it.number += 1; }, "argument changed",
          {s.uid, "end"});
    }
    if (is_named(s)) {
      add("rename", called, s.uid, [](step& it) { it.name += "_again"; }, "call renamed", begin);
    }
    if (s.op == "call") {
      add("argument", called, s.uid, [](step& it) { it.number += 1; }, "argument changed", begin);
      add(
          "argument", "retries of " + called, s.uid, [](step& it) { it.attempts += 7; },
          "argument changed", begin);
      add(
          "widen", "the argument of " + called, s.uid, [](step& it) { it.is_wide = true; }, "",
          begin);
    }
    if (s.op == "sleep" || s.op == "until" || s.op == "limited" || s.op == "send") {
      add("argument", called, s.uid, [](step& it) { it.number += 1; }, "argument changed", begin);
    }
    if (s.op == "put") {
      mutation& m =
          add("write", called, s.uid, [](step& it) { it.number += 1; }, "state differs", begin);
      m.heals = erased(s.key);
    }
    if (!s.key.empty() && s.op != "send" && s.op != "erase" && s.op != "put") {
      add("write", "what " + called + " gives elsewhere", s.uid,
          [](step& it) { it.key += "_elsewhere"; }, "state differs", {s.uid, "done"});
    }
    if (s.op == "repeat" || s.op == "loop") {
      const std::string last = "round " + std::to_string(s.number);
      const bool is_loop = s.op == "loop";
      add("bound", "of " + s.op + " lowered", s.uid, [](step& it) { it.number -= 1; },
          "call removed", {s.uid, is_loop ? "round " + std::to_string(s.number - 1) : last});
      add("bound", "of " + s.op + " raised", s.uid, [](step& it) { it.number += 1; }, "call added",
          {s.uid, is_loop ? last : "over"});
    }
  }

  std::optional<place> erased(const std::string& key) const {
    const std::function<const step*(const step&)> search = [&](const step& in) -> const step* {
      if (in.op == "erase" && in.key == key) return &in;
      for (const step& each : in.parts) {
        if (const step* found = search(each)) return found;
      }
      return nullptr;
    };
    const step* found = search(script_);
    return found ? std::optional(place{found->uid, "begin"}) : std::nullopt;
  }

  const step& script_;
  std::vector<mutation> made_;
};

}  // namespace

std::vector<mutation> mutations_of(const step& script) { return mutator(script).all(); }

}  // namespace theus::mutation
