#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
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
  std::uint32_t shard = 0;
  run_slot* slot = nullptr;
  journal::unit unit;
  journal::append_answer answer;
};

// Pipelined group commit: whatever all shards have submitted while the store was writing becomes
// the next append, which is written while the one before it goes to the disk. Nobody waits for
// anybody: a shard goes on with other runs until its answers come.
//
// Owns: what is submitted and not yet answered, and getting the store out of a full disk: then
// units stay here until there is space, and the store is opened anew once a second.
// Threads: submit, acknowledge and append_here from any. Appends are begun on the journal executor
// and finished on the one for syncs; everything else happens on the former.
class journal_writer {
 public:
  explicit journal_writer(engine_core& core) : core_(core) {}

  void submit(std::span<append_job> jobs);  // are moved from
  // Appends in the calling thread, if nobody else has anything to write: a run that goes alone is
  // spared two changes of thread. Nothing if the job is better submitted, or did not go well and
  // is dealt with as if it had been.
  std::optional<std::vector<append_done>> append_here(append_job& job);
  // The receiver has this message durably.
  void acknowledge(journal::message_id message);
  // Written before any append that is submitted behind it.
  void put_heartbeat(journal::heartbeat_row row);
  // On the journal executor, once all shards are closed: writes what can be written. Calls back
  // there when nothing is in the store any more.
  void close(std::function<void()> closed);

 private:
  // The newest of each call.
  using heartbeats =
      std::map<std::pair<journal::run_id, journal::command_id>, journal::heartbeat_row>;

  void post_drain();
  void drain();
  struct begun_append {
    std::vector<journal::unit> units;
    std::vector<std::pair<std::uint32_t, run_slot*>> whose;
    journal::append_ticket ticket{};
  };
  begun_append begin(std::span<append_job> jobs);  // are moved from
  std::vector<append_done> finish(begun_append begun);
  void ends();
  void answer(std::vector<append_done> all);
  void acknowledge_all(const std::vector<journal::message_id>& messages);
  void put_all(const heartbeats& beats);
  void meet_trouble(const error& why);
  void try_reopen();

  engine_core& core_;

  std::mutex mutex_;
  std::vector<append_job> submitted_;
  std::vector<journal::message_id> acknowledged_;
  heartbeats beats_;
  bool drain_posted_ = false;
  int begun_ = 0;                 // appends that are not finished
  std::function<void()> closed_;  // waits for those

  std::atomic<bool> disk_is_full_ = false;
  std::unique_ptr<wall_clock::alarm> reopening_;
};

}  // namespace theus
