#include <algorithm>

#include "commit_log.hpp"
#include "hash.hpp"
#include "keyed_store.hpp"
#include "keys.hpp"

namespace theus::journal {
namespace {

std::string place(run_id run, sequence at) {
  return "run " + run.to_string() + " record " + std::to_string(number(at));
}

error at_place(run_id run, sequence at, const error& e) {
  return {e.code, place(run, at) + ": " + e.message};
}

error malformed_row(const char* kind) {
  return {errc::corrupt, std::string("a ") + kind + " row is malformed; rebuild the rows"};
}

std::string write_position(const tail_place& at) {
  std::string bytes;
  keys::put_u64(bytes, at.commit);
  keys::put_u32(bytes, at.records);
  return bytes;
}

result<tail_place> read_position(const position& p) {
  if (p.bytes.empty()) return tail_place();
  keys::cursor c(p.bytes);
  const std::uint64_t commit = c.u64();
  const std::uint32_t records = c.u32();
  if (!c.at_end()) return error{errc::bad_input, "a tail position is malformed"};
  return tail_place{commit, records};
}

// Rows of one kind in key order, parsed.
template <class Row, class Parse>
result<std::vector<Row>> page_of(engine& stored, const std::string& from, const std::string& until,
                                 std::size_t max_rows, const char* kind, Parse parse) {
  std::vector<Row> rows;
  if (max_rows == 0) return rows;
  bool malformed = false;
  const auto scanned =
      stored.scan(space::rows, from, until, [&](std::string_view key, std::string_view value) {
        auto row = parse(key, value);
        malformed = !row;
        if (row) rows.push_back(std::move(*row));
        return !malformed && rows.size() < max_rows;
      });
  if (!scanned) return scanned.error();
  if (malformed) return malformed_row(kind);
  return rows;
}

}  // namespace

result<void> keyed_store::read_page(run_id run, sequence from, std::size_t max_records,
                                    const record_visitor& visit) {
  if (max_records == 0) return {};
  sequence expected = std::max(from, first_sequence);
  std::optional<hash256> previous;
  if (expected == first_sequence) previous.emplace();
  std::optional<error> problem;
  bool is_missing = false;
  auto check = [&](std::string_view key, std::string_view raw) {
    is_missing = key != keys::record(run, expected);
    if (is_missing) return false;
    auto value = decode(bytes_of(raw), options_.bounds);
    if (!value) {
      problem = at_place(run, expected, value.error());
      return false;
    }
    if (value->at != expected || (previous && value->previous != *previous)) {
      problem = error{errc::corrupt, place(run, expected) + " does not continue the one before"};
      return false;
    }
    previous = sha256({bytes_of(raw)});
    visit(raw, std::move(*value), *previous);
    expected = next(expected);
    return --max_records != 0;
  };
  const auto scanned = engine_->scan(space::records, keys::record(run, expected),
                                     keys::record(run, sequence{UINT64_MAX}), check);
  if (!scanned) return at_place(run, expected, scanned.error());
  if (problem) return *problem;
  if (!is_missing) return {};
  const auto row = anchor_row(run);
  if (!row) return row.error();
  if (*row && expected <= (*row)->through) return trimmed_error(run, (*row)->through);
  return error{errc::corrupt, place(run, expected) + " is missing before later ones"};
}

result<std::vector<stored_record>> keyed_store::read(run_id run, sequence from,
                                                     std::size_t max_records) {
  std::vector<stored_record> records;
  const auto done = read_page(
      run, from, max_records, [&](std::string_view raw, record&& value, const hash256& hash) {
        records.push_back({std::move(value), hash, std::uint32_t(raw.size())});
      });
  if (!done) return done.error();
  return records;
}

result<std::vector<std::string>> keyed_store::read_raw(run_id run, sequence from,
                                                       std::size_t max_records) {
  std::vector<std::string> records;
  const auto done =
      read_page(run, from, max_records,
                [&](std::string_view raw, record&&, const hash256&) { records.emplace_back(raw); });
  if (!done) return done.error();
  return records;
}

result<std::optional<head>> keyed_store::head_of(run_id run) {
  if (auto cached = heads_.get(run)) return cached;
  return stored_head(run);
}

result<std::optional<head>> keyed_store::stored_head(run_id run) {
  const auto last = engine_->last(space::records, keys::record(run, before_first),
                                  keys::record(run, sequence{UINT64_MAX}));
  if (!last) return last.error();
  if (!*last) return std::optional<head>();
  const std::string& raw = (*last)->second;
  keys::cursor key((*last)->first);
  key.run();
  const sequence at{key.u64()};
  const auto value = decode(bytes_of(raw), options_.bounds);
  if (!value) return at_place(run, at, value.error());
  if (value->at != at) return error{errc::corrupt, place(run, at) + " is another record"};
  return std::optional(head{at, sha256({bytes_of(raw)}), value->time});
}

result<known_rows> keyed_store::stored_rows(run_id run, sequence through) {
  const auto value = engine_->get(space::rows, keys::task(run));
  if (!value) return value.error();
  if (!*value) return known_rows();
  const auto row = keys::parse_task_value(**value);
  if (!row) return malformed_row("task");
  run_tasks tasks = run_tasks::of_row(*row);
  const auto note = [&](std::string_view, record&& r, const hash256&) {
    for (const row_change& c : derive(run, r)) {
      if (const auto* put = std::get_if<put_task>(&c)) tasks.put(put->command, r.at);
      if (const auto* ended = std::get_if<erase_task>(&c)) tasks.erase(ended->command);
    }
  };
  sequence from = row->from;
  if (const auto gone = trimmed(run); !gone) {
    return gone.error();
  } else if (*gone && from <= (*gone)->through) {
    const auto stored = fetch(run, (*gone)->at);
    if (!stored) return stored.error();
    for (const auto& t : std::get<anchor>(stored->value.body).tasks) tasks.put(t.command, t.asked);
    from = next((*gone)->through);
  }
  if (from <= through) {
    const std::uint64_t count = number(through) - number(from) + 1;
    if (auto done = read_page(run, from, count, note); !done) return done.error();
  }
  if (tasks.row() != row) {
    return error{errc::corrupt, "the task row of run " + run.to_string() +
                                    " does not follow from its records; rebuild the rows"};
  }
  return known_rows{std::move(tasks)};
}

result<stored_record> keyed_store::fetch(run_id run, sequence at) {
  auto stored = fetch_if_there(run, at);
  if (!stored) return stored.error();
  if (!*stored) return error{errc::corrupt, place(run, at) + " was committed but is missing"};
  return std::move(**stored);
}

result<std::optional<stored_record>> keyed_store::fetch_untrimmed(run_id run, sequence at) {
  auto stored = fetch_if_there(run, at);
  if (!stored || *stored) return stored;
  const auto row = anchor_row(run);
  if (!row) return row.error();
  if (*row && at <= (*row)->through) return stored;
  return error{errc::corrupt, place(run, at) + " was committed but is missing"};
}

result<std::optional<stored_record>> keyed_store::fetch_if_there(run_id run, sequence at) {
  const auto raw = engine_->get(space::records, keys::record(run, at));
  if (!raw) return raw.error();
  if (!*raw) return std::optional<stored_record>();
  auto value = decode(bytes_of(**raw), options_.bounds);
  if (!value) return at_place(run, at, value.error());
  if (value->at != at) return error{errc::corrupt, place(run, at) + " is another record"};
  return std::optional(
      stored_record{std::move(*value), sha256({bytes_of(**raw)}), std::uint32_t((*raw)->size())});
}

result<std::vector<tail_entry>> keyed_store::tail(const position& after, std::size_t max_records) {
  std::vector<tail_entry> entries;
  const auto start = read_position(after);
  if (!start) return start.error();
  if (max_records == 0) return entries;

  // Pages that held nothing but what was trimmed are passed.
  tail_place behind = *start;
  for (;;) {
    const auto page = tail_page(behind, max_records, entries);
    if (!page) return page.error();
    if (!*page || !entries.empty()) return entries;
  }
}

// Adds the next page's records and moves `behind` to its end; false: there is nothing more.
result<bool> keyed_store::tail_page(tail_place& behind, std::size_t max_records,
                                    std::vector<tail_entry>& entries) {
  struct wanted {
    run_id run;
    sequence at;
    tail_place place;
  };
  std::vector<wanted> page;
  std::optional<error> problem;
  std::uint64_t expected = std::max<std::uint64_t>(behind.commit, 1);
  auto collect = [&](std::string_view key, std::string_view value) {
    const auto row = parse_commit(value);
    if (parse_commit_number(key) != expected || !row) {
      problem = error{errc::corrupt, "commit " + std::to_string(expected) +
                                         " of the journal is missing or malformed"};
      return false;
    }
    std::uint32_t seen = 0;
    const std::uint32_t skip = expected == behind.commit ? behind.records : 0;
    for (const committed_run& run : row->runs) {
      for (std::uint32_t i = 0; i < run.records && page.size() < max_records; ++i) {
        if (++seen > skip) {
          page.push_back({run.run, sequence{number(run.first) + i}, {expected, seen}});
        }
      }
    }
    ++expected;
    return page.size() < max_records;
  };
  const auto scanned =
      engine_->scan(space::log, keys::commit(expected), keys::commit(UINT64_MAX), collect);
  if (!scanned) return scanned.error();
  if (problem) return *problem;
  entries.reserve(page.size());
  for (const wanted& w : page) {
    auto stored = fetch_untrimmed(w.run, w.at);
    if (!stored) return stored.error();
    if (*stored) entries.push_back({w.run, std::move(**stored), {write_position(w.place)}});
  }
  if (page.empty()) return false;
  behind = page.back().place;
  return true;
}

result<std::optional<instance_row>> keyed_store::instance(run_id run) {
  const std::string key = keys::instance(run);
  const auto value = engine_->get(space::rows, key);
  if (!value) return value.error();
  if (!*value) return std::optional<instance_row>();
  auto row = keys::parse_instance(key, **value);
  if (!row) return malformed_row("instance");
  return row;
}

result<std::optional<run_id>> keyed_store::run_of(std::string_view workflow_id) {
  const auto value = engine_->get(space::rows, keys::workflow(workflow_id));
  if (!value) return value.error();
  if (!*value) return std::optional<run_id>();
  auto run = keys::parse_run(**value);
  if (!run) return malformed_row("workflow");
  return run;
}

result<std::optional<run_id>> keyed_store::run_of_request(std::string_view workflow_id,
                                                          std::string_view request_id) {
  const auto value = engine_->get(space::rows, keys::request(workflow_id, request_id));
  if (!value) return value.error();
  if (!*value) return std::optional<run_id>();
  auto run = keys::parse_run(**value);
  if (!run) return malformed_row("request");
  return run;
}

result<std::vector<instance_row>> keyed_store::instances(const instance_filter& filter,
                                                         std::size_t max_rows) {
  std::vector<instance_row> rows;
  if (max_rows == 0) return rows;
  const std::string all = keys::prefix(keys::kind::instance);
  bool malformed = false;
  const auto scanned = engine_->scan(
      space::rows, filter.after ? keys::after(keys::instance(*filter.after)) : all,
      keys::behind(all), [&](std::string_view key, std::string_view value) {
        auto row = keys::parse_instance(key, value);
        malformed = !row;
        if (malformed) return false;
        const bool fits =
            (!filter.status || row->status == *filter.status) &&
            (filter.workflow_type.empty() || row->workflow_type == filter.workflow_type);
        if (fits) rows.push_back(std::move(*row));
        return rows.size() < max_rows;
      });
  if (!scanned) return scanned.error();
  if (malformed) return malformed_row("instance");
  return rows;
}

result<std::vector<timer_row>> keyed_store::timers(wall_time until,
                                                   const std::optional<timer_row>& after,
                                                   std::size_t max_rows) {
  const std::string all = keys::prefix(keys::kind::timer);
  return page_of<timer_row>(
      *engine_, after ? keys::after(keys::timer(*after)) : all,
      keys::behind(keys::due_prefix(until)), max_rows, "timer",
      [](std::string_view key, std::string_view) { return keys::parse_timer(key); });
}

result<std::vector<task_row>> keyed_store::tasks(const std::optional<task_row>& after,
                                                 std::size_t max_rows) {
  const std::string all = keys::prefix(keys::kind::task);
  return page_of<task_row>(*engine_, after ? keys::after(keys::task(after->run)) : all,
                           keys::behind(all), max_rows, "task", keys::parse_task);
}

result<std::vector<backlog_row>> keyed_store::backlog(const std::optional<backlog_row>& after,
                                                      std::size_t max_rows) {
  const std::string all = keys::prefix(keys::kind::backlog);
  return page_of<backlog_row>(
      *engine_, after ? keys::after(keys::backlog(*after)) : all, keys::behind(all), max_rows,
      "backlog", [](std::string_view key, std::string_view) { return keys::parse_backlog(key); });
}

result<std::vector<message_row>> keyed_store::messages(const std::optional<message_row>& after,
                                                       std::size_t max_rows) {
  const std::string all = keys::prefix(keys::kind::message);
  return page_of<message_row>(*engine_, after ? keys::after(keys::message(id_of(*after))) : all,
                              keys::behind(all), max_rows, "message", keys::parse_message);
}

result<std::vector<blob_row>> keyed_store::blobs(const std::optional<blob_row>& after,
                                                 std::size_t max_rows) {
  const std::string all = keys::prefix(keys::kind::blob);
  return page_of<blob_row>(
      *engine_, after ? keys::after(keys::blob(*after)) : all, keys::behind(all), max_rows, "blob",
      [](std::string_view key, std::string_view) { return keys::parse_blob(key); });
}

}  // namespace theus::journal
