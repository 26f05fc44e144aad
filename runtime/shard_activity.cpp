#include <algorithm>

#include "engine_core.hpp"
#include "retry.hpp"
#include "shard.hpp"

namespace theus {
namespace {

constexpr std::size_t longest_message_bytes = 64 * 1024;

// At most `most` bytes, not cutting a UTF-8 sequence in two.
void shorten(std::string& text, std::size_t most) {
  if (text.size() <= most) return;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0) == 0x80) --most;
  text.resize(most);
}

// What an activity says about its failure comes from outside: it is made to fit a record.
void bound(journal::failure_info& info, const journal::limits& bounds, std::size_t depth) {
  shorten(info.type, bounds.name_bytes);
  shorten(info.message, std::min(longest_message_bytes, bounds.payload_bytes));
  if (depth <= 1) {
    info.cause.clear();
  } else if (!info.cause.empty()) {
    info.cause.resize(1);
    bound(info.cause.front(), bounds, depth - 1);
  }
}

void bound(attempt_outcome& outcome, const journal::limits& bounds) {
  if (auto* failed = std::get_if<attempt_failure>(&outcome)) {
    bound(failed->info, bounds, bounds.failure_depth);
  } else if (const auto size = std::get<journal::payload>(outcome).size();
             size > bounds.payload_bytes) {
    outcome = attempt_failure{{"limit_exceeded",
                               "the result has " + std::to_string(size) + " bytes, more than " +
                                   std::to_string(bounds.payload_bytes) + " (payload_bytes)",
                               {}},
                              false};
  }
}

// Keeps the blobs of a result until it is recorded, or is dropped.
answer<void> held_until_recorded(const activity_task& task) {
  if (task.pins->empty()) return {};
  return answer<void>([pins = task.pins](const result<void>&) {});
}

// Has this attempt ended, and only the record of it is missing?
bool has_outcome(const inbox& waiting, const journal::command_id& id) {
  return std::ranges::any_of(waiting.events, [&](const journal::event& e) {
    if (const auto* done = std::get_if<journal::activity_completed>(&e)) return done->command == id;
    if (const auto* failed = std::get_if<journal::attempt_failed>(&e)) return failed->command == id;
    return false;
  });
}

}  // namespace

// After a load: what nobody runs at the moment is run.
void shard::dispatch_pending(run_slot& s) {
  s.resumed = false;
  const auto now = core_.clock.now();
  for (const auto* leaf : s.body->pending_activities()) dispatch(s, *leaf, now);
}

void shard::dispatch(run_slot& s, const activity_leaf& leaf, journal::wall_time now) {
  if (attempts_stop_ || core_.is_stopping() || s.running.contains(leaf.id())) return;
  if (has_outcome(s.incoming, leaf.id())) return;
  const auto& command = leaf.command();
  const auto& progress = leaf.attempts();
  if (progress.scheduled_for && *progress.scheduled_for > now) {
    if (*progress.scheduled_for <= later(now, core_.options.timer_horizon)) {
      timers_.add({*progress.scheduled_for, s.id, command.id, journal::timer_row::purpose::retry});
    }
    return;
  }
  if (const auto& by = command.timeouts.close_by; by && *by <= now) {
    s.incoming.push(journal::activity_completed{command.id, progress.attempt,
                                                progress.scheduled_for,
                                                past_close(command, progress.last_failure)});
    return;
  }
  if (command.at_most_once && progress.started) {
    s.incoming.push(journal::activity_completed{
        command.id, progress.attempt, progress.scheduled_for,
        journal::failure_info{"interrupted",
                              "the runtime stopped while this at-most-once attempt ran; whether "
                              "it took effect is not known",
                              {}}});
    return;
  }
  const auto type = core_.what.activities.find(command.activity);
  if (type == core_.what.activities.end()) {
    // A newer binary may bring it, so this is tried again without end, though each try is counted.
    const std::string what = "no activity named '" + command.activity + "' is bound";
    core_.report("workflow '" + s.workflow_id + "' run " + s.id.to_string() + ": " + what +
                 " in this application; it is tried again");
    add_failed_attempt(
        s, command, progress.attempt, progress.scheduled_for, {"unknown_activity", what, {}},
        later(now, retry_interval(command.retry, s.id, command.id, progress.attempt)));
    return;
  }
  auto task = std::make_shared<activity_task>(core_);
  task->shard = index_;
  task->run = s.id;
  task->workflow_id = s.workflow_id;
  task->command = command;
  task->attempt = progress.attempt;
  task->queue = core_.dispatcher.queue_of(command.activity);
  task->scheduled_for = progress.scheduled_for;
  task->type = type->second;
  task->last_failure = progress.last_failure;
  if (waited_too_long(*task, now)) {
    s.incoming.push(journal::activity_completed{command.id, task->attempt, task->scheduled_for,
                                                past_start(*task)});
    return;
  }
  watch_wait(s.running.emplace(command.id, running_attempt{task}).first->second);
  if (command.at_most_once) {
    s.incoming.push(journal::attempt_started{command.id, progress.attempt});
  } else {
    let_go_.push_back(std::move(task));
  }
}

