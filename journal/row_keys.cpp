#include "keys.hpp"

namespace theus::journal::keys {
namespace {

cursor of_kind(kind k, std::string_view key) {
  cursor c(key);
  return c.byte() == std::uint8_t(k) ? c : cursor(std::string_view());
}

template <class Row>
std::optional<Row> whole(const cursor& c, Row row) {
  if (!c.at_end()) return std::nullopt;
  return row;
}

void put_sized_text(std::string& to, std::string_view text) {
  put_u32(to, std::uint32_t(text.size()));
  to.append(text);
}

// What an instance's value has behind its times.
constexpr std::uint8_t is_closed = 1;
constexpr std::uint8_t is_child = 2;
constexpr std::uint8_t is_paused = 4;

bool take_purpose(cursor& c, timer_row& row) {
  const std::uint8_t what = c.byte();
  row.what = timer_row::purpose(what);
  return what <= std::uint8_t(timer_row::purpose::retry);
}

}  // namespace

std::string prefix(kind k) { return std::string(1, char(k)); }

std::string prefix(kind k, run_id run) {
  std::string key(1, char(k));
  put_run(key, run);
  return key;
}

std::string behind(std::string prefix) {
  while (!prefix.empty() && std::uint8_t(prefix.back()) == 255) prefix.pop_back();
  if (!prefix.empty()) ++prefix.back();
  return prefix;
}

std::string after(std::string key) {
  key.push_back('\0');
  return key;
}

std::string instance(run_id run) { return prefix(kind::instance, run); }

std::string workflow(std::string_view workflow_id) {
  return prefix(kind::workflow).append(workflow_id);
}

std::string request(std::string_view workflow_id, std::string_view request_id) {
  std::string key = prefix(kind::request);
  put_sized_text(key, workflow_id);
  return key.append(request_id);
}

std::string due_prefix(wall_time due) {
  std::string key = prefix(kind::timer);
  put_time(key, due);
  return key;
}

std::string timer(const timer_row& row) {
  std::string key = due_prefix(row.due);
  put_run(key, row.run);
  put_command(key, row.command);
  key.push_back(char(row.what));
  return key;
}

std::string run_timer(const timer_row& row) {
  std::string key = prefix(kind::run_timer, row.run);
  put_time(key, row.due);
  put_command(key, row.command);
  key.push_back(char(row.what));
  return key;
}

std::string task(run_id run) { return prefix(kind::task, run); }

std::string backlog(const backlog_row& row) {
  std::string key = prefix(kind::backlog, row.run);
  put_u64(key, number(row.intake));
  return key;
}

std::string blob(const blob_row& row) {
  std::string key = prefix(kind::blob, row.run);
  put_u64(key, number(row.at));
  put_hash(key, row.blob);
  return key;
}

std::string anchor(run_id run) { return prefix(kind::anchor, run); }

std::optional<timer_row> parse_timer(std::string_view key) {
  cursor c = of_kind(kind::timer, key);
  timer_row row;
  row.due = c.time();
  row.run = c.run();
  row.command = c.command();
  if (!take_purpose(c, row)) return std::nullopt;
  return whole(c, std::move(row));
}

std::optional<timer_row> parse_run_timer(std::string_view key) {
  cursor c = of_kind(kind::run_timer, key);
  timer_row row;
  row.run = c.run();
  row.due = c.time();
  row.command = c.command();
  if (!take_purpose(c, row)) return std::nullopt;
  return whole(c, std::move(row));
}

std::optional<backlog_row> parse_backlog(std::string_view key) {
  cursor c = of_kind(kind::backlog, key);
  backlog_row row;
  row.run = c.run();
  row.intake = sequence{c.u64()};
  return whole(c, row);
}

std::optional<blob_row> parse_blob(std::string_view key) {
  cursor c = of_kind(kind::blob, key);
  blob_row row;
  row.run = c.run();
  row.at = sequence{c.u64()};
  row.blob = c.hash();
  return whole(c, row);
}

std::string instance_value(const instance_row& row) {
  std::string value;
  value.push_back(char(row.status));
  put_time(value, row.started_at);
  value.push_back(char((row.closed_at ? is_closed : 0) | (row.parent ? is_child : 0) |
                       (row.is_paused ? is_paused : 0)));
  if (row.closed_at) put_time(value, *row.closed_at);
  if (row.parent) {
    put_run(value, row.parent->sender);
    put_command(value, row.parent->command);
  }
  put_sized_text(value, row.workflow_id);
  put_sized_text(value, row.workflow_type);
  return value.append(row.request_id);
}

std::optional<instance_row> parse_instance(std::string_view key, std::string_view value) {
  cursor k = of_kind(kind::instance, key);
  cursor v(value);
  instance_row row;
  row.run = k.run();
  const std::uint8_t status = v.byte();
  row.status = run_status(status);
  row.started_at = v.time();
  const std::uint8_t flags = v.byte();
  if ((flags & is_closed) != 0) row.closed_at = v.time();
  if ((flags & is_child) != 0) {
    row.parent = message_id{v.run(), {}, message_id::kind::start};
    row.parent->command = v.command();
  }
  row.is_paused = (flags & is_paused) != 0;
  row.workflow_id = v.sized_text();
  row.workflow_type = v.sized_text();
  row.request_id = v.rest();
  if (!k.at_end() || !v.ok() || status > std::uint8_t(run_status::terminated)) return std::nullopt;
  return row;
}

std::string task_value(const task_count& counted) {
  std::string value;
  put_u32(value, counted.count);
  put_u64(value, number(counted.from));
  return value;
}

std::optional<task_count> parse_task_value(std::string_view value) {
  cursor c(value);
  task_count counted;
  counted.count = c.u32();
  counted.from = sequence{c.u64()};
  if (counted.count == 0 || counted.from == before_first) return std::nullopt;
  return whole(c, counted);
}

std::optional<task_row> parse_task(std::string_view key, std::string_view value) {
  cursor k = of_kind(kind::task, key);
  task_row row;
  row.run = k.run();
  const auto counted = parse_task_value(value);
  if (!counted) return std::nullopt;
  row.count = counted->count;
  return whole(k, row);
}

std::string anchor_value(const anchor_row& row) {
  std::string value;
  put_u64(value, number(row.at));
  put_u64(value, number(row.through));
  return value;
}

std::optional<anchor_row> parse_anchor_value(std::string_view value) {
  cursor c(value);
  anchor_row row;
  row.at = sequence{c.u64()};
  row.through = sequence{c.u64()};
  if (row.through == before_first || row.through >= row.at) return std::nullopt;
  return whole(c, row);
}

std::optional<run_id> parse_run(std::string_view value) {
  cursor c(value);
  const run_id run = c.run();
  return whole(c, run);
}

}  // namespace theus::journal::keys
