#include "outbox_relay.hpp"

#include <algorithm>
#include <optional>

#include "engine_core.hpp"

namespace theus {
namespace {

using kind = journal::message_id::kind;

journal::message_id start_of(journal::message_id of_the_same_child) {
  of_the_same_child.what = kind::start;
  return of_the_same_child;
}

// Is the message still to be taken by its receiver?
result<bool> is_outgoing(journal::store& journal, const journal::message_id& id) {
  // Behind what the command before it may have sent.
  journal::command_id before = id.command;
  --before.number;
  const auto rows = journal.messages(
      journal::message_row{id.sender, journal::send_signal{std::move(before), {}, {}, {}}}, 4);
  if (!rows) return rows.error();
  return std::ranges::find(*rows, id, journal::id_of) != rows->end();
}

}  // namespace

bool outbox_relay::earlier::operator()(const journal::message_id& a,
                                       const journal::message_id& b) const {
  if (a.sender != b.sender) return a.sender < b.sender;
  if (a.command != b.command) return a.command < b.command;
  return a.what < b.what;
}

// The answer lives in what the core owns, or in something that keeps the core: it keeps nothing
// itself, or a core that is destroyed with a message on its way would never be.
struct outbox_relay::delivery {
  outbox_relay& self;
  journal::message_id id;

  void operator()(journal::send_signal m) const {
    std::string to = std::move(m.workflow_id);
    journal::signal_received event{std::move(m.name), std::move(m.value), id, {}};
    auto done = answer<void>([&relay = self, id = id, to](result<void> how) {
      relay.answered(id, "'" + to + "'", how);
    });
    self.core_.deliver(std::move(to), std::move(event), std::move(done));
  }
  void operator()(journal::start_child m) const {
    start_request wish{std::move(m.workflow_type), std::move(m.workflow_id),
                       journal::child_request_id(id), std::move(m.arguments)};
    auto done = answer<start_reply>([&relay = self, id = id, to = wish.workflow_id,
                                     is_detached = m.detached](const result<start_reply>& how) {
      if (is_detached && !how && how.error().code == errc::workflow_exists) {
        relay.core_.report("run " + id.sender.to_string() + " starts no '" + to +
                           "': " + how.error().message);
      }
      relay.child_answered(id, to, how ? result<void>() : how.error());
    });
    self.core_.start_child(std::move(wish), id, std::move(done));
  }
  void operator()(journal::anchor::child_cancel m) const {
    auto done = answer<void>([&relay = self, id = id, to = m.workflow_id](result<void> how) {
      relay.cancel_answered(id, to, how);
    });
    self.core_.deliver_to_child(
        std::move(m.workflow_id), start_of(id),
        journal::cancel_requested{"its parent does not wait for it any more"}, std::move(done));
  }
  void operator()(journal::child_terminate m) const {
    auto done = answer<void>([&relay = self, id = id, to = m.workflow_id](result<void> how) {
      relay.cancel_answered(id, to, how);
    });
    self.core_.deliver_to_child(std::move(m.workflow_id), start_of(id),
                                journal::terminated{"its parent has ended"}, std::move(done));
  }
  void operator()(journal::child_report m) const {
    auto done = answer<void>([&relay = self, id = id, to = m.parent](result<void> how) {
      // A parent that has ended waits for nobody.
      const bool is_over = !how && how.error().code == errc::run_finished;
      relay.answered(id, "run " + to.to_string(), is_over ? result<void>() : how);
    });
    self.core_.deliver(m.parent, std::move(m.ended), std::move(done));
  }
};

void outbox_relay::send(journal::message_row row) {
  const journal::message_id id = id_of(row);
  if (!begin(row, id)) return;
  std::visit([&](auto& message) { delivery{*this, id}(std::move(message)); }, row.message);
}

bool outbox_relay::begin(const journal::message_row& row, const journal::message_id& id) {
  const std::lock_guard lock(mutex_);
  const bool is_behind_start = id.what == kind::cancel || id.what == kind::terminate;
  if (is_behind_start && on_their_way_.contains(start_of(id))) {
    waiting_cancels_.try_emplace(start_of(id), row);
    return false;
  }
  return on_their_way_.insert(id).second;
}

void outbox_relay::answered(const journal::message_id& id, const std::string& receiver,
                            const result<void>& how) {
  const bool receiver_is_gone =
      !how && (how.error().code == errc::not_found || how.error().code == errc::run_finished);
  if (how || receiver_is_gone) {
    if (receiver_is_gone) {
      core_.report("message " + id.sender.to_string() + "/" + id.command.to_string() + " to " +
                   receiver + " finds no running receiver: " + how.error().message +
                   "; unless it had arrived before, nobody gets it");
    }
    core_.writer.acknowledge(id);
  } else {
    undelivered(id);
  }
}

// Who asked for a child that cannot be is told so, and only then the wish is forgotten.
void outbox_relay::child_answered(const journal::message_id& id, const std::string& workflow_id,
                                  const result<void>& how) {
  if (how || how.error().code != errc::workflow_exists) {
    return answered(id, "'" + workflow_id + "'", how);
  }
  journal::child_ended refused;
  refused.command = id.command;
  refused.workflow_id = workflow_id;
  refused.how = journal::child_ended::ending::refused;
  refused.outcome = journal::failure_info{"workflow_id_in_use", how.error().message, {}};
  core_.deliver(id.sender, std::move(refused), answer<void>([this, id](result<void> told) {
                  const bool is_over = !told && told.error().code == errc::run_finished;
                  answered(id, "run " + id.sender.to_string(), is_over ? result<void>() : told);
                }));
}

// A child that is not there was refused, or is not started yet: then it is asked again behind that.
void outbox_relay::cancel_answered(const journal::message_id& id, const std::string& workflow_id,
                                   const result<void>& how) {
  if (how || how.error().code != errc::not_found) {
    const bool is_over = !how && how.error().code == errc::run_finished;
    return answered(id, "'" + workflow_id + "'", is_over ? result<void>() : how);
  }
  const auto is_to_start = is_outgoing(core_.journal, start_of(id));
  if (!is_to_start || *is_to_start) return undelivered(id);
  core_.writer.acknowledge(id);
}

// A later sweep sends it again, and behind it what asks its child to cancel. Nothing is sent here:
// this may be the end of the core.
void outbox_relay::undelivered(const journal::message_id& id) {
  const std::lock_guard lock(mutex_);
  on_their_way_.erase(id);
  waiting_cancels_.erase(id);
}

void outbox_relay::settled(const journal::message_id& id) {
  std::optional<journal::message_row> behind;
  {
    const std::lock_guard lock(mutex_);
    on_their_way_.erase(id);
    if (auto waiting = waiting_cancels_.extract(id)) behind = std::move(waiting.mapped());
  }
  if (behind) send(std::move(*behind));
}

}  // namespace theus
