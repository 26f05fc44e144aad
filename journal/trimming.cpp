#include "theus/journal/trimming.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "run_tasks.hpp"

namespace theus::journal {
namespace {

constexpr std::size_t page_records = 1'000;
constexpr std::size_t page_rows = 1'000;

std::string name_of(const checkpoint_id& id) {
  return "the checkpoint of run " + id.run.to_string() + " at record " +
         std::to_string(number(id.at));
}

// A run's rows as its records make them, one after the other.
class fold {
 public:
  // `unacknowledged`: of the whole run, sent later ones too.
  fold(run_id run, const std::vector<message_row>& unacknowledged) : run_(run) {
    for (const message_row& row : unacknowledged) {
      std::visit([this](const auto& m) { keep(m); }, row.message);
    }
  }

  void begin_with(const anchor& before) {
    made_ = before;
    tasks_ = run_tasks::of_anchor(before);
    for (const anchor::wakeup& w : before.wakeups) wakeups_.insert(key_of(w));
    for (const send_signal& m : before.messages) note_message(m);
    for (const start_child& c : before.starts) note_message(c);
    for (const anchor::child_cancel& c : before.cancels) note_message(c);
    for (const anchor::open_child& c : before.children) children_.emplace(c.id, c);
  }

  void add(const stored_record& r) {
    changes_.clear();
    derive(run_, r.value, changes_);
    at_ = r.value.at;
    for (const row_change& c : changes_) std::visit(*this, c);
    tasks_.end_record(at_);
    made_.through = at_;
    made_.last = r.hash;
  }

  bool is_settled() const { return backlog_ == before_first; }
  bool is_closed() const { return is_closed_; }

  anchor finish() && {
    made_.wakeups.clear();
    for (const auto& [due, command, is_retry] : wakeups_) {
      made_.wakeups.push_back({command, due, is_retry});
    }
    made_.tasks.clear();
    for (const auto& [command, asked] : tasks_.pending()) made_.tasks.push_back({command, asked});
    const auto row = tasks_.row();
    made_.tasks_from = row ? row->from : before_first;
    made_.messages = in_order(messages_);
    made_.starts = in_order(starts_);
    made_.cancels = in_order(cancels_);
    made_.children.clear();
    for (auto& [id, child] : children_) made_.children.push_back(std::move(child));
    return std::move(made_);
  }

  void operator()(const open_instance& c) {
    made_.workflow_id = c.row.workflow_id;
    made_.workflow_type = c.row.workflow_type;
    made_.request_id = c.row.request_id;
    made_.started_at = c.row.started_at;
    made_.parent = c.row.parent;
  }
  void operator()(const close_instance&) { is_closed_ = true; }
  // A run that is paused makes no turn, so that it never is at one.
  void operator()(const hold_instance&) {}
  void operator()(const put_child& c) { children_.insert_or_assign(c.child.id, c.child); }
  void operator()(const erase_child& c) { children_.erase(c.id); }
  void operator()(const put_timer& c) { wakeups_.insert(key_of(c.row)); }
  void operator()(const erase_timer& c) { wakeups_.erase(key_of(c.row)); }
  void operator()(const put_task& c) { tasks_.put(c.command, at_); }
  void operator()(const erase_task& c) { tasks_.erase(c.command); }
  void operator()(const put_message& c) {
    std::visit([this](const auto& m) { note_message(m); }, c.row.message);
  }
  void operator()(const put_backlog& c) { backlog_ = c.row.intake; }
  void operator()(const erase_backlog& c) {
    if (backlog_ <= c.through) backlog_ = before_first;
  }
  void operator()(const erase_wakeups&) {
    wakeups_.clear();
    tasks_.clear();
    backlog_ = before_first;
  }
  void operator()(const put_anchor&) {}
  void operator()(const put_blob&) {}

 private:
  using key = std::tuple<wall_time, command_id, bool>;

  static key key_of(const anchor::wakeup& w) { return {w.due, w.command, w.is_retry}; }
  static key key_of(const timer_row& row) {
    return {row.due, row.command, row.what == timer_row::purpose::retry};
  }
  template <class Message>
  struct outgoing {
    std::map<command_id, Message> unacknowledged;
    std::map<command_id, Message> sent;  // of those, by the records so far
  };
  outgoing<send_signal>& those_like(const send_signal&) { return messages_; }
  outgoing<start_child>& those_like(const start_child&) { return starts_; }
  outgoing<anchor::child_cancel>& those_like(const anchor::child_cancel&) { return cancels_; }

