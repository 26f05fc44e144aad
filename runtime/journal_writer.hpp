#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "theus/journal/store.hpp"
#include "theus/runtime/clock.hpp"

#include "run_slot.hpp"

namespace theus {

class engine_core;

struct append_job {
  std::uint32_t shard = 0;
  run_slot* slot = nullptr;  // handed back untouched
  journal::unit unit;
};

struct append_done {
  run_slot* slot = nullptr;
  journal::unit unit;
  journal::append_answer answer;
};

// Group commit: whatever all shards have submitted while the store was writing becomes the next
// append. Nobody waits for anybody: a shard goes on with other runs until its answers come.
//
// Owns: what is submitted and not yet answered, and getting the store out of a full disk: then
// units stay here until there is space, and the store is opened anew once a second.
// Threads: submit and acknowledge from any; everything else happens on the journal executor.
class journal_writer {
 public:
  explicit journal_writer(engine_core& core) : core_(core) {}

  void submit(append_job job);
  // The receiver has this message durably.
  void acknowledge(journal::message_id message);
  // On the journal executor, once all shards are closed: writes what can be written.
  void finish();

 private:
  void post_drain();
  void drain();
  void append(std::vector<append_job> jobs);
  void acknowledge_all(const std::vector<journal::message_id>& messages);
  void meet_trouble(const error& why);
  void try_reopen();

  engine_core& core_;

  std::mutex mutex_;
  std::vector<append_job> submitted_;
  std::vector<journal::message_id> acknowledged_;
  bool drain_posted_ = false;

  bool disk_is_full_ = false;
  std::unique_ptr<wall_clock::alarm> reopening_;
};

}  // namespace theus
