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

const started* opening_event(const record& r) {
  const auto& events = std::holds_alternative<turn>(r.body) ? std::get<turn>(r.body).events
                                                            : std::get<intake>(r.body).events;
  return events.empty() ? nullptr : std::get_if<started>(&events.front());
}

}  // namespace

// What one call of append has accepted so far.
struct keyed_store::staging {
  batch changes;
  std::vector<const unit*> units;
  std::vector<std::size_t> places;  // of those units in the call
  // Of those units: where the run is in the cache and what it becomes, or what is to be put there.
  std::vector<std::pair<head_cache::place, head>> known;
  std::unordered_map<run_id, run_tasks> unknown;
  std::unordered_map<std::string, run_id> claims;  // by the keys of the claims' rows
  std::vector<row_change> derived;                 // of the record at hand
};

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
  return check_layout();
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
  if (auto done = commit(changes, {}); !done) return done.error();
  epoch_ = next_epoch;
  return next_epoch;
}

std::vector<append_answer> keyed_store::append(std::span<const unit> units) try {
  std::vector<append_answer> answers(units.size());
  const std::lock_guard lock(writing_);
  std::optional<error> refused = trouble();
  if (!refused && units.size() > options_.bounds.units_per_append) {
    refused = error{errc::limit_exceeded, "an append has more units than limits::units_per_append"};
  }
  if (refused) {
    for (append_answer& a : answers) a.why = refused;
    return answers;
  }

  staging s;
  ++append_no_;
  s.changes.reserve(2 * units.size() + 1);
  s.units.reserve(units.size());
  s.places.reserve(units.size());
  s.known.reserve(units.size());
  for (std::size_t i = 0; i < units.size(); ++i) {
    const std::size_t mark = s.changes.size();
    const std::size_t accepted = s.units.size();
    if (auto staged = stage(units[i], s, answers[i]); !staged) {
      answers[i] = {append_status::unknown, std::nullopt, staged.error()};
      heads_.erase(units[i].run());
      s.unknown.erase(units[i].run());
    }
    if (s.units.size() == accepted) {
      s.changes.resize(mark);
    } else {
      s.places.push_back(i);
    }
  }
  if (s.units.empty()) return answers;

  const auto done = commit(s.changes, s.units);
  for (std::size_t i = 0; i < s.units.size(); ++i) {
    append_answer& answer = answers[s.places[i]];
    answer.status = append_status::committed;
    if (!done) answer = {append_status::unknown, std::nullopt, done.error()};
  }
  settle(s, done.has_value());
  return answers;
} catch (...) {  // no memory: what the cache says of runs may be half changed
  heads_.clear();
  throw;
}

void keyed_store::settle(staging& s, bool committed) {
  if (!committed) {
    for (const unit* u : s.units) heads_.erase(u->run());
    return;
  }
  heads_.advance(s.known);
  if (s.unknown.empty()) return;
  for (const unit* u : s.units) {
    const auto found = s.unknown.find(u->run());
    if (found != s.unknown.end()) {
      heads_.put(u->run(), u->resulting_head(), std::move(found->second));
    }
  }
}

