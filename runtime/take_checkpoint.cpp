#include "theus/runtime/take_checkpoint.hpp"

namespace theus {
namespace {

result<const workflow_type*> type_of(const journal::started& start, const registry& what) {
  if (auto reason = why_not_replayable(start, what); !reason.empty()) {
    return error{errc::unknown_workflow, std::move(reason)};
  }
  return what.workflows.find(start.workflow_type)->second.get();
}

result<const workflow_type*> type_of(journal::store& store, journal::run_id run,
                                     const checkpoint* from, const registry& what) {
  if (from) return type_of(*started_in(*from), what);
  const auto first = store.read(run, journal::first_sequence, 1);
  if (!first) return first.error();
  const auto* start = first->empty() ? nullptr : started_in(first->front().value);
  if (!start) return error{errc::not_found, "there is no run " + run.to_string()};
  return type_of(*start, what);
}

error as_error(const mismatch& found) { return {errc::mismatch, found.explain()}; }

result<checkpoint> reach(journal::store& store, const workflow_type& type, journal::run_id run,
                         const checkpoint* from, journal::sequence at, const machine_limits& bounds,
                         std::uint64_t& records) {
  replayer replay(type, run, replayer::check::commands, bounds);
  replay.keep_short_history();
  const auto tail = replay_run(store, run, from, replay, at);
  if (!tail) return tail.error();
  records = tail->records;
  if (tail->found) return as_error(*tail->found);
  if (const auto differs = replay.verify_digest()) return as_error(*differs);
  auto made = make_checkpoint(run, replay);
  if (!made) {
    return error{errc::bad_input, "run " + run.to_string() + " has no turn at " +
                                      std::to_string(journal::number(at)) +
                                      " at which a checkpoint can be taken"};
  }
  return std::move(*made);
}

// The last record that is gone; before_first: none is.
result<journal::sequence> trimmed_through(journal::store& store, journal::run_id run) {
  const auto trimmed = store.trimmed(run);
  if (!trimmed) return trimmed.error();
  return *trimmed ? (*trimmed)->through : journal::before_first;
}

// Is it of the record that it names, or, if that is gone, of the one that the anchor names?
result<void> check_record(journal::store& store, const checkpoint& read) {
  const error other{errc::corrupt, "the checkpoint is not of the record that it names"};
  const auto trimmed = store.trimmed(read.run);
  if (!trimmed) return trimmed.error();
  if (*trimmed && (*trimmed)->through == read.head.at) {
    return (*trimmed)->last == read.head.hash ? result<void>() : result<void>(other);
  }
  const auto record = store.read(read.run, read.head.at, 1);
  if (!record) return record.error();
  if (record->empty()) return {};
  const auto* turn = std::get_if<journal::turn>(&record->front().value.body);
  const bool fits =
      turn && turn->state_digest == read.digest && record->front().hash == read.head.hash;
  return fits ? result<void>() : result<void>(other);
}

}  // namespace

result<void> check_checkpoint(journal::store& store, node_archive& archive, const registry& what,
                              const journal::checkpoint_id& id, const machine_limits& bounds) {
  const auto row = store.checkpoint(id);
  if (!row) return row.error();
  if (!*row) {
    return error{errc::not_found, "run " + id.run.to_string() + " has no checkpoint at " +
                                      std::to_string(journal::number(id.at))};
  }
  const auto read = decode_checkpoint((*row)->bytes, archive);
  if (!read) return read.error();
  if (read->run != id.run || read->head.at != id.at) {
    return error{errc::corrupt, "the checkpoint is of another run or sequence"};
  }
  if (auto fits = check_record(store, *read); !fits) return fits;
  const auto type = type_of(store, id.run, &*read, what);
  if (!type) return type.error();
  replayer replay(**type, id.run, replayer::check::commands, bounds);
  for (const auto& each : read->turns) replay.know(each);
  std::string damage;
  if (const auto found = resume(replay, *read, damage)) return as_error(*found);
  if (!damage.empty()) return error{errc::corrupt, damage};
  if (const auto differs = replay.verify_digest()) return as_error(*differs);
  return {};
}

namespace {

// The damaged ones, and those that newer ones replace; `taken` stays.
result<void> erase_older(journal::store& store, const journal::checkpoint_id& taken,
                         const std::vector<journal::checkpoint_id>& unusable,
                         const retention& how) {
  const auto through = trimmed_through(store, taken.run);
  if (!through) return through.error();
  for (const auto& each : unusable) {
    // Truth stays, damaged or not: whoever needs it is told.
    if (each == taken || each.at == *through) continue;
    if (auto gone = store.erase_checkpoint(each); !gone) return gone;
  }
  const auto all = store.checkpoints(taken.run, 64);
  if (!all) return all.error();
  for (std::size_t i = 0; i < all->size(); ++i) {
    if (is_kept(*all, i, *through, how)) continue;
    if (auto gone = store.erase_checkpoint((*all)[i]); !gone) return gone;
  }
  return {};
}

}  // namespace

result<taken_checkpoint> take_checkpoint(journal::store& store, node_archive& archive,
                                         const registry& what, journal::run_id run,
                                         const machine_limits& bounds, journal::sequence through) {
  taken_checkpoint taken;
  auto known = find_checkpoint(store, archive, run, through);
  if (!known) return known.error();
  taken.damaged = std::move(known->damaged);
  const checkpoint* const from = known->newest ? &*known->newest : nullptr;
  if (from) taken.from = from->head.at;
  const auto type = type_of(store, run, from, what);
  if (!type) return type.error();
  const auto at = last_settled_turn(store, run, next(taken.from), through);
  if (!at) return at.error();
  if (*at == journal::before_first) return taken;

  const auto made = reach(store, **type, run, from, *at, bounds, taken.records);
  if (!made) return made.error();
  for (const auto& turn : made->turns) taken.steps += turn.steps.size();
  node_archive::saving saving(archive);
  auto encoded = encode(*made, saving);
  if (!encoded) return encoded.error();
  taken.nodes = encoded->saved.nodes;
  taken.bytes = encoded->saved.bytes + encoded->bytes.size();
  const journal::checkpoint_id id{run, *at};
  if (auto put = saving.put_checkpoint({id, std::move(encoded->roots), std::move(encoded->bytes)});
      !put) {
    return put.error();
  }
  if (const auto good = check_checkpoint(store, archive, what, id, bounds); !good) {
    (void)store.erase_checkpoint(id);
    return error{good.error().code, "the checkpoint of run " + run.to_string() + " at " +
                                        std::to_string(journal::number(*at)) +
                                        " is not what was written: " + good.error().message};
  }
  const auto how = what.retentions.find((*type)->name());
  const auto gone = erase_older(store, id, known->unusable,
                                how == what.retentions.end() ? keep_all : how->second);
  if (!gone) return gone.error();
  taken.at = *at;
  return taken;
}

result<void> verify_checkpoint(journal::store& store, node_archive& archive, const registry& what,
                               const journal::checkpoint_id& id, const machine_limits& bounds) {
  if (auto good = check_checkpoint(store, archive, what, id, bounds); !good) return good;
  const auto before =
      find_checkpoint(store, archive, id.run, journal::sequence{journal::number(id.at) - 1});
  if (!before) return before.error();
  const auto gone = trimmed_through(store, id.run);
  if (!gone) return gone.error();
  const auto from = before->newest ? before->newest->head.at : journal::before_first;
  if (id.at == *gone || from < *gone) return {};  // nothing is left to reach it from
  const checkpoint* const begin = before->newest ? &*before->newest : nullptr;
  const auto type = type_of(store, id.run, begin, what);
  if (!type) return type.error();
  std::uint64_t records = 0;
  const auto again = reach(store, **type, id.run, begin, id.at, bounds, records);
  if (!again) return again.error();
  return {};
}

}  // namespace theus