running_attempt* shard::current(const activity_task& task) {
  run_slot* s = is_over() ? nullptr : find(task.run);
  if (!s) return nullptr;
  const auto found = s->running.find(task.command.id);
  return found != s->running.end() && found->second.task.get() == &task ? &found->second : nullptr;
}

void shard::attempts_ended() {
  for (auto& [task, outcome] : ended.take()) {
    if (current(*task)) conclude(*find(task->run), *task, std::move(outcome));
  }
}

void shard::conclude(run_slot& s, activity_task& task, attempt_outcome outcome) {
  s.running.erase(task.command.id);
  bound(outcome, core_.options.bounds);
  const bool succeeded = std::holds_alternative<journal::payload>(outcome);
  task.beats.end(!succeeded);
  const auto* failed = std::get_if<attempt_failure>(&outcome);
  if (!failed) {
    s.incoming.push(journal::activity_completed{task.command.id, task.attempt, task.scheduled_for,
                                                std::move(std::get<journal::payload>(outcome))},
                    held_until_recorded(task));
  } else if (attempts_stop_ && !task.command.at_most_once) {
    // It was asked to stop: that it did not succeed says nothing. The next open runs it again.
  } else if (is_tried_again(task.command, task.attempt, *failed)) {
    const auto interval =
        delay_of_next(task.command.retry, s.id, task.command.id, task.attempt, failed->next_delay);
    add_failed_attempt(s, task.command, task.attempt, task.scheduled_for, failed->info,
                       later(core_.clock.now(), interval));
  } else {
    s.incoming.push(journal::activity_completed{task.command.id, task.attempt, task.scheduled_for,
                                                failed->info});
  }
  make_ready(s);
}

// The next one, unless the call has ended by then.
void shard::add_failed_attempt(run_slot& s, const journal::schedule_activity& command,
                               std::uint32_t attempt,
                               std::optional<journal::wall_time> scheduled_for,
                               journal::failure_info why, journal::wall_time next) {
  const auto& close_by = command.timeouts.close_by;
  if (close_by && *close_by <= next) {
    s.incoming.push(
        journal::activity_completed{command.id, attempt, scheduled_for, std::move(why)});
  } else {
    s.incoming.push(
        journal::attempt_failed{command.id, attempt, scheduled_for, std::move(why), next});
  }
}

void shard::stop_attempt(run_slot& s, const journal::command_id& id) {
  const auto found = s.running.find(id);
  if (found == s.running.end()) return;
  found->second.task->beats.end(false);
  found->second.task->stop.request_stop();
  s.running.erase(found);
}

void shard::ask_attempts_to_stop() {
  attempts_stop_ = true;
  for (const auto& [run, s] : slots_) {
    for (auto& [id, attempt] : s->running) attempt.task->stop.request_stop();
  }
}

}  // namespace theus
