#include <algorithm>

#include "checkpoint_form.hpp"
#include "hash.hpp"
#include "keyed_store.hpp"
#include "keys.hpp"

// Checkpoints and nodes. A node's row is the node.
namespace theus::journal {
namespace {

constexpr std::size_t hash_bytes = sizeof(hash256::bytes);

std::string name_of(const checkpoint_id& id) {
  return "the checkpoint of run " + id.run.to_string() + " at record " +
         std::to_string(number(id.at));
}

std::string name_of(const hash256& hash) { return "node " + hash.to_string(); }

error damaged(const checkpoint_id& id) {
  return {errc::corrupt, name_of(id) + " is damaged: its bytes are not what was written"};
}

error opened_anew() {
  return {errc::disk_full,
          "the journal was opened anew, and what this builds on may be gone; begin again"};
}

error above(const std::string& what, const char* limit) {
  return {errc::limit_exceeded, what + " is above limits::" + limit};
}

}  // namespace

result<void> keyed_store::write_derived(const batch& changes, const fail_places& places,
                                        std::optional<opening> since,
                                        const std::function<result<void>()>& allowed) {
  const std::lock_guard lock(writing_);
  if (auto why = trouble()) return *why;
  if (since && *since != opened()) return opened_anew();
  if (allowed) {
    if (auto ok = allowed(); !ok) return ok;
  }
  if (auto failure = injected_failure(places.before)) return stop_on(*failure);
  if (auto done = write(changes); !done) return done;
  if (auto failure = injected_failure(places.after)) return stop_on(*failure);
  return {};
}

result<std::optional<std::string>> keyed_store::node(const hash256& hash) {
  auto bytes = engine_->get(space::nodes, keys::node(hash));
  if (!bytes) return error{bytes.error().code, name_of(hash) + ": " + bytes.error().message};
  if (*bytes && sha256({bytes_of(**bytes)}) != hash) {
    return error{errc::corrupt, name_of(hash) + " is damaged: its bytes are not what was written"};
  }
  return bytes;
}

result<bool> keyed_store::holds_node(const hash256& hash) {
  const auto bytes = engine_->get(space::nodes, keys::node(hash));
  if (!bytes) return error{bytes.error().code, name_of(hash) + ": " + bytes.error().message};
  return bytes->has_value();
}

result<void> keyed_store::put_nodes(std::span<const stored_node> nodes, opening since) {
  batch changes;
  changes.reserve(nodes.size());
  for (const stored_node& n : nodes) {
    if (n.bytes.size() > options_.bounds.node_bytes) return above(name_of(n.hash), "node_bytes");
    if (sha256({bytes_of(n.bytes)}) != n.hash) {
      return error{errc::bad_input, name_of(n.hash) + ": its bytes are not what its hash says"};
    }
    changes.push_back({space::nodes, keys::node(n.hash), n.bytes});
  }
  if (changes.empty()) return {};
  return write_derived(changes, {"put_nodes.before_write", "put_nodes.after_write"}, since);
}

result<void> keyed_store::put_checkpoint(const checkpoint_row& row, opening since) {
  if (row.bytes.size() > options_.bounds.checkpoint_bytes) {
    return above(name_of(row.id), "checkpoint_bytes");
  }
  if (row.roots.size() > options_.bounds.checkpoint_roots) {
    return above(name_of(row.id), "checkpoint_roots");
  }
  for (const hash256& root : row.roots) {
    const auto held = holds_node(root);
    if (!held) return held.error();
    if (!*held && since != opened()) return opened_anew();
    if (!*held) {
      return error{errc::bad_input,
                   name_of(row.id) + " needs " + name_of(root) + ", which is not stored"};
    }
  }
  const std::string key = keys::checkpoint(row.id);
  const std::string value = checkpoint_value(row);
  const auto in_place_of_none = [&]() -> result<void> {
    const auto wanted = manifest_wanted(row.id);
    if (!wanted) return wanted.error();
    if (!*wanted || **wanted == keys::cursor(value).hash()) return {};
    return error{errc::bad_input, name_of(row.id) + " is another one than its run's anchor names"};
  };
  return write_derived({{space::checkpoints, key, value},
                        {space::checkpoints, keys::listed_checkpoint(row.id), std::string()}},
                       {"put_checkpoint.before_write", "put_checkpoint.after_write"}, since,
                       in_place_of_none);
}

result<std::optional<checkpoint_row>> keyed_store::checkpoint(const checkpoint_id& id) {
  const std::string key = keys::checkpoint(id);
  const auto value = engine_->get(space::checkpoints, key);
  if (!value) return error{value.error().code, name_of(id) + ": " + value.error().message};
  if (!*value) return std::optional<checkpoint_row>();
  auto row = parse_checkpoint(id, **value);
  if (!row) return damaged(id);
  return row;
}

result<std::vector<checkpoint_id>> keyed_store::list_checkpoints(const std::string& from,
                                                                 const std::string& until,
                                                                 std::size_t max_rows) {
  std::vector<checkpoint_id> ids;
  if (max_rows == 0) return ids;
  bool malformed = false;
  const auto scanned =
      engine_->scan(space::checkpoints, from, until, [&](std::string_view key, std::string_view) {
        const auto id = keys::parse_listed_checkpoint(key);
        malformed = !id;
        if (id) ids.push_back(*id);
        return !malformed && ids.size() < max_rows;
      });
  if (!scanned) {
    return error{scanned.error().code, "the list of checkpoints: " + scanned.error().message};
  }
  if (malformed) return error{errc::corrupt, "the list of checkpoints has a malformed key"};
  return ids;
}

result<std::vector<checkpoint_id>> keyed_store::checkpoints(run_id run, std::size_t max_rows) {
  return list_checkpoints(keys::listed_checkpoint({run, sequence{UINT64_MAX}}),
                          keys::listed_checkpoint({run, before_first}), max_rows);
}

result<std::vector<checkpoint_id>> keyed_store::checkpoints_after(
    const std::optional<checkpoint_id>& after, std::size_t max_rows) {
  const std::string all(1, char(keys::checkpoint_kind::listed));
  return list_checkpoints(after ? keys::after(keys::listed_checkpoint(*after)) : all,
                          keys::behind(all), max_rows);
}

result<void> keyed_store::erase_checkpoint(const checkpoint_id& id) {
  return write_derived(
      {{space::checkpoints, keys::checkpoint(id), std::nullopt},
       {space::checkpoints, keys::listed_checkpoint(id), std::nullopt}},
      {"erase_checkpoint.before_write", "erase_checkpoint.after_write"}, {}, [&]() -> result<void> {
        const auto wanted = manifest_wanted(id);
        if (!wanted) return wanted.error();
        if (!*wanted) return {};
        return error{errc::bad_input, name_of(id) +
                                          " stays: its run's anchor names it, and the "
                                          "records before it were trimmed"};
      });
}

result<std::vector<hash256>> keyed_store::nodes_after(const std::optional<hash256>& after,
                                                      std::size_t max_nodes) {
  std::vector<hash256> hashes;
  if (max_nodes == 0) return hashes;
  bool malformed = false;
  const auto scanned = engine_->scan(space::nodes, after ? keys::after(keys::node(*after)) : "",
                                     std::string(hash_bytes + 1, '\xff'),
                                     [&](std::string_view key, std::string_view) {
                                       const auto hash = keys::parse_node(key);
                                       malformed = !hash;
                                       if (hash) hashes.push_back(*hash);
                                       return !malformed && hashes.size() < max_nodes;
                                     });
  if (!scanned) return scanned.error();
  if (malformed) return error{errc::corrupt, "a node lies under a malformed key"};
  return hashes;
}

result<void> keyed_store::erase_nodes(std::span<const hash256> nodes, opening since) {
  batch changes;
  changes.reserve(nodes.size());
  for (const hash256& hash : nodes) changes.push_back({space::nodes, keys::node(hash), {}});
  if (changes.empty()) return {};
  return write_derived(changes, {"erase_nodes.before_write", "erase_nodes.after_write"}, since);
}

}  // namespace theus::journal
