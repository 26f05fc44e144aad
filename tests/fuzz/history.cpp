#include "fuzz/record_words.hpp"
#include "fuzz/targets.hpp"
#include "hash.hpp"
#include "history_bytes.hpp"
#include "journal/support.hpp"

namespace theus::fuzz {
namespace {

using journal::bytes_of;
using journal::text_of;

journal::limits tight() {
  journal::limits bounds;
  bounds.record_bytes = 128 * 1024;
  bounds.events_per_record = 1'000;
  bounds.commands_per_record = 1'000;
  bounds.history_bytes = 256 * 1024;
  return bounds;
}

// The id that the first record's workflow has, so that the run belongs to its shard.
journal::run_id run_of(const std::vector<std::string>& records) {
  std::string workflow_id;
  if (!records.empty()) {
    if (const auto first = journal::decode(bytes_of(records.front()), tight())) {
      const auto* start = journal::opening_in(*first);
      if (start) workflow_id = start->workflow_id;
    }
  }
  return journal::test::run_of(workflow_id);
}

journal::history chained(input bytes) {
  journal::history h;
  journal::hash256 previous;
  while (!bytes.empty()) {
    const std::size_t words = std::min<std::size_t>(bytes[0] * std::size_t{8}, bytes.size() - 1);
    h.records.push_back(packed_record(bytes.subspan(1, words), previous, h.records.size() + 1));
    previous = journal::hash_of(bytes_of(h.records.back()));
    bytes = bytes.subspan(1 + words);
  }
  h.run = run_of(h.records);
  return h;
}

// Nodes here are any bytes, and refer to nothing.
result<std::vector<journal::hash256>> no_references(std::string_view) {
  return std::vector<journal::hash256>();
}

void import(const journal::history& h) {
  const auto store = journal::make_memory_store({.bounds = tight()});
  const auto owner = store->acquire_epoch().value();
  const auto imported = journal::import_history(*store, owner, h, tight(), no_references);
  if (!imported) {
    const errc code = imported.error().code;
    require(code == errc::corrupt || code == errc::unknown_version || code == errc::bad_input ||
                code == errc::limit_exceeded,
            "an import is refused with one of four errors");
    require(!store->head_of(h.run).value() && store->checkpoints_after({}, 1).value().empty(),
            "what is refused leaves nothing behind");
    return;
  }
  require(journal::export_history(*store, h.run, tight(), no_references).value() == h,
          "an import keeps every byte");
  require(store->tail({}, 100'000).value().size() == h.records.size(), "the tail has each record");
  const auto rows = journal::test::rows_of(*store);
  require(store->rebuild().has_value(), "what was imported can be rebuilt");
  require(journal::test::rows_of(*store) == rows, "rows follow from records alone");
}

}  // namespace

void history(input bytes) {
  std::string content;
  if (!bytes.empty() && bytes[0] == 'c') {
    content = journal::history_bytes(chained(bytes.subspan(1)), {}).value();
  } else if (!bytes.empty() && bytes[0] == 's') {  // sealed here, as mutation never would
    content = text_of(bytes.subspan(1));
    content += text_of(journal::hash_of(bytes_of(content)).bytes);
  } else {
    content = text_of(bytes);
  }
  const auto read = journal::history_in(content, "what is fuzzed");
  if (!read) {
    const errc code = read.error().code;
    require(code == errc::bad_input || code == errc::unknown_version || code == errc::corrupt,
            "a history is refused with one of three errors");
    return;
  }
  const auto again = journal::history_bytes(*read, tight());
  if (!again) {
    require(again.error().code == errc::limit_exceeded && content.size() > tight().history_bytes,
            "what was read can be written");
    return;
  }
  require(*again == content, "what is accepted is exported byte for byte");
  import(*read);
}

}  // namespace theus::fuzz
