#include "keyed_store.hpp"

#include <new>
#include <unordered_map>

#include "commit_log.hpp"
#include "keys.hpp"
#include "row_writer.hpp"

namespace theus::journal {
namespace {

constexpr std::string_view epoch_key = "epoch";

error no_memory() { return {errc::io_error, "memory ran out while the journal was written"}; }

}  // namespace

result<std::unique_ptr<store>> keyed_store::open(std::unique_ptr<engine> stored,
                                                 const store_options& options) {
  std::unique_ptr<keyed_store> made(new keyed_store(std::move(stored), options));
  const std::lock_guard lock(made->writing_);
  if (auto ok = made->load(); !ok) return ok.error();
  return std::unique_ptr<store>(std::move(made));
}

result<void> keyed_store::load() {
  const auto owner = engine_->get(space::meta, epoch_key);
  if (!owner) return owner.error();
  epoch found_epoch{};
  if (*owner) {
    keys::cursor c(**owner);
    found_epoch = epoch{c.u64()};
    if (!c.at_end()) return error{errc::corrupt, "the epoch of the journal is malformed"};
  }
  const auto last = engine_->last(space::log, "", keys::commit(UINT64_MAX));
  if (!last) return last.error();
  journal_head found;
  if (*last) {
    const auto head = parse_head(**last);
    if (!head) return error{errc::corrupt, "the last commit of the journal is malformed"};
    found = *head;
  }
  if (auto ok = check_promise(found); !ok) return ok;
  epoch_ = found_epoch;
  head_ = found;
  heads_.clear();
  if (auto ok = heartbeats_.load(*engine_); !ok) return ok;
  if (auto ok = check_layout(); !ok) return ok;
  return heartbeats_.erase_orphans(*engine_);
}

// Rule 6: less than what was acknowledged is corruption, more was never acknowledged and stays.
result<void> keyed_store::check_promise(const journal_head& found) {
  const auto promised = engine_->promised();
  if (!promised) return promised.error();
  if (found.commit < promised->commit) {
    return error{errc::corrupt, "commit " + std::to_string(promised->commit) +
                                    " was acknowledged, but only " + std::to_string(found.commit) +
                                    " can be read: acknowledged records are lost; restore the "
                                    "folder from a copy"};
  }
  if (found.commit == promised->commit && found.chain != promised->chain) {
    return error{errc::corrupt, "commit " + std::to_string(found.commit) +
                                    " is not the one that was acknowledged; restore the folder "
                                    "from a copy"};
  }
  return found == *promised ? result<void>() : engine_->promise(found);
}

result<epoch> keyed_store::acquire_epoch() {
  const std::lock_guard lock(writing_);
  if (auto why = trouble()) return *why;
  const epoch next_epoch{static_cast<std::uint64_t>(epoch_) + 1};
  std::string value;
  keys::put_u64(value, static_cast<std::uint64_t>(next_epoch));
  batch changes{{space::meta, std::string(epoch_key), std::move(value)}};
  if (auto done = prepare(changes, {}); !done) return done.error();
  if (auto done = harden(prepared_); !done) return done.error();
  epoch_ = next_epoch;
  return next_epoch;
}

// Written, and on its way to be durable: `harden`.
result<void> keyed_store::prepare(batch& changes, const std::vector<const unit*>& units) {
  chain_hasher hasher(head_);
  for (const unit* u : units) {
    for (const unit::entry& e : u->entries()) hasher.add(u->run(), e.value.at, e.hash);
  }
  const journal_head reached = hasher.finish();
  changes.push_back({space::log, keys::commit(reached.commit), commit_value(reached.chain, units)});
  try {
    if (auto done = engine_->prepare(changes, reached); !done) return stop_on(done.error());
  } catch (const std::bad_alloc&) {  // half-way, perhaps
    return stop_on(no_memory());
  }
  head_ = reached;
  ++prepared_;
  return {};
}

// Returns when so many commits of those prepared are durable. One sync serves all who wait.
result<void> keyed_store::harden(std::uint64_t commits) {
  const std::lock_guard lock(hardening_);
  if (commits <= doomed_) {
    return error{errc::disk_full,
                 "the journal was opened anew before this was known to be durable"};
  }
  return sync(commits);
}

// `hardening_` is held.
result<void> keyed_store::sync(std::uint64_t commits) {
  if (commits <= hardened_) return {};
  if (failed_sync_) return *failed_sync_;
  const std::uint64_t through = prepared_;
  try {
    if (auto done = engine_->harden(); !done) failed_sync_ = done.error();
  } catch (const std::bad_alloc&) {
    failed_sync_ = error{errc::io_error, "memory ran out while the journal was synced"};
  }
  if (failed_sync_) return stop_on(*failed_sync_);
  hardened_ = through;
  return {};
}

// Nothing is known about the disk after a failed write: no further append may build on it.
result<void> keyed_store::stop_on(error e) {
  const std::lock_guard lock(trouble_mutex_);
  // A full disk may get space again; nothing else is forgotten for it.
  if (!trouble_ || trouble_->code == errc::disk_full) trouble_ = e;
  return e;
}

std::optional<error> keyed_store::trouble() const {
  const std::lock_guard lock(trouble_mutex_);
  return trouble_;
}

result<void> keyed_store::acknowledge(const message_id& message) {
  const std::lock_guard lock(writing_);
  if (auto why = trouble()) return *why;
  return write({{space::kept, keys::acknowledgement(message), std::string()},
                {space::rows, keys::message(message), std::nullopt}});
}

result<void> keyed_store::put_heartbeat(epoch owner, const heartbeat_row& row) {
  if (row.details && row.details->size() > options_.bounds.heartbeat_bytes) {
    return error{errc::limit_exceeded, "a heartbeat's details have " +
                                           std::to_string(row.details->size()) +
                                           " bytes, more than limits::heartbeat_bytes (" +
                                           std::to_string(options_.bounds.heartbeat_bytes) + ")"};
  }
  const std::lock_guard lock(writing_);
  if (auto why = trouble()) return *why;
  if (owner != epoch_) return error{errc::stopped, "a younger runtime owns this journal"};
  if (auto failure = injected_failure("heartbeat.before_write")) return *failure;
  if (auto done = write({heartbeats_.put(row)}); !done) return done;
  if (auto failure = injected_failure("heartbeat.after_write")) return *failure;
  return {};
}

result<std::optional<heartbeat_row>> keyed_store::heartbeat(run_id run, const command_id& id) {
  return heartbeats_.find(run, id);
}

result<std::vector<heartbeat_row>> keyed_store::heartbeats(run_id run) {
  return heartbeats_.of(run);
}

// `writing_` is held.
result<void> keyed_store::write(const batch& changes) {
  try {
    const auto done = engine_->write(changes);
    return done ? done : stop_on(done.error());
  } catch (const std::bad_alloc&) {
    return stop_on(no_memory());
  }
}

result<void> keyed_store::reopen() {
  const std::lock_guard lock(writing_);
  const std::optional<error> why = trouble();
  if (!why) return {};
  if (why->code != errc::disk_full) return *why;
  const std::lock_guard finishing(hardening_);
  if (failed_sync_ && failed_sync_->code != errc::disk_full) return *failed_sync_;
  ++openings_;
  if (auto opened = engine_->reopen(); !opened) {
    return opened.error().code == errc::disk_full ? opened : stop_on(opened.error());
  }
  if (auto loaded = load(); !loaded) return stop_on(loaded.error());
  doomed_ = hardened_ = prepared_;
  failed_sync_.reset();
  const std::lock_guard change(trouble_mutex_);
  trouble_.reset();
  return {};
}

}  // namespace theus::journal
