#include "theus/runtime/queries.hpp"

#include <algorithm>

#include "loader.hpp"

namespace theus {

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
  // One at a time: how large the next one is shows only when it is read.
  while (page.raw.size() < max_records && bytes < max_bytes) {
    auto record = store.read_raw(run, from, 1);
    if (!record) return record.error();
    if (record->empty()) return page;
    bytes += record->front().size();
    page.raw.push_back(std::move(record->front()));
    from = next(from);
  }
  page.is_last = false;
  return page;
}

result<control::checkpoint_list> list_checkpoints(journal::store& store, journal::run_id run) {
  control::checkpoint_list list;
  auto trimmed = store.trimmed(run);
  if (!trimmed) return trimmed.error();
  list.trimmed = *trimmed;
  const auto ids = store.checkpoints(run, control::max_page_rows);
  if (!ids) return ids.error();
  for (const auto& id : *ids) {
    const auto row = store.checkpoint(id);
    if (!row && row.error().code != errc::corrupt) return row.error();
    if (row && !*row) continue;  // erased meanwhile
    list.rows.push_back({id.at, row ? "" : row.error().message, 0, 0});
    if (!row) continue;
    list.rows.back().bytes = (*row)->bytes.size();
    list.rows.back().roots = static_cast<std::uint32_t>((*row)->roots.size());
  }
  return list;
}

result<control::checkpoint_piece> read_checkpoint_piece(journal::store& store,
                                                        const journal::checkpoint_id& id,
                                                        std::uint64_t from, std::size_t max_bytes) {
  auto row = store.checkpoint(id);
  if (!row) return row.error();
  if (!*row) {
    return error{errc::not_found, "run " + id.run.to_string() + " has no checkpoint at " +
                                      std::to_string(journal::number(id.at))};
  }
  const std::string& bytes = (*row)->bytes;
  control::checkpoint_piece piece{bytes.size(), {}, {}};
  if (from < bytes.size()) piece.bytes = bytes.substr(from, max_bytes);
  if (from == 0) piece.roots = std::move((*row)->roots);
  return piece;
}

result<control::node_page> read_node_page(journal::store& store,
                                          std::span<const journal::hash256> wanted,
                                          std::size_t max_nodes, std::size_t max_bytes) {
  control::node_page page;
  std::size_t bytes = 0;
  for (const auto& hash : wanted.first(std::min(wanted.size(), max_nodes))) {
    if (bytes >= max_bytes) break;
    auto node = store.node(hash);
    if (!node) return node.error();
    page.nodes.push_back(node->value_or(std::string()));
    bytes += page.nodes.back().size();
  }
  return page;
}

run_outcome outcome_in(journal::run_id run, const journal::record& last) {
  if (auto outcome = ending_in(run, last)) return std::move(*outcome);
  run_outcome running;
  running.run = run;
  return running;
}

result<std::optional<journal::record>> last_telling_record(journal::store& store,
                                                           journal::run_id run) {
  const auto head = store.head_of(run);
  if (!head) return head.error();
  if (!*head) return std::optional<journal::record>();
  for (auto at = (*head)->at;; at = journal::sequence{journal::number(at) - 1}) {
    auto last = store.read(run, at, 1);
    if (!last) return last.error();
    if (last->empty()) {
      return error{errc::corrupt, "the last record of run " + run.to_string() + " is missing"};
    }
    auto& found = last->front().value;
    if (!std::holds_alternative<journal::anchor>(found.body))
      return std::optional(std::move(found));
  }
}

result<run_outcome> read_outcome(journal::store& store, journal::run_id run) {
  const auto last = last_telling_record(store, run);
  // What was trimmed behind the last anchor was no end: that stays.
  if (!last && last.error().code == errc::trimmed) return outcome_in(run, journal::record());
  if (!last) return last.error();
  if (!*last) return error{errc::not_found, "there is no run " + run.to_string()};
  return outcome_in(run, **last);
}

}  // namespace theus
