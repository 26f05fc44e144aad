#include <algorithm>
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
constexpr std::string_view layout = "3";
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

// One pass over the commits. Of a run whose first records were trimmed, its anchor's rows take the
// place of what those would give, at the place of the first of them: claims keep their order.
class keyed_store::rebuilding {
 public:
  rebuilding(keyed_store& of, rebuild_report& report) : of_(of), report_(report) {}

  result<void> all() {
    journal_head reached;
    while (reached.commit < of_.head_.commit) {
      const auto rows = commits_from(reached.commit + 1);
      if (!rows) return rows.error();
      for (const auto& row : *rows) {
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

 private:
  result<std::vector<std::optional<commit_row>>> commits_from(std::uint64_t first) {
    std::vector<std::optional<commit_row>> rows;
    const auto scanned =
        of_.engine_->scan(space::log, keys::commit(first), keys::commit(UINT64_MAX),
                          [&](std::string_view key, std::string_view value) {
                            if (parse_commit_number(key) != first + rows.size()) return false;
                            rows.push_back(parse_commit(value));
                            return rows.size() < commits_per_scan;
                          });
    if (!scanned) return scanned.error();
    if (!rows.empty()) return rows;
    return error{errc::corrupt, "commit " + std::to_string(first) + " is missing"};
  }

  // What was trimmed of a commit is not there to be hashed: its chain is taken as it is.
  result<void> commit_again(const journal_head& before, const commit_row& row) {
    chain_hasher hasher(before);
    bool is_whole = true;
    for (const committed_run& part : row.runs) {
      for (std::uint32_t i = 0; i < part.records; ++i) {
        const sequence at{number(part.first) + i};
        if (auto ok = begin_if_trimmed(part.run, at); !ok) return ok;
        const auto stored = of_.fetch_untrimmed(part.run, at);
        if (!stored) return stored.error();
        is_whole = is_whole && *stored;
        if (!*stored) continue;
        hasher.add(part.run, at, (*stored)->hash);
        if (auto ok = derive_one(part.run, (*stored)->value); !ok) return ok;
      }
    }
    if (!is_whole || hasher.finish().chain == row.chain) return {};
    return error{errc::corrupt, "commit " + std::to_string(before.commit + 1) +
                                    " does not hold the records that it was chained with"};
  }

  // A run that is met for the first time with a record that is gone, or, imported, behind some.
  result<void> begin_if_trimmed(run_id run, sequence at) {
    if (known_.contains(run)) return {};
    const auto held = of_.engine_->get(
        space::records, keys::record(run, std::max(first_sequence, sequence{number(at) - 1})));
    if (!held) return held.error();
    if (*held) return {};
    const auto row = of_.anchor_row(run);
    if (!row) return row.error();
    if (*row) return {};
    const auto found = of_.newest_anchor(run);
    if (!found) return found.error();
    if (!*found) return {};
    const auto& a = std::get<anchor>((*found)->body);
    if (known_.size() >= runs_in_memory) known_.clear();
    known_rows& rows = known_[run] = known_rows::of_anchor(a);
    for (const row_change& c : rows_behind(run, a)) {
      if (auto ok = apply(run, rows, c, a.through); !ok) return ok;
    }
    if (auto ok = apply(run, rows, put_anchor{run, (*found)->at, a.through}, a.through); !ok) {
      return ok;
    }
    row_writer(*of_.engine_, pending_, run, rows).write_tasks();
    return flush();
  }

  result<known_rows*> known_before(run_id run, sequence at) {
    if (const auto found = known_.find(run); found != known_.end()) return &found->second;
    if (known_.size() >= runs_in_memory) known_.clear();
    if (at == first_sequence) return &(known_[run] = known_rows::of_new_run());
    if (auto ok = flush(); !ok) return ok.error();
    auto stored = of_.stored_rows(run, sequence{number(at) - 1});
    if (!stored) return stored.error();
    return &(known_[run] = std::move(*stored));
  }

  result<void> derive_one(run_id run, const record& r) {
    const auto of_run = known_before(run, r.at);
    if (!of_run) return of_run.error();
    for (const row_change& c : derive(run, r)) {
      if (auto ok = apply(run, **of_run, c, r.at); !ok) return ok;
    }
    (*of_run)->tasks.end_record(r.at);
    row_writer(*of_.engine_, pending_, run, **of_run).write_tasks();
    ++report_.records;
    return {};
  }

  result<void> apply(run_id run, known_rows& of_run, const row_change& c, sequence at) {
    if (pending_.size() >= changes_per_write || row_writer::reads(c)) {
      if (auto ok = flush(); !ok) return ok;
    }
    report_.runs += std::holds_alternative<open_instance>(c);
    return row_writer(*of_.engine_, pending_, run, of_run).apply(c, at);
  }

  result<void> flush() {
    if (pending_.empty()) return {};
    auto ok = of_.engine_->write(pending_);
    pending_.clear();
    return ok;
  }

  keyed_store& of_;
  rebuild_report& report_;
  batch pending_;
  std::unordered_map<run_id, known_rows> known_;
};

result<void> keyed_store::derive_again(rebuild_report& report) {
  return rebuilding(*this, report).all();
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
