#include <new>
#include <unordered_map>

#include "commit_log.hpp"
#include "keyed_store.hpp"
#include "keys.hpp"
#include "row_writer.hpp"

// The rows once more from the records alone, in commit order (rule 3). A mark that outlives a crash
// makes the next opening start over.
namespace theus::journal {
namespace {

constexpr std::string_view mark = "rebuild";
// Which rows this build writes; a journal whose rows are others gets these.
constexpr std::string_view layout_key = "rows";
constexpr std::string_view layout = "2";
constexpr std::size_t runs_in_memory = 65'536;
constexpr std::size_t changes_per_write = 1'000;
constexpr std::size_t commits_per_scan = 64;

}  // namespace

result<rebuild_report> keyed_store::rebuild() {
  const std::lock_guard lock(writing_);
  if (auto why = trouble()) return *why;
  {
    const std::lock_guard finishing(hardening_);
    if (auto done = sync(prepared_); !done) return done.error();
  }
  rebuild_report report;
  try {
    if (auto done = rebuild_rows(report); !done) {
      const errc code = done.error().code;
      if (code != errc::io_error && code != errc::disk_full) return done.error();
      return stop_on(done.error()).error();
    }
  } catch (const std::bad_alloc&) {
    return stop_on({errc::io_error, "memory ran out while rows were rebuilt"}).error();
  }
  return report;
}

result<void> keyed_store::check_layout() {
  const auto unfinished = engine_->get(space::meta, mark);
  if (!unfinished) return unfinished.error();
  const auto found = engine_->get(space::meta, layout_key);
  if (!found) return found.error();
  if (!*unfinished && *found == layout) return {};
  if (head_.commit == 0) {
    return engine_->write({{space::meta, std::string(layout_key), std::string(layout)}});
  }
  rebuild_report report;
  return rebuild_rows(report);
}

result<void> keyed_store::rebuild_rows(rebuild_report& report) {
  if (auto ok = engine_->commit({{space::meta, std::string(mark), std::string()}}, head_); !ok) {
    return ok;
  }
  if (auto ok = erase_rows(); !ok) return ok;
  if (auto ok = derive_again(report); !ok) return ok;
  const batch finished{{space::meta, std::string(layout_key), std::string(layout)},
                       {space::meta, std::string(mark), std::nullopt}};
  if (auto ok = engine_->commit(finished, head_); !ok) return ok;
  heads_.clear();
  const auto rows = count_rows();
  if (!rows) return rows.error();
  report.rows = *rows;
  return {};
}

result<void> keyed_store::erase_rows() {
  // Behind what is erased already: a database passes it again until it is compacted.
  for (std::string from;;) {
    batch changes;
    const auto scanned =
        engine_->scan(space::rows, from, "\xff", [&](std::string_view key, std::string_view) {
          changes.push_back({space::rows, std::string(key), std::nullopt});
          return changes.size() < changes_per_write;
        });
    if (!scanned) return scanned;
    if (changes.empty()) return {};
    from = changes.back().key + '\0';
    if (auto ok = engine_->write(changes); !ok) return ok;
  }
}

result<void> keyed_store::derive_again(rebuild_report& report) {
  batch pending;
  std::unordered_map<run_id, known_rows> known;
  auto flush = [&]() -> result<void> {
    if (pending.empty()) return {};
    auto ok = engine_->write(pending);
    pending.clear();
    return ok;
  };
  auto known_before = [&](run_id run, sequence at) -> result<known_rows*> {
    if (const auto found = known.find(run); found != known.end()) return &found->second;
    if (known.size() >= runs_in_memory) known.clear();
    if (at == first_sequence) return &(known[run] = known_rows::of_new_run());
    if (auto ok = flush(); !ok) return ok.error();
    auto stored = stored_rows(run, sequence{number(at) - 1});
    if (!stored) return stored.error();
    return &(known[run] = std::move(*stored));
  };
  auto derive_one = [&](run_id run, const record& r) -> result<void> {
    const auto of_run = known_before(run, r.at);
    if (!of_run) return of_run.error();
    for (const row_change& c : derive(run, r)) {
      if (pending.size() >= changes_per_write || row_writer::reads(c)) {
        if (auto ok = flush(); !ok) return ok;
      }
      report.runs += std::holds_alternative<open_instance>(c);
      if (auto ok = row_writer(*engine_, pending, run, **of_run).apply(c, r.at); !ok) return ok;
    }
    (*of_run)->tasks.end_record(r.at);
    row_writer(*engine_, pending, run, **of_run).write_tasks();
    ++report.records;
    return {};
  };
  auto commit_again = [&](const journal_head& before, const commit_row& row) -> result<void> {
    chain_hasher hasher(before);
    for (const committed_run& part : row.runs) {
      for (std::uint32_t i = 0; i < part.records; ++i) {
        const auto stored = fetch(part.run, sequence{number(part.first) + i});
        if (!stored) return stored.error();
        hasher.add(part.run, stored->value.at, stored->hash);
        if (auto ok = derive_one(part.run, stored->value); !ok) return ok;
      }
    }
    if (hasher.finish().chain == row.chain) return {};
    return error{errc::corrupt, "commit " + std::to_string(before.commit + 1) +
                                    " does not hold the records that it was chained with"};
  };

  journal_head reached;
  while (reached.commit < head_.commit) {
    std::vector<std::optional<commit_row>> rows;
    const std::uint64_t first = reached.commit + 1;
    const auto scanned = engine_->scan(space::log, keys::commit(first), keys::commit(UINT64_MAX),
                                       [&](std::string_view key, std::string_view value) {
                                         if (parse_commit_number(key) != first + rows.size()) {
                                           return false;
                                         }
                                         rows.push_back(parse_commit(value));
                                         return rows.size() < commits_per_scan;
                                       });
    if (!scanned) return scanned;
    if (rows.empty()) {
      return error{errc::corrupt, "commit " + std::to_string(first) + " is missing"};
    }
    for (const auto& row : rows) {
      if (!row) {
        return error{errc::corrupt,
                     "commit " + std::to_string(reached.commit + 1) + " has a malformed row"};
      }
      if (auto ok = commit_again(reached, *row); !ok) return ok;
      reached = {reached.commit + 1, row->chain};
    }
  }
  return flush();
}

result<std::uint64_t> keyed_store::count_rows() {
  std::uint64_t rows = 0;
  const auto scanned =
      engine_->scan(space::rows, "", "\xff", [&](std::string_view, std::string_view) {
        ++rows;
        return true;
      });
  if (!scanned) return scanned.error();
  return rows;
}

}  // namespace theus::journal
