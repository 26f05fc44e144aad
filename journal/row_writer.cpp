#include "row_writer.hpp"

#include "keys.hpp"

namespace theus::journal {

bool row_writer::reads(const row_change& change) {
  return std::holds_alternative<close_instance>(change) ||
         std::holds_alternative<erase_backlog>(change) ||
         std::holds_alternative<erase_wakeups>(change) ||
         std::holds_alternative<put_anchor>(change) ||
         std::holds_alternative<hold_instance>(change);
}

result<void> row_writer::apply(const row_change& change, sequence at) {
  at_ = at;
  return std::visit([this](const auto& c) { return write(c); }, change);
}

result<void> row_writer::write(const open_instance& c) {
  std::string run;
  keys::put_run(run, c.row.run);
  put(keys::instance(c.row.run), keys::instance_value(c.row));
  put(keys::workflow(c.row.workflow_id), run);
  if (!c.row.request_id.empty()) put(keys::request(c.row.workflow_id, c.row.request_id), run);
  return {};
}

result<void> row_writer::change_instance(run_id run, const std::function<void(instance_row&)>& how,
                                         instance_row* changed) {
  std::string key = keys::instance(run);
  const auto value = value_of(key);
  if (!value) return value.error();
  auto row = *value ? keys::parse_instance(key, **value) : std::nullopt;
  if (!row) {
    return error{errc::corrupt, "run " + run.to_string() + " has no readable instance row"};
  }
  how(*row);
  put(std::move(key), keys::instance_value(*row));
  if (changed != nullptr) *changed = std::move(*row);
  return {};
}

result<void> row_writer::write(const close_instance& c) {
  instance_row row;
  const auto closed = change_instance(
      c.run,
      [&](instance_row& open) {
        open.status = c.status;
        open.closed_at = c.closed_at;
        open.is_paused = false;
      },
      &row);
  if (!closed) return closed;
  if (auto told = tell_children(c.run); !told) return told;
  return row.parent ? tell_parent(row, c) : result<void>();
}

result<void> row_writer::write(const hold_instance& c) {
  return change_instance(c.run, [&](instance_row& row) { row.is_paused = c.is_paused; });
}

result<void> row_writer::write(const put_child& c) {
  known_.may_have_children = true;
  put(keys::child(c.parent, c.child.id), keys::child_value(c.child));
  return {};
}

result<void> row_writer::write(const erase_child& c) {
  if (known_.may_have_children) erase(keys::child(c.parent, c.id));
  return {};
}

// As each of those that are open was to hear, should its parent end first.
result<void> row_writer::tell_children(run_id parent) {
  if (!known_.may_have_children) return {};
  const std::string prefix = keys::prefix(keys::kind::child, parent);
  const auto found = keys_in(prefix, keys::behind(prefix));
  if (!found) return found.error();
  for (const std::string& key : *found) {
    const auto value = value_of(key);
    if (!value) return value.error();
    if (!*value) continue;
    auto child = keys::parse_child(key, **value);
    if (!child) return error{errc::corrupt, "run " + parent.to_string() + " has a malformed child"};
    erase(key);
    message_row told{parent, anchor::child_cancel{child->id, child->workflow_id}};
    if (child->closing == parent_close::terminate) {
      told.message = child_terminate{child->id, std::move(child->workflow_id)};
    }
    if (auto sent = write(put_message{std::move(told)}); !sent) return sent;
    told_children_ = true;
  }
  return {};
}

result<void> row_writer::tell_parent(const instance_row& child, const close_instance& c) {
  using ending = child_ended::ending;
  const ending how = c.status == run_status::completed    ? ending::completed
                     : c.status == run_status::failed     ? ending::failed
                     : c.status == run_status::terminated ? ending::terminated
                                                          : ending::cancelled;
  return write(put_message{
      {c.run, child_report{child.parent->sender,
                           {child.parent->command, child.workflow_id, c.run, how, c.outcome}}}});
}

result<void> row_writer::write(const put_timer& c) {
  known_.may_have_timers = true;
  put(keys::timer(c.row));
  put(keys::run_timer(c.row));
  return {};
}

result<void> row_writer::write(const erase_timer& c) {
  erase(keys::timer(c.row));
  erase(keys::run_timer(c.row));
  return {};
}

result<void> row_writer::write(const put_task& c) {
  known_.tasks.put(c.command, at_);
  return {};
}

result<void> row_writer::write(const erase_task& c) {
  known_.tasks.erase(c.command);
  return {};
}

result<void> row_writer::write(const put_message& c) {
  const message_id id = id_of(c.row);
  const auto acknowledged = stored_.get(space::kept, keys::acknowledgement(id));
  if (!acknowledged) return acknowledged.error();
  if (!*acknowledged) {
    put(keys::message(id), keys::message_value(c.row));
  }
  return {};
}

result<void> row_writer::write(const put_backlog& c) {
  known_.newest_backlog = c.row.intake;
  put(keys::backlog(c.row));
  return {};
}

result<void> row_writer::write(const erase_backlog& c) {
  if (known_.newest_backlog == before_first) return {};
  if (known_.newest_backlog <= c.through) known_.newest_backlog = before_first;
  return erase_all(keys::prefix(keys::kind::backlog, c.run),
                   keys::after(keys::backlog({c.run, c.through})));
}

result<void> row_writer::write(const erase_wakeups& c) {
  known_.tasks.clear();
  if (known_.newest_backlog != before_first) {
    const std::string intakes = keys::prefix(keys::kind::backlog, c.run);
    if (auto done = erase_all(intakes, keys::behind(intakes)); !done) return done;
  }
  if (!known_.may_have_timers) return {};
  const std::string prefix = keys::prefix(keys::kind::run_timer, c.run);
  const auto timers = keys_in(prefix, keys::behind(prefix));
  if (!timers) return timers.error();
  for (const std::string& key : *timers) {
    const auto row = keys::parse_run_timer(key);
    if (!row) return error{errc::corrupt, "run " + c.run.to_string() + " has a malformed timer"};
    erase(keys::timer(*row));
    erase(key);
  }
  return {};
}

// Of several anchors the newest counts; a rebuild meets older ones after it. What the records that
// go with it mentioned, they mention no more.
result<void> row_writer::write(const put_anchor& c) {
  std::string key = keys::anchor(c.run);
  const auto value = value_of(key);
  if (!value) return value.error();
  const auto known = *value ? keys::parse_anchor_value(**value) : std::nullopt;
  if (*value && !known) {
    return error{errc::corrupt, "the anchor row of run " + c.run.to_string() + " is malformed"};
  }
  if (!known || known->at < c.at) put(std::move(key), keys::anchor_value({c.at, c.through}));
  return erase_all(keys::prefix(keys::kind::blob, c.run), keys::blob({c.run, next(c.through), {}}));
}

result<void> row_writer::write(const put_blob& c) {
  put(keys::blob(c.row));
  return {};
}

void row_writer::write_tasks() {
  const auto row = known_.tasks.row();
  if (row == known_.tasks.stored()) return;
  if (row) {
    put(keys::task(run_), keys::task_value(*row));
  } else {
    erase(keys::task(run_));
  }
  known_.tasks.set_stored();
}

result<std::optional<std::string>> row_writer::value_of(const std::string& key) {
  for (std::size_t i = out_.size(); i > begin_; --i) {
    const change& c = out_[i - 1];
    if (c.where == space::rows && c.key == key) return c.value;
  }
  return stored_.get(space::rows, key);
}

result<std::vector<std::string>> row_writer::keys_in(std::string_view from,
                                                     std::string_view until) {
  std::vector<std::string> found;
  const auto scanned =
      stored_.scan(space::rows, from, until, [&](std::string_view key, std::string_view) {
        found.emplace_back(key);
        return true;
      });
  if (!scanned) return scanned.error();
  for (std::size_t i = begin_; i < out_.size(); ++i) {
    const change& c = out_[i];
    if (c.where == space::rows && c.value && c.key >= from && c.key < until) {
      found.push_back(c.key);
    }
  }
  return found;
}

result<void> row_writer::erase_all(std::string_view from, std::string_view until) {
  const auto found = keys_in(from, until);
  if (!found) return found.error();
  for (const std::string& key : *found) erase(key);
  return {};
}

void row_writer::put(std::string key, std::string value) {
  out_.push_back({space::rows, std::move(key), std::move(value)});
}

void row_writer::erase(std::string key) {
  out_.push_back({space::rows, std::move(key), std::nullopt});
}

}  // namespace theus::journal
