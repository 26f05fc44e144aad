#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "theus/journal/checkpoints.hpp"
#include "theus/journal/rows.hpp"

// The keys of every space. Numbers are big-endian and command ids are written so that the order of
// bytes is the order the store promises; docs/journal-format.md lists them.
namespace theus::journal::keys {

// First byte of a key in the space of checkpoints.
enum class checkpoint_kind : char {
  content = 'c',
  listed = 'l',
};

// First byte of a key in the space of rows.
enum class kind : char {
  anchor = 'a',
  backlog = 'b',
  child = 'c',  // that is to hear of its parent's end
  instance = 'i',
  task = 'k',
  message = 'm',
  blob = 'o',
  request = 'q',
  timer = 't',
  run_timer = 'u',  // the same timers by run, to find those of a finished run
  workflow = 'w',
};

void put_u32(std::string& to, std::uint32_t value);
void put_u64(std::string& to, std::uint64_t value);
void put_run(std::string& to, const run_id& run);
void put_hash(std::string& to, const hash256& hash);
void put_time(std::string& to, wall_time t);
void put_command(std::string& to, const command_id& id);

// Takes values off the front of a key or value; every call fails once one has failed.
// Lifetime: borrows the bytes.
class cursor {
 public:
  explicit cursor(std::string_view bytes) : rest_(bytes) {}
  explicit cursor(std::string&&) = delete;

  std::uint8_t byte();
  std::uint32_t u32();
  std::uint64_t u64();
  run_id run();
  hash256 hash();
  wall_time time();
  command_id command();
  std::string_view bytes(std::size_t count);
  std::string sized_text();  // behind its length, four bytes

  bool ok() const { return ok_; }
  bool at_end() const { return ok_ && rest_.empty(); }
  std::size_t left() const { return rest_.size(); }
  std::string_view rest() const { return rest_; }

 private:
  std::string component();

  std::string_view rest_;
  bool ok_ = true;
};

std::string record(run_id run, sequence at);
std::string commit(std::uint64_t number);
std::string node(const hash256& hash);
std::string checkpoint(const checkpoint_id& id);
// In the list of checkpoints: by run, newest first.
std::string listed_checkpoint(const checkpoint_id& id);

std::string prefix(kind k);
std::string prefix(kind k, run_id run);
// The first key behind every key that begins with `prefix`.
std::string behind(std::string prefix);
// The first key behind `key`.
std::string after(std::string key);

std::string instance(run_id run);
std::string workflow(std::string_view workflow_id);
std::string request(std::string_view workflow_id, std::string_view request_id);
std::string timer(const timer_row& row);
std::string run_timer(const timer_row& row);
std::string due_prefix(wall_time due);
std::string task(run_id run);
std::string backlog(const backlog_row& row);
std::string message(const message_id& id);
std::string blob(const blob_row& row);
std::string anchor(run_id run);
std::string child(run_id parent, const command_id& id);
std::string acknowledgement(const message_id& id);
// In the space of kept rows, apart from acknowledgements.
std::string heartbeat(run_id run, const command_id& id);
std::string heartbeats();
std::string heartbeats(run_id run);

std::optional<timer_row> parse_timer(std::string_view key);
std::optional<timer_row> parse_run_timer(std::string_view key);
std::optional<backlog_row> parse_backlog(std::string_view key);
std::optional<blob_row> parse_blob(std::string_view key);
std::optional<hash256> parse_node(std::string_view key);
std::optional<checkpoint_id> parse_listed_checkpoint(std::string_view key);

// Values.
std::string instance_value(const instance_row& row);
std::optional<instance_row> parse_instance(std::string_view key, std::string_view value);
// Of a task: every activity that it counts was asked for in record `from` or later.
struct task_count {
  std::uint32_t count = 0;
  sequence from{};

  friend bool operator==(const task_count&, const task_count&) = default;
};
std::string task_value(const task_count& counted);
std::optional<task_count> parse_task_value(std::string_view value);
std::optional<task_row> parse_task(std::string_view key, std::string_view value);
std::string message_value(const message_row& row);
std::optional<message_row> parse_message(std::string_view key, std::string_view value);
std::string child_value(const journal::anchor::open_child& child);
std::optional<journal::anchor::open_child> parse_child(std::string_view key,
                                                       std::string_view value);
std::optional<run_id> parse_run(std::string_view value);
std::string heartbeat_value(const heartbeat_row& row);
std::optional<heartbeat_row> parse_heartbeat(std::string_view key, std::string_view value);
// Of a run's newest anchor.
struct anchor_row {
  sequence at{};
  sequence through{};
};
std::string anchor_value(const anchor_row& row);
std::optional<anchor_row> parse_anchor_value(std::string_view value);

}  // namespace theus::journal::keys
