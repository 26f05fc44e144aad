#pragma once

#include <chrono>
#include <cstdint>
#include <stop_token>

#include "theus/journal/store.hpp"
#include "theus/runtime/node_archive.hpp"

namespace theus {

class engine_core;

// Takes the checkpoints of an engine's runs, one after the other, and collects the nodes that none
// needs any more once about as many were written as are in use. Thread: the background executor,
// except where stated.
class checkpointer {
 public:
  explicit checkpointer(engine_core& core);

  // Takes one of the run as it is by then, and tells its shard. Once more while it waits changes
  // nothing. Thread: any.
  void request(journal::run_id run, std::uint32_t shard);
  // Takes no more. Thread: any.
  void close() { stop_.request_stop(); }

  node_archive& archive() { return archive_; }

 private:
  void take(journal::run_id run, std::uint32_t shard);
  void take_now(journal::run_id run, std::uint32_t shard);
  void tell(journal::run_id run, std::uint32_t index, journal::sequence at,
            std::chrono::nanoseconds per_record);
  // As the run's type says.
  void trim(journal::run_id run, std::uint32_t shard);
  void collect_if_worthwhile(std::size_t nodes_written);

  engine_core& core_;
  node_archive archive_;
  std::stop_source stop_;
  std::uint64_t nodes_written_ = 0;  // since the last collection
  std::uint64_t nodes_in_use_ = 0;   // as it found them
};

}  // namespace theus
