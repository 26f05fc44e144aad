#include <algorithm>

#include "engine_core.hpp"
#include "retry.hpp"
#include "shard.hpp"

// What ends an attempt, or a call, that takes too long. Deadlines are moments and recorded; what an
// attempt may take, and how long it may be silent, is counted anew by the process that runs it.
namespace theus {
namespace {

// Heartbeats are looked at so often in the time that they may stay out. So many looks in a row
// without one are never less than that time, however the clock jumps, and hardly more.
constexpr std::uint32_t looks_per_timeout = 4;

std::chrono::milliseconds milliseconds_of(std::uint64_t count) {
  return std::chrono::milliseconds(std::min<std::uint64_t>(count, 1ULL << 53));
}

// When the attempt has to have begun, if it has to.
std::optional<journal::wall_time> start_limit(const activity_task& task) {
  const auto& limits = task.command.timeouts;
  if (!limits.start_by || !task.scheduled_for) return limits.start_by;
  return later(*task.scheduled_for, milliseconds_of(limits.schedule_to_start_ms));
}

std::string attempt_name(const activity_task& task) {
  return "attempt " + std::to_string(task.attempt);
}

}  // namespace

void shard::watch_wait(running_attempt& attempt) {
  const auto& task = attempt.task;
  auto first = task->has_begun() || attempt.may_wait ? std::nullopt : start_limit(*task);
  const auto& close_by = task->command.timeouts.close_by;
  if (close_by && (!first || *close_by < *first)) first = close_by;
  attempt.deadline.reset();
  if (!first) return;
  attempt.deadline =
      core_.clock.set_alarm(core_.where.shards[index_], *first,
                            core_.guarded_on_shard(index_, [this, task] { wait_ended(task); }));
}

void shard::wait_ended(const std::shared_ptr<activity_task>& task) {
  running_attempt* attempt = current(*task);
  if (!attempt) return;
  const auto now = core_.clock.now();
  const auto& close_by = task->command.timeouts.close_by;
  if (close_by && *close_by <= now) {
    return time_out(task, past_close(task->command, task->last_failure), false);
  }
  if (waited_too_long(*task, now) && task->try_give_up()) {
    return time_out(task, past_start(*task), false);
  }
  const auto limit = start_limit(*task);
  attempt->may_wait = limit && *limit <= now;
  watch_wait(*attempt);
}

// One that had begun in an earlier process did not: it waits now because that one ended.
bool shard::waited_too_long(const activity_task& task, journal::wall_time now) {
  const auto limit = start_limit(task);
  if (!limit || *limit > now) return false;
  const auto row = core_.journal.heartbeat(task.run, task.command.id);
  return !row || !*row || (*row)->attempt != task.attempt;
}

journal::failure_info shard::past_start(const activity_task& task) {
  return {"schedule_to_start_timeout",
          attempt_name(task) + " did not begin within " +
              std::to_string(task.command.timeouts.schedule_to_start_ms) + " ms",
          {}};
}

void shard::attempt_began(const std::shared_ptr<activity_task>& task) {
  running_attempt* attempt = current(*task);
  if (!attempt) return;
  if (task->command.timeouts.start_by) {
    task->beats.put_begun();
    watch_wait(*attempt);
  }
  if (const auto limit = task->command.start_to_close_ms; limit != 0) {
    attempt->timeout = core_.clock.set_delay(
        core_.where.shards[index_], milliseconds_of(limit),
        core_.guarded_on_shard(index_, [this, task, limit] {
          time_out(task,
                   {"timeout",
                    attempt_name(*task) + " took longer than " + std::to_string(limit) + " ms",
                    {}},
                   true);
        }));
  }
  if (task->command.timeouts.heartbeat_ms != 0) watch_heartbeats(task);
}

void shard::watch_heartbeats(const std::shared_ptr<activity_task>& task) {
  const auto timeout = milliseconds_of(task->command.timeouts.heartbeat_ms);
  current(*task)->silence = core_.clock.set_delay(
      core_.where.shards[index_],
      std::chrono::ceil<std::chrono::microseconds>(std::chrono::microseconds(timeout) /
                                                   looks_per_timeout),
      core_.guarded_on_shard(index_, [this, task] { heartbeats_looked_at(task); }));
}

void shard::heartbeats_looked_at(const std::shared_ptr<activity_task>& task) {
  running_attempt* attempt = current(*task);
  if (!attempt) return;
  const auto beats = task->beats.count();
  attempt->silent_looks = beats == attempt->beats ? attempt->silent_looks + 1 : 0;
  attempt->beats = beats;
  if (attempt->silent_looks < looks_per_timeout) return watch_heartbeats(task);
  time_out(task,
           {"heartbeat_timeout",
            attempt_name(*task) + " gave no heartbeat for " +
                std::to_string(task->command.timeouts.heartbeat_ms) + " ms",
            {}},
           true);
}

// The attempt is over as far as the run is concerned: its own end, if it comes, is too late. It may
// have taken effect, so one that may happen at most once is not tried again.
void shard::time_out(const std::shared_ptr<activity_task>& task, journal::failure_info why,
                     bool is_retryable) {
  if (!current(*task)) return;
  task->stop.request_stop();
  conclude(*find(task->run), *task,
           attempt_failure{std::move(why), is_retryable && !task->command.at_most_once});
}

}  // namespace theus
