#include "theus/journal/history_file.hpp"

#include <algorithm>
#include <unordered_map>

#include "theus/journal/blob_mentions.hpp"
#include "theus/journal/node_order.hpp"
#include "theus/journal/trimming.hpp"

#include "file.hpp"
#include "hash.hpp"
#include "history_bytes.hpp"

namespace theus::journal {
namespace {

constexpr std::size_t page_records = 1'000;
constexpr int tries = 10;

error no_references(run_id run) {
  return {errc::bad_input, "run " + run.to_string() +
                               " was trimmed: what its checkpoint needs cannot be found without "
                               "being told what nodes refer to"};
}

void put_all(std::vector<hash256>& to, const record& r) {
  for (const hash256& blob : blobs_in(r)) to.push_back(blob);
}

// The blobs that the run's records mention. Most runs mention none, as the rows say.
result<std::vector<hash256>> blobs_of(store& from, const history& h, const limits& bounds) {
  std::vector<hash256> found;
  const auto rows = from.blobs(blob_row{h.run, before_first, {}}, 1);
  if (!rows) return rows.error();
  if (rows->empty() || rows->front().run != h.run) return found;
  for (const std::string& bytes : h.records) {
    const auto decoded = decode(bytes_of(bytes), bounds);
    if (!decoded) return decoded.error();
    put_all(found, *decoded);
  }
  sort_once(found);
  return found;
}

// Of what has not been trimmed by now.
result<history> read_run(store& from, run_id run, const limits& bounds,
                         const node_references& below) {
  history h{run, {}};
  auto base = anchored_checkpoint(from, run);
  if (!base) return base.error();
  std::size_t bytes = 0;
  const auto get = [&](const hash256& hash) -> result<std::string> {
    auto node = from.node(hash);
    if (!node) return node.error();
    if (!*node) return error{errc::not_found, "node " + hash.to_string() + " is not stored"};
    bytes += (*node)->size();
    if (bytes > bounds.history_bytes) return history_too_large(bounds);
    return std::move(**node);
  };
  sequence at = first_sequence;
  if (*base) {
    if (!below) return no_references(run);
    at = next((*base)->id.at);
    h.behind = history::base{std::move(**base), {}};
    auto nodes = nodes_below(h.behind->checkpoint.roots, get, below);
    if (!nodes) return nodes.error();
    h.behind->nodes = std::move(*nodes);
  }
  auto size = history_size(h, bounds);
  if (!size) return size.error();
  for (;;) {
    auto page = from.read_raw(run, at, page_records);
    if (!page) return page.error();
    if (page->empty()) break;
    at = sequence{number(at) + page->size()};
    for (std::string& r : *page) {
      *size += 4 + r.size();
      h.records.push_back(std::move(r));
    }
    if (*size > bounds.history_bytes) return history_too_large(bounds);
  }
  if (h.records.empty()) return error{errc::not_found, "there is no run " + run.to_string()};
  const auto mentioned = blobs_of(from, h, bounds);
  if (!mentioned) return mentioned.error();
  if (mentioned->empty()) return h;
  auto nodes = nodes_below(*mentioned, get, below);
  if (!nodes) return nodes.error();
  h.blobs = std::move(*nodes);
  const auto whole = history_size(h, bounds);
  return whole ? result<history>(std::move(h)) : whole.error();
}

// Everything that is needed below `roots`, and nothing else.
result<void> check_nodes(std::span<const hash256> roots, const std::vector<std::string>& nodes,
                         const std::string& whose, const node_references& below) {
  std::unordered_map<std::string, std::string_view> by_hash;
  for (const std::string& node : nodes) {
    by_hash.emplace(text_of(sha256({bytes_of(node)}).bytes), node);
  }
  const auto get = [&](const hash256& hash) -> result<std::string> {
    const auto found = by_hash.find(std::string(text_of(hash.bytes)));
    if (found != by_hash.end()) return std::string(found->second);
    return error{errc::corrupt,
                 whose + " needs node " + hash.to_string() + ", which is not among its nodes"};
  };
  const auto needed = nodes_below(roots, get, below);
  if (!needed) return needed.error();
  if (*needed == nodes) return {};
  return error{errc::corrupt, "its nodes are not those that " + whose + " needs, in their order"};
}

// Those that the history does not bring have to be in the journal.
result<void> check_blobs(store& to, const history& h, const unit& u, const node_references& below) {
  std::vector<hash256> mentioned;
  for (const unit::entry& e : u.entries()) put_all(mentioned, e.value);
  sort_once(mentioned);
  if (!h.blobs.empty()) return check_nodes(mentioned, h.blobs, "what its records mention", below);
  for (const hash256& blob : mentioned) {
    const auto held = to.holds_node(blob);
    if (!held) return held.error();
    if (*held) continue;
    return error{errc::bad_input, "its records mention blob " + blob.to_string() +
                                      ", which the history does not bring; export the run from "
                                      "the folder of its journal"};
  }
  return {};
}

result<void> put_nodes(store& to, const std::vector<std::string>& nodes, opening since) {
  constexpr std::size_t batch_bytes = 256 * 1024;
  std::vector<stored_node> batch;
  std::size_t bytes = 0;
  const auto flush = [&]() -> result<void> {
    auto done = to.put_nodes(batch, since);
    batch.clear();
    bytes = 0;
    return done;
  };
  for (const std::string& node : nodes) {
    batch.push_back({sha256({bytes_of(node)}), node});
    bytes += node.size();
    if (bytes < batch_bytes) continue;
    if (auto done = flush(); !done) return done;
  }
  return flush();
}

result<void> put_base(store& to, const history::base& base, opening since) {
  if (auto done = put_nodes(to, base.nodes, since); !done) return done;
  return to.put_checkpoint(base.checkpoint, since);
}

result<unit> unit_of(history& h, epoch owner, const limits& bounds) {
  if (!h.behind) return unit::adopt(h.run, owner, head(), std::move(h.records), bounds);
  auto made = unit::adopt_trimmed(h.run, owner, std::move(h.records), bounds);
  if (!made) return made;
  const checkpoint_row& row = h.behind->checkpoint;
  if (row.id.run == h.run && made->behind()->through == row.id.at &&
      made->behind()->manifest == manifest_of(row)) {
    return made;
  }
  return error{errc::corrupt, "its anchor names another checkpoint than it brings"};
}

}  // namespace

result<void> write_history(const std::filesystem::path& path, const history& h,
                           const limits& bounds) {
  const auto content = history_bytes(h, bounds);
  return content ? replace_file(path, *content) : content.error();
}

result<history> read_history(const std::filesystem::path& path, const limits& bounds) {
  const auto content = read_file(path, bounds.history_bytes);
  if (!content) return content.error();
  if (!*content) return error{errc::not_found, "there is no file " + path.string()};
  return history_in(**content, path.string());
}

result<history> export_history(store& from, run_id run, const limits& bounds,
                               const node_references& below) {
  for (int left = tries;; --left) {
    const auto before = from.trimmed(run);
    if (!before) return before.error();
    auto h = read_run(from, run, bounds, below);
    const auto after = from.trimmed(run);
    if (!after) return after.error();
    if (*before == *after) return h;
    if (left == 0) {
      return error{errc::trimmed,
                   "run " + run.to_string() + " is trimmed faster than it can be read"};
    }
  }
}

result<void> import_history(store& to, epoch owner, history h, const limits& bounds,
                            const node_references& below) {
  const std::string run = "run " + h.run.to_string();
  if (auto size = history_size(h, bounds); !size) return size.error();
  const auto present = to.head_of(h.run);
  if (!present) return present.error();
  if (*present) return error{errc::workflow_exists, run + " is in this journal already"};
  const auto u = unit_of(h, owner, bounds);
  if (!u) return error{u.error().code, run + ": " + u.error().message};
  const started* opening = opening_in(u->entries().front().value);
  const std::string* id = u->behind() != nullptr ? &u->behind()->workflow_id
                          : opening != nullptr   ? &opening->workflow_id
                                                 : nullptr;
  if (id == nullptr || shard_key_of(*id) != h.run.shard_key()) {
    return error{errc::corrupt, run + " does not begin with the start of its workflow"};
  }
  if (h.behind && !below) return no_references(h.run);
  const auto since = to.opened();
  auto put = check_blobs(to, h, *u, below);
  if (put && h.behind) {
    put = check_nodes(h.behind->checkpoint.roots, h.behind->nodes, "its checkpoint", below);
  }
  if (put) put = put_nodes(to, h.blobs, since);
  if (put && h.behind) put = put_base(to, *h.behind, since);
  if (!put) return error{put.error().code, run + ": " + put.error().message};
  const append_answer answer = to.append(std::span(&*u, 1)).front();
  if (answer.status == append_status::committed) return {};
  if (answer.status == append_status::unknown) return *answer.why;
  // Unless somebody else brought the same run meanwhile: then it is truth, and stays.
  if (h.behind) (void)to.erase_checkpoint(h.behind->checkpoint.id);
  if (answer.status == append_status::fenced) {
    return error{errc::stopped, "another runtime has taken this journal over"};
  }
  if (answer.why) return *answer.why;
  return error{errc::workflow_exists, "workflow " + *id + " is held by run " +
                                          (answer.holder ? *answer.holder : h.run).to_string()};
}

}  // namespace theus::journal
