#include "keys.hpp"

// Messages between runs: what is sent, and until it is acknowledged.
namespace theus::journal::keys {
namespace {

// Behind the command, but for signals, which were the only messages at first.
void put_what(std::string& to, message_id::kind what) {
  if (what != message_id::kind::signal) to.push_back(char(what));
}

void put_sized(std::string& to, std::string_view text) {
  put_u32(to, std::uint32_t(text.size()));
  to.append(text);
}

void put_failure(std::string& to, const failure_info& top) {
  for (const failure_info* info = &top;; info = &info->cause.front()) {
    put_sized(to, info->type);
    put_sized(to, info->message);
    to.push_back(char(!info->cause.empty()));
    if (info->cause.empty()) return;
  }
}

std::optional<failure_info> take_failure(cursor& from) {
  failure_info top;
  for (failure_info* info = &top;; info = &info->cause.front()) {
    info->type = from.sized_text();
    info->message = from.sized_text();
    const bool has_cause = from.byte() != 0;
    if (!from.ok()) return std::nullopt;
    if (!has_cause) return top;
    info->cause.emplace_back();
  }
}

struct value_writer {
  std::string operator()(const send_signal& m) const {
    std::string value;
    put_sized(value, m.workflow_id);
    put_sized(value, m.name);
    return value.append(m.value);
  }
  std::string operator()(const start_child& m) const {
    std::string value;
    put_sized(value, m.workflow_id);
    put_sized(value, m.workflow_type);
    value.push_back(char(unsigned(m.detached) | unsigned(m.on_parent_close) << 1));
    return value.append(m.arguments);
  }
  std::string operator()(const anchor::child_cancel& m) const { return m.workflow_id; }
  std::string operator()(const child_terminate& m) const { return m.workflow_id; }
  std::string operator()(const child_report& m) const {
    std::string value;
    put_run(value, m.parent);
    put_command(value, m.ended.command);
    put_sized(value, m.ended.workflow_id);
    value.push_back(char(m.ended.how));
    const auto* result = std::get_if<payload>(&m.ended.outcome);
    if (result != nullptr) return value.append(*result);
    put_failure(value, std::get<failure_info>(m.ended.outcome));
    return value;
  }
};

std::optional<child_report> parse_report(run_id child, cursor& v) {
  using ending = child_ended::ending;
  child_report to;
  to.parent = v.run();
  to.ended.command = v.command();
  to.ended.workflow_id = v.sized_text();
  to.ended.run = child;
  const std::uint8_t how = v.byte();
  if (!v.ok() || how > std::uint8_t(ending::terminated)) return std::nullopt;
  to.ended.how = ending(how);
  if (to.ended.how == ending::completed) {
    to.ended.outcome = payload(v.rest());
    return to;
  }
  auto failure = take_failure(v);
  if (!failure || !v.at_end()) return std::nullopt;
  to.ended.outcome = std::move(*failure);
  return to;
}

}  // namespace

std::string message(const message_id& id) {
  std::string key = prefix(kind::message, id.sender);
  put_command(key, id.command);
  put_what(key, id.what);
  return key;
}

std::string acknowledgement(const message_id& id) {
  std::string key;
  put_run(key, id.sender);
  put_command(key, id.command);
  put_what(key, id.what);
  return key;
}

std::string child(run_id parent, const command_id& id) {
  std::string key = prefix(kind::child, parent);
  put_command(key, id);
  return key;
}

std::string child_value(const journal::anchor::open_child& child) {
  return std::string(1, char(child.closing)).append(child.workflow_id);
}

std::optional<journal::anchor::open_child> parse_child(std::string_view key,
                                                       std::string_view value) {
  cursor k(key);
  cursor v(value);
  if (k.byte() != std::uint8_t(kind::child)) return std::nullopt;
  k.run();
  journal::anchor::open_child found{k.command(), {}, parent_close(v.byte())};
  found.workflow_id = v.rest();
  const bool is_told =
      found.closing == parent_close::cancel || found.closing == parent_close::terminate;
  if (!k.at_end() || !v.ok() || !is_told) return std::nullopt;
  return found;
}

std::string message_value(const message_row& row) {
  return std::visit(value_writer(), row.message);
}

std::optional<message_row> parse_message(std::string_view key, std::string_view value) {
  cursor k(key);
  cursor v(value);
  if (k.byte() != std::uint8_t(kind::message)) return std::nullopt;
  message_row row;
  row.sender = k.run();
  command_id id = k.command();
  const auto what = k.at_end() ? message_id::kind::signal : message_id::kind(k.byte());
  if (!k.at_end()) return std::nullopt;
  switch (what) {
    case message_id::kind::signal: {
      send_signal m{std::move(id), v.sized_text(), v.sized_text(), {}};
      m.value = v.rest();
      row.message = std::move(m);
      break;
    }
    case message_id::kind::start: {
      start_child m{std::move(id), v.sized_text(), v.sized_text(), {}};
      const std::uint8_t how = v.byte();
      if (how >> 1 > unsigned(parent_close::terminate)) return std::nullopt;
      m.detached = (how & 1) != 0;
      m.on_parent_close = parent_close(how >> 1);
      m.arguments = v.rest();
      row.message = std::move(m);
      break;
    }
    case message_id::kind::cancel:
      row.message = anchor::child_cancel{std::move(id), std::string(v.rest())};
      break;
    case message_id::kind::terminate:
      row.message = child_terminate{std::move(id), std::string(v.rest())};
      break;
    case message_id::kind::ending: {
      auto report = parse_report(row.sender, v);
      if (!report || id != command_id()) return std::nullopt;
      row.message = std::move(*report);
      break;
    }
    default:
      return std::nullopt;
  }
  if (!v.ok()) return std::nullopt;
  return row;
}

}  // namespace theus::journal::keys
