#include "checkpointer.hpp"

#include <algorithm>
#include <chrono>

#include "theus/runtime/take_checkpoint.hpp"

#include "engine_core.hpp"

namespace theus {

checkpointer::checkpointer(engine_core& core) : core_(core), archive_(core.journal) {}

void checkpointer::request(journal::run_id run, std::uint32_t shard) {
  if (stop_.stop_requested()) return;
  core_.post(core_.where.background, [this, run, shard] { take(run, shard); });
}

void checkpointer::take(journal::run_id run, std::uint32_t shard) {
  if (stop_.stop_requested() || core_.in_trouble()) return tell(run, shard, {}, {});
  try {
    take_now(run, shard);
  } catch (const std::exception& e) {  // no memory, most likely: the run goes on without it
    core_.report("checkpoint of run " + run.to_string() + ": " + e.what());
    tell(run, shard, {}, {});
  }
}

void checkpointer::take_now(journal::run_id run, std::uint32_t shard) {
  const auto begun = core_.clock.now();
  const auto taken =
      take_checkpoint(core_.journal, archive_, core_.what, run, core_.options.machine_bounds);
  if (!taken) {
    core_.report("checkpoint: " + taken.error().message);
    return tell(run, shard, {}, {});
  }
  for (const auto& each : taken->damaged) core_.report(each);
  core_.count.checkpoints.fetch_add(1, std::memory_order_relaxed);
  // It replays all of them once, and a short rest once more.
  const std::chrono::nanoseconds took = core_.clock.now() - begun;
  const auto records = static_cast<std::int64_t>(std::max<std::uint64_t>(1, taken->records));
  tell(run, shard, taken->at, std::max(took / records, std::chrono::nanoseconds(0)));
  if (taken->at != journal::before_first) trim(run, shard);
  collect_if_worthwhile(taken->nodes);
}

void checkpointer::trim(journal::run_id run, std::uint32_t index) {
  auto due = due_anchor(core_.journal, core_.what, run, core_.clock.now());
  if (!due) return core_.report("trimming run " + run.to_string() + ": " + due.error().message);
  if (!*due) return;
  // It was verified when it was taken, which may be long ago; from here on there is nothing else.
  const journal::checkpoint_id truth{run, (*due)->through};
  if (auto good = check_checkpoint(core_.journal, archive_, core_.what, truth,
                                   core_.options.machine_bounds);
      !good) {
    return core_.report("run " + run.to_string() + " is not trimmed to its checkpoint at " +
                        std::to_string(journal::number(truth.at)) + ": " + good.error().message);
  }
  core_.post_to_shard(index, [run, anchor = std::move(**due)](shard& s) { s.trim(run, anchor); });
}

void checkpointer::tell(journal::run_id run, std::uint32_t index, journal::sequence at,
                        std::chrono::nanoseconds per_record) {
  core_.post_to_shard(index,
                      [run, at, per_record](shard& s) { s.checkpoint_taken(run, at, per_record); });
}

void checkpointer::collect_if_worthwhile(std::size_t nodes_written) {
  nodes_written_ += nodes_written;
  if (nodes_written_ < std::max(core_.options.collection_nodes, nodes_in_use_)) return;
  nodes_written_ = 0;
  const auto done = archive_.collect(stop_.get_token());
  if (!done) return core_.report("collecting nodes of Contexts: " + done.error().message);
  // The records are the truth: without it, the next collection can sweep.
  for (const auto& each : done->damaged) {
    const auto gone = core_.journal.erase_checkpoint(each.checkpoint);
    core_.report(gone ? "checkpoint erased: " + each.what.message
                      : each.what.message + "; " + gone.error().message);
  }
  nodes_in_use_ = done->marked;
}

}  // namespace theus
