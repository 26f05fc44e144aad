#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "theus/runtime/engine.hpp"

#include "simulation/observed_store.hpp"
#include "simulation/run_history.hpp"
#include "simulation/simulated_activities.hpp"
#include "simulation/simulated_disk.hpp"
#include "simulation/verdict.hpp"

namespace theus::simulation {

// Holds what the engine does against what is on the disk: reads every record as it becomes durable,
// and asks at every effect whether its cause is durable. Outlives the processes it watches.
class auditor final : public observed_store::watcher, public simulated_activities::watcher {
 public:
  using histories = std::map<journal::run_id, run_history>;

  auditor(simulated_disk& disk, const registry& what, const clock_history& clock,
          std::chrono::hours request_window, random_stream sampling, verdict& outcome);

  // ---- the journal
  void appending(const journal::unit& unit) override;
  void acknowledged(const journal::unit& unit) override;
  void forgetting(const journal::message_id& message) override;
  void reading(journal::run_id) override { while_away_(); }

  // ---- activities
  void activity_begins(const attempt& a, const std::string& activity,
                       const journal::payload& arguments) override;
  void activity_ends(const attempt& a, const attempt_outcome& outcome) override;
  void activity_finds(const attempt& a, std::optional<std::int64_t> left) override;
  void activity_beats(const attempt& a, std::int64_t details) override;
  void activity_is_stopped(const attempt& a, std::chrono::microseconds silent) override;

  // ---- replies to callers
  void started(const start_request& request, const start_reply& reply);
  void signalled(const signal_request& request);
  void cancelled(const std::string& workflow_id);
  // Ended, held or let go on.
  void ruled(const std::string& workflow_id, const journal::event& ruling);
  // `first`: that is what it was answered; else it was settled otherwise before.
  void settled(const settle_request& request, bool first);
  void updated(const update_request& request, const update_reply& reply);
  void finished(const std::string& workflow_id, const run_outcome& outcome);

  // Called in the middle of what a shard's thread leaves its seat for: reading a run's records.
  void while_away(std::function<void()> happens) { while_away_ = std::move(happens); }

  // A process has ended: attempts may begin once more in the next.
  void process_ended() { begun_here_.clear(); }
  // Everything acknowledged can be read through `reader`, as it was acknowledged.
  void check_acknowledged(journal::store& reader);
  void check_all_replays();

  const histories& runs() const { return runs_; }
  std::uint64_t records() const { return records_; }
  std::uint64_t effects() const { return effects_; }
  std::size_t unfinished() const;

 private:
  void take_record(std::string_view key, std::string_view value);
  void note(const run_history& grown);
  void check_identity(const run_history& opened);
  void check_results(const run_history& of);
  void check_parent(const run_history& opened);
  void check_children(const run_history& of);
  void note_closing(const run_history& ended);
  void forgetting_of_family(const journal::message_id& message);
  void check_silence(const run_history& of);
  void check_replays(const run_history& of);
  const run_history* find(journal::run_id run) const;
  template <class Test>
  bool any_run(const std::string& workflow_id, Test test) const;
  void violated(const std::string& what);

  simulated_disk& disk_;
  const registry& what_;
  const clock_history& clock_;
  const std::chrono::hours request_window_;
  random_stream sampling_;
  verdict& verdict_;
  std::function<void()> while_away_ = [] {};

  histories runs_;
  std::map<journal::run_id, std::uint64_t> born_;  // by number of records then durable
  std::map<journal::message_id, std::pair<std::uint64_t, std::string>, by_sender>
      sent_;  // when durable, to which workflow id
  std::map<journal::message_id, journal::run_id, by_sender> begun_children_;
  std::uint64_t records_ = 0;
  std::uint64_t effects_ = 0;
  std::map<journal::run_id, std::vector<journal::hash256>> acknowledged_;

  using attempt_key = std::pair<std::string, std::uint32_t>;  // idempotency key, number
  std::set<attempt_key> begun_;
  std::set<attempt_key> begun_here_;  // by the process that lives
  std::set<attempt_key> succeeded_;
  std::map<attempt_key, std::chrono::microseconds> silent_;  // when it was told to stop
  std::map<std::string, std::set<std::int64_t>> said_;       // details, by idempotency key
};

}  // namespace theus::simulation
