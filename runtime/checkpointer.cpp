#include "checkpointer.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>

#include "theus/runtime/take_checkpoint.hpp"

#include "engine_core.hpp"

namespace theus {
namespace {

constexpr std::size_t checkpoints_per_page = 256;

}  // namespace

checkpointer::checkpointer(engine_core& core) : core_(core), archive_(core.journal) {}

void checkpointer::request(journal::run_id run, std::uint32_t shard) {
  if (stop_.stop_requested()) return;
  {
    const std::lock_guard lock(waiting_mutex_);
    if (!requested_.insert(run).second) return;
  }
  const auto begin = [this, run] {
    const std::lock_guard lock(waiting_mutex_);
    requested_.erase(run);
  };
  try {
    core_.post(core_.where.background, [this, begin, run, shard] {
      begin();
      take_wanted(run, shard);
    });
  } catch (...) {  // no memory for it
    begin();
    throw;
  }
}

void checkpointer::take_wanted(journal::run_id run, std::uint32_t shard) {
  if (stop_.stop_requested() || core_.in_trouble()) return tell(run, shard, {}, {});
  try {
    const auto taken = take_now(run, shard);
    if (taken) return;
    core_.report("checkpoint: " + taken.error().message);
  } catch (const std::exception& e) {  // no memory, most likely: the run goes on without it
    core_.report("checkpoint of run " + run.to_string() + ": " + e.what());
  }
  tell(run, shard, {}, {});
}

result<taken_checkpoint> checkpointer::take_now(journal::run_id run, std::uint32_t shard) {
  const auto begun = core_.clock.now();
  auto taken =
      take_checkpoint(core_.journal, archive_, core_.what, run, core_.options.machine_bounds);
  if (!taken) return taken;
  note(*taken);
  // It replays all of them once, and a short rest once more.
  const std::chrono::nanoseconds took = core_.clock.now() - begun;
  const auto records = static_cast<std::int64_t>(std::max<std::uint64_t>(1, taken->records));
  tell(run, shard, taken->at, std::max(took / records, std::chrono::nanoseconds(0)));
  if (taken->at != journal::before_first) {
    const auto asked = trim_if_due(run, {});
    if (!asked) core_.report(asked.error().message);
  }
  collect_if_worthwhile();
  return taken;
}

void checkpointer::note(const taken_checkpoint& taken) {
  for (const auto& each : taken.damaged) core_.report(each);
  if (taken.at == journal::before_first) return;
  core_.count.checkpoints.fetch_add(1, std::memory_order_relaxed);
}

// ---- what people ask for

template <class Key, class T, class Work>
void checkpointer::ask(asked<Key, T>& those, const Key& what, answer<T> done, Work work) {
  bool is_first = false;
  bool is_full = false;
  {
    const std::lock_guard lock(waiting_mutex_);
    is_full = waiting_ == most_waiting;
    if (!is_full) {
      auto& waiting = those[what];
      is_first = waiting.empty();
      waiting.push_back(std::move(done));
      ++waiting_;
    }
  }
  if (is_full) {
    return core_.post(core_.where.shards.front(), [done = std::move(done)]() mutable {
      done(error{errc::limit_exceeded, std::to_string(most_waiting) +
                                           " requests for checkpoints wait already; ask again "
                                           "when some are answered"});
    });
  }
  if (!is_first) return;
  try {
    core_.post(core_.where.background, [this, &those, what, work] {
      answer<T> all = take_asked(those, what);
      if (stop_.stop_requested()) {
        return all(core_.refusal().value_or(error{errc::stopped, "the runtime is shutting down"}));
      }
      try {
        work(all);
      } catch (const std::exception& e) {
        all(error{errc::limit_exceeded, std::string("a checkpoint: ") + e.what()});
      }
    });
  } catch (const std::exception& e) {  // no memory for it
    take_asked(those, what)(error{errc::limit_exceeded, std::string("a checkpoint: ") + e.what()});
  }
}

// One for all who wait for it; who asks from here on waits for the next.
template <class Key, class T>
answer<T> checkpointer::take_asked(asked<Key, T>& those, const Key& what) {
  const std::lock_guard lock(waiting_mutex_);
  auto waiting = std::make_shared<std::vector<answer<T>>>(std::move(those.extract(what).mapped()));
  waiting_ -= waiting->size();
  return answer<T>([waiting](result<T> how) {
    for (auto& each : *waiting) each(how);
  });
}

void checkpointer::take(journal::run_id run, answer<taken_checkpoint> done) {
  ask(takes_, run, std::move(done), [this, run](answer<taken_checkpoint>& waits) {
    waits(take_now(run, core_.shard_of(run.shard_key())));
  });
}

void checkpointer::verify(journal::checkpoint_id id, answer<void> done) {
  ask(checks_, id, std::move(done), [this, id](answer<void>& waits) {
    waits(verify_checkpoint(core_.journal, archive_, core_.what, id, core_.options.machine_bounds));
  });
}

void checkpointer::trim(journal::run_id run, answer<journal::sequence> done) {
  ask(trims_, run, std::move(done), [this, run](answer<journal::sequence>& waits) {
    auto made =
        newest_anchor(core_.journal, archive_, core_.what, run, core_.options.machine_bounds);
    if (!made) return waits(made.error());
    const auto through = made->through;
    auto told =
        answer<void>([shared = std::make_shared<answer<journal::sequence>>(std::move(waits)),
                      through](result<void> how) {
          (*shared)(how ? result<journal::sequence>(through) : how.error());
        });
    core_.post_to_shard(core_.shard_of(run.shard_key()),
                        [run, anchor = std::move(*made), told = std::move(told)](shard& s) mutable {
                          s.trim(run, anchor, std::move(told));
                        });
  });
}

// ---- retention

result<checkpointer::upkeep> checkpointer::retain(journal::run_id run,
                                                  std::function<void(result<void>)> told) {
  // Whoever trimmed it may have been killed before that.
  if (auto gone = erase_outdated(core_.journal, run); !gone) return gone.error();
  const auto last = due_last_checkpoint(core_.journal, core_.what, run, core_.clock.now());
  if (!last) return last.error();
  const bool is_due = *last != journal::before_first;
  if (is_due) {
    const auto taken = take_checkpoint(core_.journal, archive_, core_.what, run,
                                       core_.options.machine_bounds, *last);
    if (!taken) return taken.error();
    note(*taken);
  }
  const auto asked = trim_if_due(run, std::move(told));
  if (!asked) return asked.error();
  return *asked ? upkeep::asked : is_due ? upkeep::looked : upkeep::nothing;
}

result<bool> checkpointer::trim_if_due(journal::run_id run,
                                       std::function<void(result<void>)> told) {
  auto due = due_anchor(core_.journal, core_.what, run, core_.clock.now());
  if (!due)
    return error{due.error().code, "trimming " + run.to_string() + ": " + due.error().message};
  if (!*due) return false;
  // It was verified when it was taken, which may be long ago; from here on there is nothing else.
  const journal::checkpoint_id truth{run, (*due)->through};
  if (auto good = check_checkpoint(core_.journal, archive_, core_.what, truth,
                                   core_.options.machine_bounds);
      !good) {
    return error{good.error().code,
                 "run " + run.to_string() + " is not trimmed to its checkpoint at " +
                     std::to_string(journal::number(truth.at)) + ": " + good.error().message};
  }
  const auto before = core_.journal.trimmed(run);
  if (!before) return before.error();
  const std::uint64_t gone =
      journal::number(truth.at) - (*before ? journal::number((*before)->through) : 0);
  answer<void> done([this, gone, told = std::move(told)](result<void> how) {
    if (how) records_trimmed_ += gone;
    if (told) told(std::move(how));
  });
  core_.post_to_shard(core_.shard_of(run.shard_key()),
                      [run, anchor = std::move(**due), done = std::move(done)](shard& s) mutable {
                        s.trim(run, anchor, std::move(done));
                      });
  return true;
}

void checkpointer::tell(journal::run_id run, std::uint32_t index, journal::sequence at,
                        std::chrono::nanoseconds per_record) {
  core_.post_to_shard(index,
                      [run, at, per_record](shard& s) { s.checkpoint_taken(run, at, per_record); });
}

void checkpointer::collect_if_worthwhile() {
  if (stop_.stop_requested() || core_.in_trouble()) return;
  const std::uint64_t written = archive_.written() - written_before_ + records_trimmed_;
  if (written < std::max(core_.options.collection_nodes, nodes_in_use_)) return;
  written_before_ = archive_.written();
  records_trimmed_ = 0;
  erase_orphans();
  auto done = archive_.collect(stop_.get_token());
  if (done && !done->finished && mend(*done)) done = archive_.collect(stop_.get_token());
  if (!done) return core_.report("collecting nodes of Contexts: " + done.error().message);
  nodes_in_use_ = done->marked;
  for (const error& each : done->damaged_blobs) {
    if (told_.insert(each.message).second) core_.report(each.message);
  }
}

// What killed imports left: nobody else puts a checkpoint of a run that is not there.
void checkpointer::erase_orphans() {
  for (std::optional<journal::checkpoint_id> after; !stop_.stop_requested();) {
    const auto page = core_.journal.checkpoints_after(after, checkpoints_per_page);
    if (!page || page->empty()) return;  // a collection says what is wrong
    for (const auto& id : *page) {
      const auto head = core_.journal.head_of(id.run);
      if (!head || *head) continue;
      const auto gone = core_.journal.erase_checkpoint(id);
      core_.report(gone ? "checkpoint erased of run " + id.run.to_string() + ", which is not there"
                        : gone.error().message);
    }
    after = page->back();
  }
}

// The records are the truth: without a damaged checkpoint nodes can be swept. One that stands for
// records that were trimmed is the truth itself, and stays.
bool checkpointer::mend(const collected& found) {
  for (const auto& each : found.damaged) {
    const auto gone = core_.journal.erase_checkpoint(each.checkpoint);
    if (gone) {
      core_.report("checkpoint erased: " + each.what.message);
    } else if (gone.error().code == errc::bad_input) {
      archive_.give_up(each.checkpoint);
      core_.report(each.what.message + "; " + gone.error().message +
                   ". Whatever it may need stays until the run is trimmed again");
    } else {
      core_.report(each.what.message + "; " + gone.error().message);
      return false;
    }
  }
  return !found.damaged.empty();
}

}  // namespace theus
