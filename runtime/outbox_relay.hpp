#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "theus/journal/errc.hpp"
#include "theus/journal/rows.hpp"

namespace theus {

class engine_core;

// Delivers messages between runs (rule 5): at least once, after the sender's turn is durable. The
// receiver records who sent it and knows it again, so sending twice does no harm. A message is kept
// in the journal until its receiver has it durably, or turns out to be gone.
// Thread: any.
class outbox_relay {
 public:
  explicit outbox_relay(engine_core& core) : core_(core) {}

  // Does nothing while the same message is on its way. What asks a child to cancel or to end waits
  // while what starts it is.
  void send(journal::message_row row);
  // The journal has forgotten the message: it may not come back from a sweep.
  void settled(const journal::message_id& id);

 private:
  struct earlier {
    bool operator()(const journal::message_id& a, const journal::message_id& b) const;
  };
  struct delivery;

  void undelivered(const journal::message_id& id);
  bool begin(const journal::message_row& row, const journal::message_id& id);
  void answered(const journal::message_id& id, const std::string& receiver,
                const result<void>& how);
  void child_answered(const journal::message_id& id, const std::string& workflow_id,
                      const result<void>& how);
  void cancel_answered(const journal::message_id& id, const std::string& workflow_id,
                       const result<void>& how);

  engine_core& core_;
  std::mutex mutex_;
  std::set<journal::message_id, earlier> on_their_way_;
  // Cancellations that wait for the start of their child, by that.
  std::map<journal::message_id, journal::message_row, earlier> waiting_cancels_;
};

}  // namespace theus
