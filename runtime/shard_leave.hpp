#pragma once

#include "theus/runtime/shard_seat.hpp"

#include "engine_core.hpp"
#include "shard.hpp"

namespace theus {

// Runs `work`, which touches nothing of the shard but what the slot keeps for it, and then `then`
// with what it gave: at once, or, if the shard has another thread by then, as a handler there. The
// calling handler must be at its end.
template <class Work, class Then>
void shard::leave_for(run_slot& s, Work work, Then then) {
  s.away = true;
  ++away_;
  const auto absence = seat_ ? seat_->leave() : 0;
  auto made = work();
  if (seat_ && !seat_->come_back(absence)) {
    core_.post_to_shard(index_, [&s, made = std::move(made), then](shard& self) mutable {
      s.long_away.reset();
      self.came_back(s);
      then(self, s, std::move(made));
    });
    throw seat_lost();
  }
  came_back(s);
  then(*this, s, std::move(made));
}

}  // namespace theus
