#include "theus/runtime/short_history.hpp"

#include <algorithm>
#include <iterator>
#include <set>

namespace theus {
namespace {

struct scope_of_command {
  const std::string* operator()(const journal::complete_run&) const { return nullptr; }
  const std::string* operator()(const journal::fail_run&) const { return nullptr; }
  const std::string* operator()(const journal::version_marker& c) const { return &c.scope; }
  const std::string* operator()(const journal::complete_update&) const { return nullptr; }
  const std::string* operator()(const auto& c) const { return &c.id.scope; }
};

struct scope_of_event {
  const std::string* operator()(const journal::started&) const { return nullptr; }
  const std::string* operator()(const journal::signal_received&) const { return nullptr; }
  const std::string* operator()(const journal::cancel_requested&) const { return nullptr; }
  const std::string* operator()(const journal::terminated&) const { return nullptr; }
  const std::string* operator()(const journal::paused&) const { return nullptr; }
  const std::string* operator()(const journal::resumed&) const { return nullptr; }
  const std::string* operator()(const journal::update_accepted&) const { return nullptr; }
  const std::string* operator()(const auto& e) const { return &e.command.scope; }
};

}  // namespace

bool is_covered(const journal::command& c, const finished_scopes& over) {
  if (const auto* closed = std::get_if<journal::close_scope>(&c)) {
    if (over.is_over(closed->id, closed->iteration)) return true;
  }
  const std::string* scope = std::visit(scope_of_command{}, c);
  return scope && over.covers(*scope);
}

bool is_covered(const journal::event& e, const finished_scopes& over) {
  const std::string* scope = std::visit(scope_of_event{}, e);
  return scope && over.covers(*scope);
}

std::vector<journal::command> left_of(const std::vector<journal::command>& commands,
                                      const finished_scopes& over) {
  std::vector<journal::command> left;
  std::ranges::copy_if(commands, std::back_inserter(left),
                       [&](const journal::command& c) { return !is_covered(c, over); });
  return left;
}

void short_history::add(journal::sequence at, std::vector<applied_step> steps,
                        const std::vector<journal::command>& commands,
                        const finished_scopes& over) {
  append({at, std::move(steps), left_of(commands, over)});
}

void short_history::append(short_turn turn) {
  turns_.push_back({turn.at, {}, std::move(turn.commands)});
  for (applied_step& each : turn.steps) {
    if (auto* closed = std::get_if<closed_scope>(&each.what)) {
      closed->how.changes.clear();
      forget_before(*closed);
    }
    turns_.back().steps.push_back(std::move(each));
  }
  if (turns_.back().steps.empty() && turns_.back().commands.empty()) turns_.pop_back();
}

std::vector<short_turn> short_history::release(
    const std::function<bool(std::uint64_t signal)>& is_dropped) {
  drop_attempts();
  // Without what is dropped, more ends may follow each other.
  for (short_turn& turn : std::exchange(turns_, {})) {
    std::erase_if(turn.steps,
                  [&](const applied_step& s) { return s.signal && is_dropped(s.signal); });
    append(std::move(turn));
  }
  return std::move(turns_);
}

// Of each activity only its last failed attempt counts, and what started behind that; none once
// there is a result.
void short_history::drop_attempts() {
  std::set<journal::command_id> failed;
  std::set<journal::command_id> started;
  for (auto turn = turns_.rbegin(); turn != turns_.rend(); ++turn) {
    std::vector<applied_step> left;
    for (auto step = turn->steps.rbegin(); step != turn->steps.rend(); ++step) {
      if (const auto* e = std::get_if<journal::event>(&step->what)) {
        if (const auto* done = std::get_if<journal::activity_completed>(e)) {
          failed.insert(done->command);
          started.insert(done->command);
        } else if (const auto* f = std::get_if<journal::attempt_failed>(e)) {
          started.insert(f->command);
          if (!failed.insert(f->command).second) continue;
        } else if (const auto* s = std::get_if<journal::attempt_started>(e)) {
          if (!started.insert(s->command).second) continue;
        }
      }
      left.push_back(std::move(*step));
    }
    std::ranges::reverse(left);
    turn->steps = std::move(left);
  }
}

// With nothing but other ends since then, nobody saw what an earlier iteration left behind, but
// those whose condition held then.
void short_history::forget_before(closed_scope& newer) {
  for (std::size_t t = turns_.size(); t-- > 0;) {
    auto& steps = turns_[t].steps;
    for (std::size_t i = steps.size(); i-- > 0;) {
      const auto* closed = std::get_if<closed_scope>(&steps[i].what);
      if (!closed) return;
      if (closed->how.id != newer.how.id) continue;
      if (steps[i].woke) return;
      // What is still open around both records in its turn which signals were taken in it.
      auto& taken = newer.how.consumed;
      taken.insert(taken.begin(), closed->how.consumed.begin(), closed->how.consumed.end());
      steps.erase(steps.begin() + static_cast<std::ptrdiff_t>(i));
      const bool is_gone = steps.empty() && turns_[t].commands.empty() && t + 1 != turns_.size();
      if (is_gone) turns_.erase(turns_.begin() + static_cast<std::ptrdiff_t>(t));
      return;
    }
  }
}

}  // namespace theus
