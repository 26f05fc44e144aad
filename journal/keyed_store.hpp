#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>

#include "theus/journal/stores.hpp"

#include "engine.hpp"
#include "head_cache.hpp"
#include "heartbeat_rows.hpp"
#include "keys.hpp"
#include "staging.hpp"

namespace theus::journal {

// What a position of `tail` says: a commit's number and how many of its records came before.
struct tail_place {
  std::uint64_t commit = 0;
  std::uint32_t records = 0;
};

// The journal's rules over an engine: what may be appended, which rows follow, what the chain of
// commits is, when to stop taking appends. Every store is this class over its engine.
class keyed_store final : public store {
 public:
  // Errors: corrupt when the engine holds less than it promised, and what the engine answers.
  // Finishes a rebuild that was cut short.
  static result<std::unique_ptr<store>> open(std::unique_ptr<engine> stored,
                                             const store_options& options);

  result<epoch> acquire_epoch() override;
  append_ticket begin_append(std::span<const unit> units) override;
  std::vector<append_answer> finish_append(append_ticket begun) override;
  result<std::vector<stored_record>> read(run_id run, sequence from,
                                          std::size_t max_records) override;
  result<std::vector<std::string>> read_raw(run_id run, sequence from,
                                            std::size_t max_records) override;
  result<std::optional<head>> head_of(run_id run) override;
  result<std::optional<anchor_place>> trimmed(run_id run) override;
  result<std::vector<tail_entry>> tail(const position& after, std::size_t max_records) override;
  result<std::optional<instance_row>> instance(run_id run) override;
  result<std::optional<run_id>> run_of(std::string_view workflow_id) override;
  result<std::optional<run_id>> run_of_request(std::string_view workflow_id,
                                               std::string_view request_id) override;
  result<std::vector<instance_row>> instances(const instance_filter& filter,
                                              std::size_t max_rows) override;
  result<std::vector<timer_row>> timers(wall_time until, const std::optional<timer_row>& after,
                                        std::size_t max_rows) override;
  result<std::vector<task_row>> tasks(const std::optional<task_row>& after,
                                      std::size_t max_rows) override;
  result<std::vector<backlog_row>> backlog(const std::optional<backlog_row>& after,
                                           std::size_t max_rows) override;
  result<std::vector<message_row>> messages(const std::optional<message_row>& after,
                                            std::size_t max_rows) override;
  result<void> acknowledge(const message_id& message) override;
  result<void> put_heartbeat(epoch owner, const heartbeat_row& row) override;
  result<std::optional<heartbeat_row>> heartbeat(run_id run, const command_id& id) override;
  result<std::vector<heartbeat_row>> heartbeats(run_id run) override;
  result<rebuild_report> rebuild() override;
  result<void> reopen() override;
  std::optional<error> trouble() const override;

  opening opened() const override { return opening{openings_.load()}; }
  result<std::optional<std::string>> node(const hash256& hash) override;
  result<bool> holds_node(const hash256& hash) override;
  result<void> put_nodes(std::span<const stored_node> nodes, opening since) override;
  result<void> put_checkpoint(const checkpoint_row& row, opening since) override;
  result<std::optional<checkpoint_row>> checkpoint(const checkpoint_id& id) override;
  result<std::vector<checkpoint_id>> checkpoints(run_id run, std::size_t max_rows) override;
  result<std::vector<checkpoint_id>> checkpoints_after(const std::optional<checkpoint_id>& after,
                                                       std::size_t max_rows) override;
  result<void> erase_checkpoint(const checkpoint_id& id) override;
  result<std::vector<blob_row>> blobs(const std::optional<blob_row>& after,
                                      std::size_t max_rows) override;
  result<std::vector<hash256>> nodes_after(const std::optional<hash256>& after,
                                           std::size_t max_nodes) override;
  result<void> erase_nodes(std::span<const hash256> nodes, opening since) override;

