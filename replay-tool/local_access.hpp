#pragma once

#include "theus/runtime/clock.hpp"
#include "theus/runtime/node_archive.hpp"
#include "theus/runtime/offline.hpp"
#include "theus/runtime/random.hpp"

#include "journal_access.hpp"

namespace theus::tool {

// No runtime holds the journal: this process does. Requests are recorded and nothing is executed.
class local_access final : public journal_access {
 public:
  local_access(const application& app, std::unique_ptr<journal::store> store);

  bool is_held() const override { return false; }
  start_reply start(const start_request& request) override;
  void signal(const signal_request& request) override;
  void settle(const settle_request& request) override;
  void cancel(const std::string& workflow_id, const std::string& reason) override;
  void terminate(const std::string& workflow_id, const std::string& reason) override;
  void pause(const std::string& workflow_id, const std::string& reason) override;
  void resume(const std::string& workflow_id) override;
  run_outcome wait(const std::string& workflow_id,
                   std::optional<std::chrono::milliseconds> timeout) override;
  update_reply update(const update_request& request) override;
  journal::payload query(const query_request& request) override;
  control::instance_page instances(const journal::instance_filter& filter,
                                   std::uint32_t limit) override;
  journal::instance_row find(const std::string& id) override;
  control::record_page records(journal::run_id run, journal::sequence from) override;
  journal::history history_of(journal::run_id run) override;
  void import(journal::history h) override;
  control::checkpoint_list checkpoints(journal::run_id run) override;
  std::optional<journal::anchor_place> trimmed(journal::run_id run) override;
  std::optional<checkpoint> beginning(journal::run_id run) override;
  std::optional<checkpoint> newest_checkpoint(journal::run_id run,
                                              journal::sequence through) override;
  taken_checkpoint take_checkpoint(journal::run_id run) override;
  std::optional<error> verify_checkpoint(const journal::checkpoint_id& id) override;
  journal::sequence trim(journal::run_id run) override;
  result<std::string> node(const journal::hash256& hash) override { return nodes_.get(hash); }
  // Replays every unfinished run and tries its next turn, without keeping what comes of it.
  std::vector<stuck_run> stuck() override;
  void retry(const std::string& workflow_id) override;
  control::runtime_status status() override;

 private:
  offline_recorder recorder();

  const application& app_;
  std::unique_ptr<journal::store> store_;
  node_archive nodes_;
  std::unique_ptr<wall_clock> clock_;
  system_entropy entropy_;
};

}  // namespace theus::tool
