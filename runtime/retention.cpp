#include "theus/runtime/retention.hpp"

#include "theus/runtime/engine.hpp"
#include "theus/runtime/take_checkpoint.hpp"

namespace theus {
namespace {

constexpr std::size_t checkpoints_looked_at = 64;

}  // namespace

bool is_kept(const std::vector<journal::checkpoint_id>& all, std::size_t index,
             journal::sequence trimmed_through, const retention& how) {
  const auto at = all[index].at;
  if (index < 2 || at == trimmed_through) return true;
  const bool is_oldest = index + 1 == all.size() || all[index + 1].at <= trimmed_through;
  return how.trims_after && at > trimmed_through && is_oldest;
}

result<std::optional<journal::anchor>> due_anchor(journal::store& store, const registry& what,
                                                  journal::run_id run, journal::wall_time now) {
  const std::optional<journal::anchor> nothing;
  const auto row = store.instance(run);
  if (!row) return row.error();
  if (!*row || (*row)->status != journal::run_status::running) return nothing;
  const auto how = what.retentions.find((*row)->workflow_type);
  if (how == what.retentions.end() || !how->second.trims_after) return nothing;
  const auto trimmed = store.trimmed(run);
  if (!trimmed) return trimmed.error();
  const auto all = store.checkpoints(run, checkpoints_looked_at);
  if (!all) return all.error();
  // Never the newest: should that be damaged, the one before it and the records behind are there.
  for (std::size_t i = 1; i < all->size(); ++i) {
    const auto& id = (*all)[i];
    if (*trimmed && id.at <= (*trimmed)->through) break;
    const auto record = store.read(run, id.at, 1);
    if (!record) return record.error();
    if (record->empty() || record->front().value.time > now - *how->second.trims_after) continue;
    auto made = journal::make_anchor(store, id);
    if (!made) return made.error();
    return std::optional(std::move(*made));
  }
  return nothing;
}

result<journal::anchor> newest_anchor(journal::store& store, node_archive& archive,
                                      const registry& what, journal::run_id run,
                                      const machine_limits& bounds) {
  const auto newest = store.checkpoints(run, 1);
  if (!newest) return newest.error();
  if (newest->empty()) {
    return error{errc::not_found,
                 "run " + run.to_string() +
                     " has no checkpoint to trim it to; the verb `checkpoint` takes one"};
  }
  if (auto good = verify_checkpoint(store, archive, what, newest->front(), bounds); !good) {
    return good.error();
  }
  return journal::make_anchor(store, newest->front());
}

}  // namespace theus
