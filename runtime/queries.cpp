#include "theus/runtime/queries.hpp"

#include <algorithm>

#include "loader.hpp"

namespace theus {
namespace {

constexpr std::size_t most_at_once = 64;

}  // namespace

result<journal::instance_row> find_instance(journal::store& store, std::string_view id) {
  auto run = store.run_of(id);
  if (!run) return run.error();
  if (!*run) *run = journal::run_id::parse(id);
  if (*run) {
    auto row = store.instance(**run);
    if (!row) return row.error();
    if (*row) return std::move(**row);
  }
  return error{errc::not_found, "no run has the workflow id or run id '" + std::string(id) +
                                    "'; `list` shows those there are"};
}

result<raw_page> read_raw_page(journal::store& store, journal::run_id run, journal::sequence from,
                               std::size_t max_records, std::size_t max_bytes) {
  raw_page page;
  std::size_t bytes = 0;
  std::size_t largest = 0;
  std::size_t at_once = 1;
  while (page.raw.size() < max_records && bytes < max_bytes) {
    auto some = store.read_raw(run, from, std::min(at_once, max_records - page.raw.size()));
    if (!some) return some.error();
    if (some->empty()) return page;
    from = journal::sequence{journal::number(from) + some->size()};
    for (auto& record : *some) {
      bytes += record.size();
      largest = std::max({largest, record.size(), std::size_t{1}});
      page.raw.push_back(std::move(record));
    }
    if (bytes < max_bytes) {
      at_once = std::clamp<std::size_t>((max_bytes - bytes) / largest, 1, most_at_once);
    }
  }
  page.is_last = false;
  return page;
}

run_outcome outcome_in(journal::run_id run, const journal::record& last) {
  if (const auto* turn = std::get_if<journal::turn>(&last.body)) {
    if (auto outcome = outcome_in(run, turn->commands)) return std::move(*outcome);
  }
  run_outcome running;
  running.run = run;
  return running;
}

result<run_outcome> read_outcome(journal::store& store, journal::run_id run) {
  const auto head = store.head_of(run);
  if (!head) return head.error();
  if (!*head) return error{errc::not_found, "there is no run " + run.to_string()};
  const auto last = store.read(run, (*head)->at, 1);
  if (!last) return last.error();
  if (last->empty()) {
    return error{errc::corrupt, "the last record of run " + run.to_string() + " is missing"};
  }
  return outcome_in(run, last->front().value);
}

}  // namespace theus