 private:
  keyed_store(std::unique_ptr<engine> stored, const store_options& options)
      : engine_(std::move(stored)), options_(options), heads_(options.cached_heads) {}

  // Writers; `writing_` is held.
  result<void> load();
  result<void> check_promise(const journal_head& found);
  void stage_all(std::span<const unit> units, staging& s);
  result<void> stage(const unit& u, staging& s, append_answer& answer);
  result<std::optional<run_id>> holder(const started& e, wall_time at, staging& s);
  result<bool> holds_request(run_id run, wall_time at);
  // What an anchor erases, or why it does not fit; `before` is the run's head.
  result<void> stage_anchor(const unit& u, const unit::entry& e, const head& before, staging& s);
  result<void> check_anchor(const unit& u, const unit::entry& e, const head& before);
  result<void> check_checkpoint(run_id run, const anchor& a);
  // The manifest that a checkpoint has to have, if an anchor names it or is about to.
  result<std::optional<hash256>> manifest_wanted(const checkpoint_id& id);
  result<void> prepare(batch& changes, const std::vector<const unit*>& units);
  // As they are behind record `through`. Errors: corrupt, io_error.
  result<known_rows> stored_rows(run_id run, sequence through);
  result<void> check_layout();
  result<void> rebuild_rows(rebuild_report& report);
  result<void> erase_rows();
  result<void> derive_again(rebuild_report& report);
  class rebuilding;
  result<std::uint64_t> count_rows();
  result<void> stop_on(error e);
  result<void> write(const batch& changes);

  result<std::vector<checkpoint_id>> list_checkpoints(const std::string& from,
                                                      const std::string& until,
                                                      std::size_t max_rows);
  struct fail_places {
    const char* before;
    const char* after;
  };
  // Takes `writing_`, and asks `allowed` behind it. Errors: disk_full in another opening than
  // `since`.
  result<void> write_derived(const batch& changes, const fail_places& places,
                             std::optional<opening> since = {},
                             const std::function<result<void>()>& allowed = {});

  // Whoever finishes an append.
  result<void> harden(std::uint64_t commits);
  result<void> sync(std::uint64_t commits);
  void settle(staging& s);
  void abandon(staging& s);

  result<bool> tail_page(tail_place& behind, std::size_t max_records,
                         std::vector<tail_entry>& entries);
  using record_visitor = std::function<void(std::string_view raw, record&& value, hash256 hash)>;
  result<void> read_page(run_id run, sequence from, std::size_t max_records,
                         const record_visitor& visit);
  result<std::optional<head>> stored_head(run_id run);
  result<stored_record> fetch(run_id run, sequence at);
  // As `fetch`; absent: it was trimmed.
  result<std::optional<stored_record>> fetch_untrimmed(run_id run, sequence at);
  result<std::optional<keys::anchor_row>> anchor_row(run_id run);
  result<anchor_place> place_of(run_id run, const keys::anchor_row& row);
  result<std::optional<stored_record>> fetch_if_there(run_id run, sequence at);
  // The anchor that names what comes before the run's first record, found without its row.
  result<std::optional<record>> newest_anchor(run_id run);
  error trimmed_error(run_id run, sequence through) const;

  std::unique_ptr<engine> engine_;
  const store_options options_;
  head_cache heads_;  // filled by writers only: a reader could put back what is outdated
  appends_under_way under_way_;
  heartbeat_rows heartbeats_;

  std::mutex writing_;
  epoch epoch_{};
  journal_head head_;                        // of what is prepared
  std::atomic<std::uint64_t> prepared_ = 0;  // commits, since this store exists
  std::atomic<std::uint64_t> openings_ = 1;

  std::mutex hardening_;  // may be taken while `writing_` is held
  std::uint64_t hardened_ = 0;
  std::uint64_t doomed_ = 0;  // of these nobody knows any more whether they are durable
  std::optional<error> failed_sync_;

  mutable std::mutex trouble_mutex_;
  std::optional<error> trouble_;
};

}  // namespace theus::journal
