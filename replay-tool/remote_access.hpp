#pragma once

#include "theus/runtime/control_client.hpp"

#include "journal_access.hpp"
#include "node_map.hpp"

namespace theus::tool {

// The runtime that holds the journal does what is asked.
class remote_access final : public journal_access {
 public:
  explicit remote_access(control_client client) : client_(std::move(client)) {}

  bool is_held() const override { return true; }
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
  result<std::string> node(const journal::hash256& hash) override;
  std::vector<stuck_run> stuck() override;
  void retry(const std::string& workflow_id) override;
  control::runtime_status status() override;

 private:
  template <class T>
  T ask(const control::request& what);
  template <class T>
  T ask_long(const control::request& what);
  // As often as it is trimmed meanwhile, within reason.
  template <class Work>
  auto unless_trimmed(journal::run_id run, Work work);

  journal::checkpoint_row checkpoint_row_of(const journal::checkpoint_id& id);
  // The one that an anchor names. Throws corrupt when it is another.
  journal::checkpoint_row truth_of(journal::run_id run, const journal::anchor_place& place);
  // All below these. They may go while they are asked for, when a newer checkpoint takes their
  // checkpoint's place: not_found.
  // With what blobs hold, or without.
  enum class blobs { all, none };
  std::vector<std::string> in_order(const std::vector<journal::hash256>& roots);
  node_map nodes_below(const std::vector<journal::hash256>& roots, blobs which);
  std::optional<journal::history::base> base_of(journal::run_id run,
                                                const std::optional<journal::anchor_place>& place);

  control_client client_;
};

}  // namespace theus::tool