  void keep(const auto& message) {
    those_like(message).unacknowledged.emplace(message.id, message);
  }
  void note_message(const auto& message) {
    auto& all = those_like(message);
    all.sent.insert(all.unacknowledged.extract(message.id));
  }
  // Of the run's end, which is not trimmed.
  void keep(const child_report&) {}
  void note_message(const child_report&) {}
  void keep(const child_terminate&) {}
  void note_message(const child_terminate&) {}
  template <class Message>
  static std::vector<Message> in_order(outgoing<Message>& those) {
    std::vector<Message> all;
    for (auto& [id, message] : those.sent) all.push_back(std::move(message));
    return all;
  }

  run_id run_;
  std::vector<row_change> changes_;
  anchor made_;
  sequence at_ = before_first;
  bool is_closed_ = false;
  run_tasks tasks_;
  std::set<key> wakeups_;
  sequence backlog_ = before_first;  // the last intake that a turn has to consume
  outgoing<send_signal> messages_;
  outgoing<start_child> starts_;
  outgoing<anchor::child_cancel> cancels_;
  std::map<command_id, anchor::open_child> children_;
};

result<std::vector<message_row>> unacknowledged(store& from, run_id run) {
  std::vector<message_row> found;
  // Rows come by sender; none has a number this low.
  message_row after{run, send_signal()};
  for (;;) {
    auto page = from.messages(after, page_rows);
    if (!page) return page.error();
    for (message_row& row : *page) {
      if (row.sender != run) return found;
      after = row;
      found.push_back(std::move(row));
    }
    if (page->size() < page_rows) return found;
  }
}

result<anchor> anchor_at(store& from, run_id run, const anchor_place& place) {
  auto read = from.read(run, place.at, 1);
  if (!read) return read.error();
  auto* found = read->empty() ? nullptr : std::get_if<anchor>(&read->front().value.body);
  if (found == nullptr) {
    return error{errc::corrupt, "the anchor of run " + run.to_string() + " at record " +
                                    std::to_string(number(place.at)) + " is missing"};
  }
  return std::move(*found);
}

}  // namespace

result<anchor> make_anchor(store& from, const checkpoint_id& id) {
  const auto row = from.checkpoint(id);
  if (!row) return row.error();
  if (!*row) return error{errc::not_found, name_of(id) + " is not stored"};
  const auto place = from.trimmed(id.run);
  if (!place) return place.error();
  const auto open = unacknowledged(from, id.run);
  if (!open) return open.error();
  fold made(id.run, *open);
  sequence at = first_sequence;
  if (*place) {
    if (id.at <= (*place)->through) {
      return error{errc::trimmed, name_of(id) + " is not behind what was trimmed already"};
    }
    const auto before = anchor_at(from, id.run, **place);
    if (!before) return before.error();
    made.begin_with(*before);
    at = next((*place)->through);
  }
  while (at <= id.at) {
    const auto page = from.read(
        id.run, at, std::min<std::uint64_t>(page_records, number(id.at) - number(at) + 1));
    if (!page) return page.error();
    if (page->empty()) {
      return error{errc::not_found,
                   "run " + id.run.to_string() + " has no record " + std::to_string(number(id.at))};
    }
    for (const stored_record& r : *page) made.add(r);
    at = next(page->back().value.at);
  }
  if (!made.is_settled()) {
    return error{errc::bad_input, name_of(id) + " is none: events before it wait for their turn"};
  }
  if (made.is_closed()) {
    return error{errc::bad_input, name_of(id) +
                                      " is behind the run's end, which holds its result "
                                      "and is not trimmed"};
  }
  anchor whole = std::move(made).finish();
  whole.manifest = manifest_of(**row);
  return whole;
}

result<std::optional<checkpoint_row>> anchored_checkpoint(store& from, run_id run) {
  for (;;) {
    const auto place = from.trimmed(run);
    if (!place) return place.error();
    if (!*place) return std::optional<checkpoint_row>();
    const checkpoint_id id{run, (*place)->through};
    auto row = from.checkpoint(id);
    if (row && *row && manifest_of(**row) == (*place)->manifest) return row;
    // Once the run is trimmed further, what was truth before may go.
    const auto now = from.trimmed(run);
    if (!now) return now.error();
    if (*now != *place) continue;
    if (!row) return row;
    return error{errc::corrupt,
                 name_of(id) + (*row ? " is another one than" : " is missing:") +
                     " the run's anchor names it, and the records before it "
                     "were trimmed; bring the journal back from a backup, or import the run into "
                     "another one from a history file"};
  }
}

}  // namespace theus::journal
