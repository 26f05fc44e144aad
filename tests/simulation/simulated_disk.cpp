#include "simulation/simulated_disk.hpp"

#include <algorithm>

namespace theus::simulation {

using journal::batch;
using journal::change;
using journal::journal_head;
using journal::space;

namespace {

constexpr std::size_t remembered_promises = 4;

template <class Rows>
void scan_rows(const Rows& rows, std::string_view from, std::string_view until,
               const journal::engine::visitor& visit) {
  for (auto at = rows.lower_bound(from); at != rows.end() && at->first < until; ++at) {
    if (!visit(at->first, at->second)) return;
  }
}

template <class Rows>
std::optional<journal::engine::key_value> last_row(const Rows& rows, std::string_view from,
                                                   std::string_view until) {
  auto at = rows.lower_bound(until);
  if (at == rows.begin() || (--at)->first < from) return std::nullopt;
  return journal::engine::key_value(at->first, at->second);
}

template <class Rows>
std::optional<std::string> row_at(const Rows& rows, std::string_view key) {
  const auto found = rows.find(key);
  if (found == rows.end()) return std::nullopt;
  return found->second;
}

}  // namespace

class simulated_disk::writer final : public journal::engine {
 public:
  explicit writer(simulated_disk& disk) : disk_(disk) {}

  result<std::optional<std::string>> get(space where, std::string_view key) override {
    if (auto fault = disk_.read_fault()) return *fault;
    return row_at(disk_.visible(where), key);
  }
  result<void> scan(space where, std::string_view from, std::string_view until,
                    const visitor& visit) override {
    if (auto fault = disk_.read_fault()) return *fault;
    scan_rows(disk_.visible(where), from, until, visit);
    return {};
  }
  result<std::optional<key_value>> last(space where, std::string_view from,
                                        std::string_view until) override {
    if (auto fault = disk_.read_fault()) return *fault;
    return last_row(disk_.visible(where), from, until);
  }
  result<void> prepare(const batch& changes, const journal_head& head) override {
    return disk_.prepare(changes, head);
  }
  result<void> harden() override { return disk_.harden(); }
  result<void> write(const batch& changes) override { return disk_.write(changes); }
  result<journal_head> promised() override { return disk_.promised_.back(); }
  result<void> promise(const journal_head& head) override { return disk_.promise(head); }
  result<void> reopen() override { return disk_.reopen(); }

 private:
  simulated_disk& disk_;
};

class simulated_disk::reader final : public journal::engine {
 public:
  explicit reader(const simulated_disk& disk) : disk_(disk) {}

  result<std::optional<std::string>> get(space where, std::string_view key) override {
    return row_at(disk_.visible(where), key);
  }
  result<void> scan(space where, std::string_view from, std::string_view until,
                    const visitor& visit) override {
    scan_rows(disk_.visible(where), from, until, visit);
    return {};
  }
  result<std::optional<key_value>> last(space where, std::string_view from,
                                        std::string_view until) override {
    return last_row(disk_.visible(where), from, until);
  }
  // A store that opens a new disk writes its layout.
  result<void> prepare(const batch&, const journal_head&) override { return {}; }
  result<void> harden() override { return {}; }
  result<void> write(const batch&) override { return {}; }
  result<journal_head> promised() override { return journal_head{}; }
  result<void> promise(const journal_head&) override { return {}; }
  result<void> reopen() override { return {}; }

