#pragma once

#include "theus/runtime/control_client.hpp"

#include "journal_access.hpp"

namespace theus::tool {

// The runtime that holds the journal does what is asked.
class remote_access final : public journal_access {
 public:
  explicit remote_access(control_client client) : client_(std::move(client)) {}

  bool is_held() const override { return true; }
  start_reply start(const start_request& request) override;
  void signal(const signal_request& request) override;
  void cancel(const std::string& workflow_id, const std::string& reason) override;
  run_outcome wait(const std::string& workflow_id,
                   std::optional<std::chrono::milliseconds> timeout) override;
  control::instance_page instances(const journal::instance_filter& filter,
                                   std::uint32_t limit) override;
  journal::instance_row find(const std::string& id) override;
  control::record_page records(journal::run_id run, journal::sequence from) override;
  journal::history history_of(journal::run_id run) override;
  std::optional<checkpoint> beginning(journal::run_id) override { return {}; }
  void import(journal::history h) override;
  std::vector<stuck_run> stuck() override;
  void retry(const std::string& workflow_id) override;
  control::runtime_status status() override;

 private:
  template <class T>
  T ask(const control::request& what);

  control_client client_;
};

}  // namespace theus::tool
