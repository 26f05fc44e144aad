#pragma once

#include <cstddef>

#include <boost/intrusive/list.hpp>

#include "run_slot.hpp"

namespace theus {

// Which loaded runs of one shard may keep their frames: the least recently used go first, among the
// oldest few the one that is cheapest to replay (rule 16). Holds idle runs only. Owns nothing.
class frame_cache {
 public:
  explicit frame_cache(std::size_t budget_bytes) : budget_bytes_(budget_bytes) {}

  // The run became idle, or was used: it is the most recent now.
  void put(run_slot& s);
  // The run is busy or gone.
  void take_out(run_slot& s);
  // The run to evict next, or null while the budget holds. It stays in until taken out.
  run_slot* over_budget();

  std::size_t bytes() const { return bytes_; }

 private:
  boost::intrusive::list<run_slot, boost::intrusive::base_hook<idle_hook>,
                         boost::intrusive::constant_time_size<false>>
      idle_;
  const std::size_t budget_bytes_;
  std::size_t bytes_ = 0;
};

}  // namespace theus
