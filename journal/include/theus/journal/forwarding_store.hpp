#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "theus/journal/store.hpp"

namespace theus::journal {

// The checkpoints and nodes of a store, or a store of nothing else, left to one behind it, which
// outlives it.
template <class Base>
class forwarding_checkpoints : public Base {
 public:
  explicit forwarding_checkpoints(checkpoint_store& behind) : checkpoints_behind_(behind) {}

  opening opened() const override { return checkpoints_behind_.opened(); }
  result<std::optional<std::string>> node(const hash256& hash) override {
    return checkpoints_behind_.node(hash);
  }
  result<bool> holds_node(const hash256& hash) override {
    return checkpoints_behind_.holds_node(hash);
  }
  result<void> put_nodes(std::span<const stored_node> nodes, opening since) override {
    return checkpoints_behind_.put_nodes(nodes, since);
  }
  result<void> put_checkpoint(const checkpoint_row& row, opening since) override {
    return checkpoints_behind_.put_checkpoint(row, since);
  }
  result<std::optional<checkpoint_row>> checkpoint(const checkpoint_id& id) override {
    return checkpoints_behind_.checkpoint(id);
  }
  result<std::vector<checkpoint_id>> checkpoints(run_id run, std::size_t max_rows) override {
    return checkpoints_behind_.checkpoints(run, max_rows);
  }
  result<std::vector<checkpoint_id>> checkpoints_after(const std::optional<checkpoint_id>& after,
                                                       std::size_t max_rows) override {
    return checkpoints_behind_.checkpoints_after(after, max_rows);
  }
  result<void> erase_checkpoint(const checkpoint_id& id) override {
    return checkpoints_behind_.erase_checkpoint(id);
  }
  result<std::vector<hash256>> nodes_after(const std::optional<hash256>& after,
                                           std::size_t max_nodes) override {
    return checkpoints_behind_.nodes_after(after, max_nodes);
  }
  result<std::vector<blob_row>> blobs(const std::optional<blob_row>& after,
                                      std::size_t max_rows) override {
    return checkpoints_behind_.blobs(after, max_rows);
  }
  result<void> erase_nodes(std::span<const hash256> nodes, opening since) override {
    return checkpoints_behind_.erase_nodes(nodes, since);
  }

 private:
  checkpoint_store& checkpoints_behind_;
};

// A store that leaves everything to the one behind it, which outlives it. What derives from it says
// only what it does otherwise: watch, fail, stop.
class forwarding_store : public forwarding_checkpoints<store> {
 public:
  explicit forwarding_store(store& behind) : forwarding_checkpoints(behind), behind_(behind) {}

  result<epoch> acquire_epoch() override { return behind_.acquire_epoch(); }
  append_ticket begin_append(std::span<const unit> units) override {
    return behind_.begin_append(units);
  }
  std::vector<append_answer> finish_append(append_ticket begun) override {
    return behind_.finish_append(begun);
  }
  result<std::vector<stored_record>> read(run_id run, sequence from,
                                          std::size_t max_records) override {
    return behind_.read(run, from, max_records);
  }
  result<std::vector<std::string>> read_raw(run_id run, sequence from,
                                            std::size_t max_records) override {
    return behind_.read_raw(run, from, max_records);
  }
  result<std::optional<head>> head_of(run_id run) override { return behind_.head_of(run); }
  result<std::optional<anchor_place>> trimmed(run_id run) override { return behind_.trimmed(run); }
  result<std::vector<tail_entry>> tail(const position& after, std::size_t max_records) override {
    return behind_.tail(after, max_records);
  }

  result<std::optional<instance_row>> instance(run_id run) override {
    return behind_.instance(run);
  }
  result<std::optional<run_id>> run_of(std::string_view workflow_id) override {
    return behind_.run_of(workflow_id);
  }
  result<std::optional<run_id>> run_of_request(std::string_view workflow_id,
                                               std::string_view request_id) override {
    return behind_.run_of_request(workflow_id, request_id);
  }
  result<std::vector<instance_row>> instances(const instance_filter& filter,
                                              std::size_t max_rows) override {
    return behind_.instances(filter, max_rows);
  }
  result<std::vector<timer_row>> timers(wall_time until, const std::optional<timer_row>& after,
                                        std::size_t max_rows) override {
    return behind_.timers(until, after, max_rows);
  }
  result<std::vector<task_row>> tasks(const std::optional<task_row>& after,
                                      std::size_t max_rows) override {
    return behind_.tasks(after, max_rows);
  }
  result<std::vector<backlog_row>> backlog(const std::optional<backlog_row>& after,
                                           std::size_t max_rows) override {
    return behind_.backlog(after, max_rows);
  }
  result<std::vector<message_row>> messages(const std::optional<message_row>& after,
                                            std::size_t max_rows) override {
    return behind_.messages(after, max_rows);
  }
  result<void> acknowledge(const message_id& message) override {
    return behind_.acknowledge(message);
  }
  result<void> put_heartbeat(epoch owner, const heartbeat_row& row) override {
    return behind_.put_heartbeat(owner, row);
  }
  result<std::optional<heartbeat_row>> heartbeat(run_id run, const command_id& id) override {
    return behind_.heartbeat(run, id);
  }
  result<std::vector<heartbeat_row>> heartbeats(run_id run) override {
    return behind_.heartbeats(run);
  }
  result<rebuild_report> rebuild() override { return behind_.rebuild(); }
  result<void> reopen() override { return behind_.reopen(); }
  std::optional<error> trouble() const override { return behind_.trouble(); }

 protected:
  store& behind_;
};

}  // namespace theus::journal
