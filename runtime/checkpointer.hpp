#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <vector>

#include "theus/journal/store.hpp"
#include "theus/runtime/node_archive.hpp"
#include "theus/runtime/take_checkpoint.hpp"

#include "answer.hpp"

namespace theus {

class engine_core;

// Takes the checkpoints of an engine's runs, one after the other, trims runs, and collects the
// nodes that nobody needs any more once about as many were written as are in use. Thread: the
// background executor, except where stated.
class checkpointer {
 public:
  explicit checkpointer(engine_core& core);

  // Takes one of the run as it is by then, and tells its shard. Once more while it waits changes
  // nothing. Thread: any.
  void request(journal::run_id run, std::uint32_t shard);
  // What people ask for, behind what waits already (engine.hpp). Who asks for what waits shares its
  // answer. limit_exceeded: `most_waiting` answers are owed already, those that are being made not
  // counted. Thread: any.
  static constexpr std::size_t most_waiting = 1'000;
  void take(journal::run_id run, answer<taken_checkpoint> done);
  void verify(journal::checkpoint_id id, answer<void> done);
  void trim(journal::run_id run, answer<journal::sequence> done);
  // Does what is due of a run's retention: maybe a last checkpoint, and its shard is asked to trim
  // it. `told` hears what became of that, on any thread, if the answer is `asked`.
  enum class upkeep : std::uint8_t { nothing, looked, asked };
  result<upkeep> retain(journal::run_id run, std::function<void(result<void>)> told);
  // Once as many nodes were written, and records trimmed, as there were nodes in use.
  void collect_if_worthwhile();
  // Takes no more. Thread: any.
  void close() { stop_.request_stop(); }

  node_archive& archive() { return archive_; }

 private:
  // Who waits for an answer of which the making has not begun, by what was asked for.
  template <class Key, class T>
  using asked = std::map<Key, std::vector<answer<T>>>;
  template <class Key, class T, class Work>
  void ask(asked<Key, T>& those, const Key& what, answer<T> done, Work work);
  template <class Key, class T>
  answer<T> take_asked(asked<Key, T>& those, const Key& what);
  void take_wanted(journal::run_id run, std::uint32_t shard);
  result<taken_checkpoint> take_now(journal::run_id run, std::uint32_t shard);
  void tell(journal::run_id run, std::uint32_t index, journal::sequence at,
            std::chrono::nanoseconds per_record);
  // As the run's type says. True: its shard was asked to.
  result<bool> trim_if_due(journal::run_id run, std::function<void(result<void>)> told);
  void note(const taken_checkpoint& taken);
  void erase_orphans();
  // Can the next collection sweep?
  bool mend(const collected& found);

  engine_core& core_;
  node_archive archive_;
  std::stop_source stop_;

  std::mutex waiting_mutex_;
  std::size_t waiting_ = 0;  // answers in all of these
  asked<journal::run_id, taken_checkpoint> takes_;
  asked<journal::checkpoint_id, void> checks_;
  asked<journal::run_id, journal::sequence> trims_;
  std::set<journal::run_id> requested_;

  std::uint64_t written_before_ = 0;                // the last collection
  std::atomic<std::uint64_t> records_trimmed_ = 0;  // since then
  std::uint64_t nodes_in_use_ = 0;                  // as it found them
  std::set<std::string> told_;                      // of damaged blobs
};

}  // namespace theus
