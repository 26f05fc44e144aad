#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "theus/journal/store.hpp"

#include "support/passes_checkpoints_on.hpp"

namespace theus::simulation {

// Sees what the engine asks of its journal, and what the journal acknowledges, before the engine
// hears of it.
class observed_store final : public testing::passes_checkpoints_on<journal::store> {
 public:
  class watcher {
   public:
    virtual void appending(const journal::unit& unit) = 0;
    virtual void acknowledged(const journal::unit& unit) = 0;
    virtual void forgetting(const journal::message_id& message) = 0;
    virtual void reading(journal::run_id run) = 0;

   protected:
    ~watcher() = default;
  };

  class checkpoint_watcher {
   public:
    // Before a call for a checkpoint or for nodes, or one that reads records; not where the archive
    // keeps others out.
    virtual void looking(bool at_checkpoint) = 0;
    virtual void stored(const journal::checkpoint_id& id) = 0;
    virtual void erased(std::size_t nodes) = 0;

   protected:
    ~checkpoint_watcher() = default;
  };

  observed_store(std::unique_ptr<journal::store> behind, watcher& watch,
                 checkpoint_watcher& checkpoints)
      : behind_(std::move(behind)), watch_(watch), checkpoints_(checkpoints) {}

  journal::append_ticket begin_append(std::span<const journal::unit> units) override {
    for (const auto& each : units) watch_.appending(each);
    const auto begun = behind_->begin_append(units);
    begun_[begun] = units;
    return begun;
  }
  std::vector<journal::append_answer> finish_append(journal::append_ticket begun) override {
    const auto units = begun_.extract(begun).mapped();
    auto answers = behind_->finish_append(begun);
    for (std::size_t i = 0; i < units.size(); ++i) {
      if (answers[i].status == journal::append_status::committed) watch_.acknowledged(units[i]);
    }
    return answers;
  }
  result<void> acknowledge(const journal::message_id& message) override {
    watch_.forgetting(message);
    return behind_->acknowledge(message);
  }

  result<journal::epoch> acquire_epoch() override { return behind_->acquire_epoch(); }
  result<std::vector<journal::stored_record>> read(journal::run_id run, journal::sequence from,
                                                   std::size_t max_records) override {
    watch_.reading(run);
    checkpoints_.looking(false);
    return behind_->read(run, from, max_records);
  }
  result<std::vector<std::string>> read_raw(journal::run_id run, journal::sequence from,
                                            std::size_t max_records) override {
    return behind_->read_raw(run, from, max_records);
  }
  result<std::optional<journal::head>> head_of(journal::run_id run) override {
    return behind_->head_of(run);
  }
  result<std::optional<journal::anchor_place>> trimmed(journal::run_id run) override {
    return behind_->trimmed(run);
  }
  result<std::vector<journal::tail_entry>> tail(const journal::position& after,
                                                std::size_t max_records) override {
    return behind_->tail(after, max_records);
  }
  result<std::optional<journal::instance_row>> instance(journal::run_id run) override {
    return behind_->instance(run);
  }
  result<std::optional<journal::run_id>> run_of(std::string_view workflow_id) override {
    return behind_->run_of(workflow_id);
  }
  result<std::optional<journal::run_id>> run_of_request(std::string_view workflow_id,
                                                        std::string_view request_id) override {
    return behind_->run_of_request(workflow_id, request_id);
  }
  result<std::vector<journal::instance_row>> instances(const journal::instance_filter& filter,
                                                       std::size_t max_rows) override {
    return behind_->instances(filter, max_rows);
  }
  result<std::vector<journal::timer_row>> timers(journal::wall_time until,
                                                 const std::optional<journal::timer_row>& after,
                                                 std::size_t max_rows) override {
    return behind_->timers(until, after, max_rows);
  }
  result<std::vector<journal::task_row>> tasks(const std::optional<journal::task_row>& after,
                                               std::size_t max_rows) override {
    return behind_->tasks(after, max_rows);
  }
  result<std::vector<journal::backlog_row>> backlog(
      const std::optional<journal::backlog_row>& after, std::size_t max_rows) override {
    return behind_->backlog(after, max_rows);
  }
  result<std::vector<journal::message_row>> messages(
      const std::optional<journal::message_row>& after, std::size_t max_rows) override {
    return behind_->messages(after, max_rows);
  }
  result<journal::rebuild_report> rebuild() override { return behind_->rebuild(); }
  result<void> reopen() override { return behind_->reopen(); }
  std::optional<error> trouble() const override { return behind_->trouble(); }

  result<std::optional<std::string>> node(const journal::hash256& hash) override {
    checkpoints_.looking(false);
    return behind_->node(hash);
  }
  result<bool> holds_node(const journal::hash256& hash) override {
    checkpoints_.looking(false);
    return behind_->holds_node(hash);
  }
  result<void> put_nodes(std::span<const journal::stored_node> nodes,
                         journal::opening since) override {
    checkpoints_.looking(false);
    return behind_->put_nodes(nodes, since);
  }
  result<void> put_checkpoint(const journal::checkpoint_row& row, journal::opening since) override {
    checkpoints_.looking(false);
    auto done = behind_->put_checkpoint(row, since);
    if (done) checkpoints_.stored(row.id);
    return done;
  }
  result<std::optional<journal::checkpoint_row>> checkpoint(
      const journal::checkpoint_id& id) override {
    checkpoints_.looking(true);
    return behind_->checkpoint(id);
  }
  result<std::vector<journal::checkpoint_id>> checkpoints(journal::run_id run,
                                                          std::size_t max_rows) override {
    checkpoints_.looking(false);
    return behind_->checkpoints(run, max_rows);
  }
  result<void> erase_checkpoint(const journal::checkpoint_id& id) override {
    checkpoints_.looking(false);
    return behind_->erase_checkpoint(id);
  }
  result<std::vector<journal::hash256>> nodes_after(const std::optional<journal::hash256>& after,
                                                    std::size_t max_nodes) override {
    checkpoints_.looking(false);
    return behind_->nodes_after(after, max_nodes);
  }
  result<void> erase_nodes(std::span<const journal::hash256> nodes,
                           journal::opening since) override {
    auto done = behind_->erase_nodes(nodes, since);
    if (done) checkpoints_.erased(nodes.size());
    return done;
  }

 private:
  journal::checkpoint_store& behind() const override { return *behind_; }

  std::unique_ptr<journal::store> behind_;
  watcher& watch_;
  checkpoint_watcher& checkpoints_;
  std::map<journal::append_ticket, std::span<const journal::unit>> begun_;
};

}  // namespace theus::simulation