// Adds an acceptable unit to `s`, otherwise says in `answer` why not. Errors: what a read ran into.
result<void> keyed_store::stage(const unit& u, staging& s, append_answer& answer) {
  if (u.owner() != epoch_) {
    answer.status = append_status::fenced;
    return {};
  }
  answer.status = append_status::conflict;
  const auto known = heads_.find(u.run());
  if (known ? (*known)->append_no == append_no_ : s.unknown.contains(u.run())) return {};
  std::optional<head> before;
  if (known) before = (*known)->newest;
  if (!before && u.expected() == first_sequence) {
    // A filter knows of most keys that they are not there; a last record has to be sought.
    const auto taken = engine_->get(space::records, keys::record(u.run(), first_sequence));
    if (!taken) return taken.error();
    if (*taken) return {};
    before = head();
  } else if (!before) {
    auto stored = stored_head(u.run());
    if (!stored) return stored.error();
    before = stored->value_or(head());
  }
  if (u.expected() != next(before->at) || u.entries().front().value.previous != before->hash) {
    return {};
  }
  const started* opening = opening_event(u.entries().front().value);
  if (opening != nullptr) {
    auto taken = holder(*opening, u.entries().front().value.time, s);
    if (!taken) return taken.error();
    if (*taken) {
      answer.holder = *taken;
      return {};
    }
  }

  run_tasks* tasks = known ? &(*known)->tasks : nullptr;
  if (tasks == nullptr) {
    auto stored =
        opening != nullptr ? result<run_tasks>(run_tasks()) : stored_tasks(u.run(), before->at);
    if (!stored) return stored.error();
    tasks = &s.unknown.emplace(u.run(), std::move(*stored)).first->second;
  }
  row_writer rows(*engine_, s.changes, u.run(), *tasks);
  for (const unit::entry& e : u.entries()) {
    s.changes.push_back({space::records, keys::record(u.run(), e.value.at), e.bytes});
    s.derived.clear();
    derive(u.run(), e.value, s.derived);
    for (const row_change& c : s.derived) {
      if (auto ok = rows.apply(c, e.value.at); !ok) return ok;
    }
    tasks->end_record(e.value.at);
  }
  rows.write_tasks();
  if (known) {
    (*known)->append_no = append_no_;
    s.known.emplace_back(*known, u.resulting_head());
  }
  s.units.push_back(&u);
  if (opening != nullptr) {
    s.claims.emplace(keys::workflow(opening->workflow_id), u.run());
    if (!opening->request_id.empty()) {
      s.claims.emplace(keys::request(opening->workflow_id, opening->request_id), u.run());
    }
  }
  return {};
}

// The run that keeps `e` from opening another at `at`: of the same request, or running under the
// same id.
result<std::optional<run_id>> keyed_store::holder(const started& e, wall_time at,
                                                  const staging& s) {
  const std::string keys_of_claims[] = {keys::request(e.workflow_id, e.request_id),
                                        keys::workflow(e.workflow_id)};
  for (const std::string& key : keys_of_claims) {
    const auto claimed = s.claims.find(key);
    if (claimed != s.claims.end()) return std::optional(claimed->second);
  }
  if (!e.request_id.empty()) {
    auto requested = run_of_request(e.workflow_id, e.request_id);
    if (!requested) return requested;
    if (*requested) {
      const auto holds = holds_request(**requested, at);
      if (!holds) return holds.error();
      if (*holds) return requested;
    }
  }
  const auto newest = run_of(e.workflow_id);
  if (!newest || !*newest) return newest;
  const auto row = instance(**newest);
  if (!row) return row.error();
  if (*row && (*row)->status != run_status::running) return std::optional<run_id>();
  return *newest;
}

// A request id outlives its finished run by the window (rule 27).
result<bool> keyed_store::holds_request(run_id run, wall_time at) {
  const auto row = instance(run);
  if (!row) return row.error();
  return *row && (!(*row)->closed_at || at - *(*row)->closed_at <= options_.request_window);
}

result<void> keyed_store::commit(batch& changes, const std::vector<const unit*>& units) {
  chain_hasher hasher(head_);
  for (const unit* u : units) {
    for (const unit::entry& e : u->entries()) hasher.add(u->run(), e.value.at, e.hash);
  }
  const journal_head reached = hasher.finish();
  changes.push_back({space::log, keys::commit(reached.commit), commit_value(reached.chain, units)});
  try {
    if (auto done = engine_->commit(changes, reached); !done) return stop_on(done.error());
  } catch (const std::bad_alloc&) {  // half-way, perhaps
    return stop_on(no_memory());
  }
  head_ = reached;
  return {};
}

// Nothing is known about the disk after a failed write: no further append may build on it.
result<void> keyed_store::stop_on(error e) {
  const std::lock_guard lock(trouble_mutex_);
  trouble_ = e;
  return e;
}

std::optional<error> keyed_store::trouble() const {
  const std::lock_guard lock(trouble_mutex_);
  return trouble_;
}

result<void> keyed_store::acknowledge(const message_id& message) {
  const std::lock_guard lock(writing_);
  if (auto why = trouble()) return *why;
  const batch changes{{space::kept, keys::acknowledgement(message), std::string()},
                      {space::rows, keys::message(message.sender, message.command), std::nullopt}};
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
  if (auto opened = engine_->reopen(); !opened) {
    return opened.error().code == errc::disk_full ? opened : stop_on(opened.error());
  }
  if (auto loaded = load(); !loaded) return stop_on(loaded.error());
  const std::lock_guard change(trouble_mutex_);
  trouble_.reset();
  return {};
}

}  // namespace theus::journal
