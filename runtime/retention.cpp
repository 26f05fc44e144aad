#include "theus/runtime/retention.hpp"

#include <algorithm>

#include "theus/runtime/engine.hpp"
#include "theus/runtime/take_checkpoint.hpp"

namespace theus {
namespace {

constexpr std::size_t checkpoints_looked_at = 64;
constexpr std::uint64_t worthwhile_records = 64;
constexpr std::uint64_t most_records_looked_at = 1'024;
constexpr std::size_t page_records = 128;

// A run of which something may go by now.
struct aging_run {
  bool has_ended = false;
  bool all_may_go = false;  // it ended that long ago
  journal::wall_time old;   // what was recorded by then may go
};

result<std::optional<aging_run>> aging(journal::store& store, const registry& what,
                                       journal::run_id run, journal::wall_time now) {
  const auto row = store.instance(run);
  if (!row) return row.error();
  if (!*row) return std::optional<aging_run>();
  const auto how = what.retentions.find((*row)->workflow_type);
  if (how == what.retentions.end() || !how->second.trims_after) return std::optional<aging_run>();
  aging_run found;
  found.old = now - *how->second.trims_after;
  found.has_ended = (*row)->status != journal::run_status::running;
  found.all_may_go = found.has_ended && (*row)->closed_at && *(*row)->closed_at <= found.old;
  return std::optional(found);
}

template <class Command>
bool has_command(const journal::record& r) {
  const auto* turn = std::get_if<journal::turn>(&r.body);
  return turn && std::ranges::any_of(turn->commands, [](const journal::command& c) {
           return std::holds_alternative<Command>(c);
         });
}

// The record that ended the run: behind it are anchors at most.
result<journal::sequence> end_of(journal::store& store, journal::run_id run) {
  const auto head = store.head_of(run);
  if (!head) return head.error();
  auto at = *head ? (*head)->at : journal::before_first;
  while (at != journal::before_first) {
    const auto record = store.read(run, at, 1);
    if (!record) return record.error();
    if (record->empty()) break;
    const auto& value = record->front().value;
    if (journal::ends_run(value)) break;
    at = journal::sequence{journal::number(at) - 1};
  }
  return at;
}

result<bool> has_ends(journal::store& store, journal::run_id run, journal::sequence after,
                      journal::sequence before) {
  const std::uint64_t first = journal::number(after) + 1;
  const std::uint64_t last = std::min(journal::number(before), first + most_records_looked_at);
  for (std::uint64_t at = first; at < last;) {
    const auto page = store.read(run, journal::sequence{at}, page_records);
    if (!page) return page.error();
    if (page->empty()) return false;
    for (const auto& r : *page) {
      if (r.value.at < before && has_command<journal::close_scope>(r.value)) return true;
    }
    at += page->size();
  }
  return false;
}

}  // namespace

bool is_kept(const std::vector<journal::checkpoint_id>& all, std::size_t index,
             journal::sequence trimmed_through, const retention& how) {
  const auto at = all[index].at;
  if (index < 2 || at == trimmed_through) return true;
  const bool is_oldest = index + 1 == all.size() || all[index + 1].at <= trimmed_through;
  return how.trims_after && at > trimmed_through && is_oldest;
}

result<journal::sequence> due_last_checkpoint(journal::store& store, const registry& what,
                                              journal::run_id run, journal::wall_time now) {
  const auto found = aging(store, what, run, now);
  if (!found) return found.error();
  if (!*found || !(*found)->all_may_go) return journal::before_first;
  const auto end = end_of(store, run);
  if (!end) return end.error();
  const auto trimmed = store.trimmed(run);
  if (!trimmed) return trimmed.error();
  const auto all = store.checkpoints(run, checkpoints_looked_at);
  if (!all) return all.error();
  auto last = *trimmed ? (*trimmed)->through : journal::before_first;
  for (const auto& id : *all) {
    if (id.at < *end) last = std::max(last, id.at);
  }
  if (journal::number(*end) < journal::number(last) + 1 + worthwhile_records) {
    return journal::before_first;
  }
  const auto worthwhile = has_ends(store, run, last, *end);
  if (!worthwhile) return worthwhile.error();
  return *worthwhile ? journal::sequence{journal::number(*end) - 1} : journal::before_first;
}

result<std::optional<journal::anchor>> due_anchor(journal::store& store, const registry& what,
                                                  journal::run_id run, journal::wall_time now) {
  const std::optional<journal::anchor> nothing;
  const auto found = aging(store, what, run, now);
  if (!found) return found.error();
  if (!*found) return nothing;
  const auto all = store.checkpoints(run, checkpoints_looked_at);
  if (!all) return all.error();
  // As long as it goes on, never the newest: should that be damaged, the one before it and the
  // records behind are there.
  const std::size_t first = (*found)->all_may_go ? 0 : 1;
  if (all->size() <= first) return nothing;
  const auto trimmed = store.trimmed(run);
  if (!trimmed) return trimmed.error();
  auto end = journal::before_first;
  if ((*found)->has_ended) {
    const auto ended = end_of(store, run);
    if (!ended) return ended.error();
    end = *ended;
  }
  for (std::size_t i = first; i < all->size(); ++i) {
    const auto& id = (*all)[i];
    if (*trimmed && id.at <= (*trimmed)->through) break;
    if ((*found)->has_ended && id.at >= end) continue;
    const auto record = store.read(run, id.at, 1);
    if (!record) return record.error();
    if (record->empty() || record->front().value.time > (*found)->old) continue;
    auto made = journal::make_anchor(store, id);
    if (!made) return made.error();
    return std::optional(std::move(*made));
  }
  return nothing;
}

result<void> erase_outdated(journal::store& store, journal::run_id run) {
  const auto trimmed = store.trimmed(run);
  if (!trimmed) return trimmed.error();
  if (!*trimmed) return {};
  const auto all = store.checkpoints(run, checkpoints_looked_at);
  if (!all) return all.error();
  for (const auto& id : *all) {
    if (id.at >= (*trimmed)->through) continue;
    if (auto gone = store.erase_checkpoint(id); !gone) return gone;
  }
  return {};
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
