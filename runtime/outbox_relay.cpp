#include "outbox_relay.hpp"

#include "engine_core.hpp"

namespace theus {

bool outbox_relay::earlier::operator()(const journal::message_id& a,
                                       const journal::message_id& b) const {
  if (a.sender != b.sender) return a.sender < b.sender;
  return a.command < b.command;
}

void outbox_relay::send(journal::message_row row) {
  journal::message_id id{row.sender, row.message.id};
  {
    const std::lock_guard lock(mutex_);
    if (!on_their_way_.insert(id).second) return;
  }
  std::string workflow_id = row.message.workflow_id;
  journal::signal_received event{std::move(row.message.name), std::move(row.message.value), id, {}};
  // The answer lives in what the core owns, or in something that keeps the core: it keeps nothing
  // itself, or a core that is destroyed with a message on its way would never be.
  core_.deliver(workflow_id, std::move(event),
                answer<void>([this, id = std::move(id), workflow_id](result<void> how) {
                  answered(id, workflow_id, how);
                }));
}

void outbox_relay::answered(const journal::message_id& id, const std::string& workflow_id,
                            const result<void>& how) {
  const bool receiver_is_gone =
      !how && (how.error().code == errc::not_found || how.error().code == errc::run_finished);
  if (how || receiver_is_gone) {
    if (receiver_is_gone) {
      core_.report("message " + id.sender.to_string() + "/" + id.command.to_string() + " to '" +
                   workflow_id + "' finds no running receiver: " + how.error().message +
                   "; unless it had arrived before, nobody gets it");
    }
    core_.writer.acknowledge(id);
  } else {
    settled(id);  // a later sweep sends it again
  }
}

void outbox_relay::settled(const journal::message_id& id) {
  const std::lock_guard lock(mutex_);
  on_their_way_.erase(id);
}

}  // namespace theus