 private:
  const simulated_disk& disk_;
};

std::unique_ptr<journal::engine> simulated_disk::attach() {
  return std::make_unique<writer>(*this);
}

std::unique_ptr<journal::engine> simulated_disk::witness() {
  return std::make_unique<reader>(*this);
}

void simulated_disk::copy_to(simulated_disk& other) const {
  other.spaces_ = spaces_;
  other.promised_ = promised_;
}

void simulated_disk::heal() {
  rates_ = {};
  full_for_ = 0;
}

error simulated_disk::failed(errc code, const char* where) {
  ++faults_;
  return {code, std::string(where) + (code == errc::disk_full ? ": no space" : ": I/O error")};
}

std::optional<error> simulated_disk::fault_at(place where) {
  static constexpr std::array<const char*, 4> names{"before the write", "after the write",
                                                    "after the sync", "after the watermark"};
  if (draws_.bernoulli(rates_.power_cut)) throw power_cut();
  if (where == place::after_watermark) return std::nullopt;
  const char* name = names[static_cast<std::size_t>(where)];
  if (draws_.bernoulli(rates_.error)) return failed(errc::io_error, name);
  if (draws_.bernoulli(rates_.full)) {
    is_full_ = true;
    full_for_ = draws_.uniform(0, 4);
    return failed(errc::disk_full, name);
  }
  return std::nullopt;
}

std::optional<error> simulated_disk::read_fault() {
  if (!draws_.bernoulli(rates_.read_error)) return std::nullopt;
  return failed(errc::io_error, "read");
}

result<void> simulated_disk::prepare(const batch& changes, const journal_head& head) {
  if (sync_failed_) return failed(errc::io_error, "after a failed sync");
  if (is_full_) return failed(errc::disk_full, "before the write");
  if (auto fault = fault_at(place::before_write)) return *fault;
  unsynced_.push_back({changes, false, {}});
  newest_ = head;
  if (auto fault = fault_at(place::after_write)) return *fault;
  return {};
}

result<void> simulated_disk::harden() {
  if (sync_failed_) return failed(errc::io_error, "after a failed sync");
  if (draws_.bernoulli(rates_.sync_error)) {
    sync_failed_ = true;
    return failed(errc::io_error, "sync");
  }
  make_durable(unsynced_.size());
  if (auto fault = fault_at(place::after_sync)) return *fault;
  if (auto done = promise(newest_); !done) return done;
  if (auto fault = fault_at(place::after_watermark)) return *fault;
  return {};
}

result<void> simulated_disk::write(const batch& changes) {
  if (sync_failed_) return failed(errc::io_error, "after a failed sync");
  if (is_full_) return failed(errc::disk_full, "before the write");
  if (auto fault = fault_at(place::before_write)) return *fault;
  unsynced_batch& written = unsynced_.emplace_back(unsynced_batch{changes, true, {}});
  apply(written.changes, &written.undo);
  if (auto fault = fault_at(place::after_write)) return *fault;
  return {};
}

result<void> simulated_disk::promise(const journal_head& head) {
  promised_.push_back(head);
  if (promised_.size() > remembered_promises) promised_.erase(promised_.begin());
  return {};
}

// Recovery finds what the log holds; a write that failed may have left a torn one, which is
// dropped.
result<void> simulated_disk::reopen() {
  if (sync_failed_) return failed(errc::io_error, "after a failed sync");
  if (full_for_ > 0) {
    --full_for_;
    return failed(errc::disk_full, "reopen");
  }
  is_full_ = false;
  std::size_t found = unsynced_.size();
  if (found > 0 && !unsynced_.back().is_visible && draws_.bernoulli(0.5)) --found;
  if (rates_.lost_at_reopen > 0 && draws_.bernoulli(rates_.lost_at_reopen)) {
    found = draws_.uniform<std::size_t>(0, found);
  }
  make_durable(found);
  return {};
}

void simulated_disk::crash(bool power_lost) {
  std::size_t kept = unsynced_.size();
  if (power_lost || sync_failed_) kept = draws_.uniform<std::size_t>(0, kept);
  if (power_lost) {
    const auto known = draws_.uniform<std::size_t>(1, promised_.size());
    promised_.resize(known);
  }
  make_durable(kept);
  sync_failed_ = false;
  is_full_ = false;
  full_for_ = 0;
}

bool simulated_disk::is_durable(space where, std::string_view key) const {
  if (!visible(where).contains(key)) return false;
  return std::ranges::none_of(unsynced_, [&](const unsynced_batch& each) {
    return std::ranges::any_of(each.changes,
                               [&](const change& c) { return c.where == where && c.key == key; });
  });
}

// The first `count` batches are on the disk, the others never were.
void simulated_disk::make_durable(std::size_t count) {
  auto batches = std::exchange(unsynced_, {});
  const bool all_kept = count == batches.size();
  for (auto at = batches.rbegin(); !all_kept && at != batches.rend(); ++at) {
    std::ranges::reverse(at->undo);
    apply(at->undo, nullptr);
    at->is_visible = false;
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (!batches[i].is_visible) apply(batches[i].changes, nullptr);
    report_records(batches[i].changes);
  }
}

void simulated_disk::report_records(const batch& changes) {
  for (const change& c : changes) {
    if (c.where == space::records && c.value && watch_) watch_(c.key, *c.value);
  }
}

void simulated_disk::apply(const batch& changes, batch* undo) {
  for (const change& c : changes) {
    auto& rows = spaces_[std::size_t(c.where)];
    const auto note = [&](const std::string& key) {
      if (undo) undo->push_back({c.where, key, row_at(rows, key)});
    };
    if (c.value) {
      note(c.key);
      if (c.where == space::records && rows.contains(c.key) && rows.find(c.key)->second != *c.value)
        verdict_.violated("a record was written over another one");
      rows.insert_or_assign(c.key, *c.value);
    } else {
      journal::for_each_erased(c, [&](const std::string& key) {
        note(key);
        rows.erase(key);
      });
    }
  }
}

}  // namespace theus::simulation
