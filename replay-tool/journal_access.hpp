#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "theus/application.hpp"
#include "theus/journal/history_file.hpp"
#include "theus/runtime/checkpoint.hpp"
#include "theus/runtime/control_messages.hpp"

namespace theus::tool {

// A journal as the verbs see it, whoever holds it: a runtime in another process, reached through
// its control socket, or this process. All members throw error_exception.
class journal_access {
 public:
  virtual ~journal_access() = default;

  // By a runtime that executes workflows.
  virtual bool is_held() const = 0;

  virtual start_reply start(const start_request& request) = 0;
  virtual void signal(const signal_request& request) = 0;
  virtual void settle(const settle_request& request) = 0;
  virtual void cancel(const std::string& workflow_id, const std::string& reason) = 0;
  virtual void terminate(const std::string& workflow_id, const std::string& reason) = 0;
  virtual void pause(const std::string& workflow_id, const std::string& reason) = 0;
  virtual void resume(const std::string& workflow_id) = 0;
  // Waits for the newest run with this id. Without a runtime only finished runs have an outcome.
  virtual run_outcome wait(const std::string& workflow_id,
                           std::optional<std::chrono::milliseconds> timeout) = 0;
  // By a runtime that executes workflows; waits for as long as it takes.
  virtual update_reply update(const update_request& request) = 0;
  // With the code of the runtime that holds the journal, else with this binary's.
  virtual journal::payload query(const query_request& request) = 0;

  virtual control::instance_page instances(const journal::instance_filter& filter,
                                           std::uint32_t limit) = 0;
  virtual journal::instance_row find(const std::string& id) = 0;
  virtual control::record_page records(journal::run_id run, journal::sequence from) = 0;
  // What `export` writes.
  virtual journal::history history_of(journal::run_id run) = 0;
  // Errors: trimmed when a runtime holds the journal and the history is not all records: a
  // checkpoint, nodes and blobs do not go this way through the socket.
  virtual void import(journal::history h) = 0;

  virtual control::checkpoint_list checkpoints(journal::run_id run) = 0;
  // Of a trimmed run: where its records begin.
  virtual std::optional<journal::anchor_place> trimmed(journal::run_id run) = 0;
  // Of a trimmed run: the checkpoint that its records begin behind.
  virtual std::optional<checkpoint> beginning(journal::run_id run) = 0;
  // The newest of those up to `through` that can be read; absent: none can.
  virtual std::optional<checkpoint> newest_checkpoint(journal::run_id run,
                                                      journal::sequence through) = 0;
  // These three replay the run with the code of the runtime that holds the journal, else with this
  // binary's.
  virtual taken_checkpoint take_checkpoint(journal::run_id run) = 0;
  // What is wrong with it, if something is.
  virtual std::optional<error> verify_checkpoint(const journal::checkpoint_id& id) = 0;
  // To its newest checkpoint, verified first; the last record that went.
  virtual journal::sequence trim(journal::run_id run) = 0;

  // Errors, not thrown: not_found, corrupt, and what the way to the journal ran into.
  virtual result<std::string> node(const journal::hash256& hash) = 0;

  virtual std::vector<stuck_run> stuck() = 0;
  virtual void retry(const std::string& workflow_id) = 0;
  virtual control::runtime_status status() = 0;
};

// Through the socket if a runtime listens there, else by opening the journal. `create` makes a
// journal where there is none. Errors: not_found, journal_in_use (names the holder), and those of
// opening.
std::unique_ptr<journal_access> open_access(const application& app,
                                            const std::filesystem::path& folder, bool create);

// Opens the journal for this process alone: for what no runtime may see half-done. The error for
// a held journal says so.
std::unique_ptr<journal::store> open_alone(const std::filesystem::path& folder);

}  // namespace theus::tool
