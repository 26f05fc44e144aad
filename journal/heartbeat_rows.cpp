#include "heartbeat_rows.hpp"

#include "theus/journal/store.hpp"

#include "keys.hpp"

namespace theus::journal {
namespace keys {
namespace {

constexpr std::uint8_t has_details = 1;

}  // namespace

// An acknowledgement begins with the id of a run, and no run has the one that is zero.
std::string heartbeats() {
  std::string key;
  put_run(key, {});
  return key;
}

std::string heartbeats(run_id run) {
  std::string key = heartbeats();
  put_run(key, run);
  return key;
}

std::string heartbeat(run_id run, const command_id& id) {
  std::string key = heartbeats(run);
  put_command(key, id);
  return key;
}

std::string heartbeat_value(const heartbeat_row& row) {
  std::string value;
  put_u32(value, row.attempt);
  put_time(value, row.at);
  value.push_back(char(row.details ? has_details : 0));
  if (row.details) value.append(*row.details);
  return value;
}

std::optional<heartbeat_row> parse_heartbeat(std::string_view key, std::string_view value) {
  cursor k(key);
  cursor v(value);
  if (k.run() != run_id()) return std::nullopt;
  heartbeat_row row;
  row.run = k.run();
  row.command = k.command();
  row.attempt = v.u32();
  row.at = v.time();
  const std::uint8_t what = v.byte();
  if (!k.at_end() || !v.ok() || what > has_details) return std::nullopt;
  if (what == has_details) row.details = v.rest();
  if (what == 0 && !v.at_end()) return std::nullopt;
  return row;
}

}  // namespace keys

result<void> heartbeat_rows::load(engine& stored) {
  std::unordered_map<run_id, calls> found;
  std::optional<error> problem;
  const std::string prefix = keys::heartbeats();
  const auto scanned = stored.scan(
      space::kept, prefix, keys::behind(prefix), [&](std::string_view key, std::string_view value) {
        auto row = keys::parse_heartbeat(key, value);
        if (!row) {
          problem = error{errc::corrupt, "a heartbeat's row is malformed"};
          return false;
        }
        const run_id run = row->run;
        command_id id = row->command;
        found[run].emplace(std::move(id), std::move(*row));
        return true;
      });
  if (!scanned) return scanned;
  if (problem) return *problem;
  const std::lock_guard lock(mutex_);
  runs_ = std::move(found);
  return {};
}

result<void> heartbeat_rows::erase_orphans(engine& stored) {
  batch orphans;
  const std::lock_guard lock(mutex_);
  for (auto at = runs_.begin(); at != runs_.end();) {
    const std::string key = keys::instance(at->first);
    const auto value = stored.get(space::rows, key);
    if (!value) return value.error();
    const auto row = *value ? keys::parse_instance(key, **value) : std::nullopt;
    if (!row || row->status == run_status::running) {
      ++at;
      continue;
    }
    for (const auto& [id, beat] : at->second) {
      orphans.push_back({space::kept, keys::heartbeat(at->first, id), std::nullopt});
    }
    at = runs_.erase(at);
  }
  return orphans.empty() ? result<void>() : stored.write(orphans);
}

change heartbeat_rows::put(const heartbeat_row& row) {
  const std::lock_guard lock(mutex_);
  heartbeat_row& now = runs_[row.run][row.command];
  auto details = row.details ? row.details : std::move(now.details);
  now = row;
  now.details = std::move(details);
  return {space::kept, keys::heartbeat(row.run, row.command), keys::heartbeat_value(now)};
}

void heartbeat_rows::erase_ended(const unit& u, batch& out) {
  const std::lock_guard lock(mutex_);
  const auto of_run = runs_.find(u.run());
  if (of_run == runs_.end()) return;
  const auto erase = [&](const command_id& id) {
    if (of_run->second.erase(id) == 0) return;
    out.push_back({space::kept, keys::heartbeat(u.run(), id), std::nullopt});
  };
  for (const unit::entry& e : u.entries()) {
    for (const event& each : events_of(e.value)) {
      if (const auto* done = std::get_if<activity_completed>(&each)) erase(done->command);
    }
    const auto* t = std::get_if<turn>(&e.value.body);
    if (t == nullptr) continue;
    for (const command& each : t->commands) {
      const auto* gone = std::get_if<withdraw>(&each);
      if (gone != nullptr && gone->what == withdraw::target::activity) erase(gone->id);
    }
  }
  if (ends_run(u.entries().back().value)) {
    while (!of_run->second.empty()) erase(command_id(of_run->second.begin()->first));
  }
  if (of_run->second.empty()) runs_.erase(of_run);
}

std::optional<heartbeat_row> heartbeat_rows::find(run_id run, const command_id& id) const {
  const std::lock_guard lock(mutex_);
  const auto of_run = runs_.find(run);
  if (of_run == runs_.end()) return std::nullopt;
  const auto found = of_run->second.find(id);
  return found == of_run->second.end() ? std::nullopt : std::optional(found->second);
}

std::vector<heartbeat_row> heartbeat_rows::of(run_id run) const {
  std::vector<heartbeat_row> rows;
  const std::lock_guard lock(mutex_);
  if (const auto found = runs_.find(run); found != runs_.end()) {
    for (const auto& [id, row] : found->second) rows.push_back(row);
  }
  return rows;
}

}  // namespace theus::journal
