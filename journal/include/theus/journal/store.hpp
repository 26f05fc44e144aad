#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "theus/journal/checkpoints.hpp"
#include "theus/journal/codec.hpp"
#include "theus/journal/errc.hpp"
#include "theus/journal/record.hpp"
#include "theus/journal/rows.hpp"

namespace theus::journal {

// The last record of a run that is known to be durable.
struct head {
  sequence at = before_first;
  hash256 hash;    // of that record's bytes
  wall_time time;  // its monotone time

  friend bool operator==(const head&, const head&) = default;
};

// What one run appends, atomically: one record or more, in sequence, chained (rule 4).
class unit {
 public:
  // Fills in sequence, monotone time and previous hash from `after`, encodes and hashes.
  // Errors: limit_exceeded. Thread: any; this is the work that need not happen on the writer.
  static result<unit> make(run_id run, epoch owner, const head& after, record r,
                           const limits& bounds = {});
  // Takes over records as they lie on disk, byte for byte, for an import: `raw` begins behind
  // `after`. Errors: corrupt (broken chain or sequence, malformed record), unknown_version,
  // limit_exceeded.
  static result<unit> adopt(run_id run, epoch owner, const head& after,
                            std::vector<std::string> raw, const limits& bounds = {});
  // The same for a run whose first records were trimmed: `raw` begins behind its checkpoint, and
  // its newest anchor names that.
  // Errors: those of `adopt`; corrupt when no anchor there does.
  static result<unit> adopt_trimmed(run_id run, epoch owner, std::vector<std::string> raw,
                                    const limits& bounds = {});
  // Adds a further record of the same run behind the ones there.
  result<void> add(record r, const limits& bounds = {});

  struct entry {
    record value;
    std::string bytes;
    hash256 hash;
  };

  run_id run() const { return run_; }
  epoch owner() const { return owner_; }
  sequence expected() const { return entries_.front().value.at; }
  const std::vector<entry>& entries() const { return entries_; }
  head resulting_head() const;
  // Of `adopt_trimmed`: the anchor that stands for what came before; null otherwise.
  const anchor* behind() const;

 private:
  unit(run_id run, epoch owner) : run_(run), owner_(owner) {}

  run_id run_;
  epoch owner_;
  std::vector<entry> entries_;
  std::optional<std::size_t> behind_;  // its place in entries_
};

enum class append_status : std::uint8_t {
  committed,  // durable
  conflict,   // the expected sequence or the workflow id is taken; nothing was written
  fenced,     // a younger runtime owns the journal; nothing was written
  unknown,    // may or may not be durable: evict, re-read (run, sequence), compare hashes
};

enum class append_ticket : std::uint64_t {};
struct append_answer {
  append_status status = append_status::unknown;
  std::optional<run_id> holder;  // with conflict on a workflow id: the run that holds it
  // With unknown: what the store ran into. With conflict on an anchor: what it does not fit.
  std::optional<error> why;
  // With committed: messages went out that no record names, to children that were open at the end.
  bool told_children = false;
};

struct stored_record {
  record value;
  hash256 hash;
  std::uint32_t size_bytes = 0;
};

// Where a run's records begin, when its first ones were trimmed.
struct anchor_place {
  sequence through{};  // the last that is gone; the checkpoint there stands for it
  sequence at{};       // the anchor's own
  hash256 last;        // of the record at `through`
  hash256 manifest;    // of the checkpoint: manifest_of(row)

  friend bool operator==(const anchor_place&, const anchor_place&) = default;
};

// A place in the store's own order of commits, to continue a tail from. Opaque; "" is the start.
struct position {
  std::string bytes;
  friend bool operator==(const position&, const position&) = default;
};

struct tail_entry {
  run_id run;
  stored_record record;
  position at;
};

// Pages continue after the last row of the page before.
struct instance_filter {
  std::optional<run_status> status;
  std::string workflow_type;  // "" for all
  std::optional<run_id> after;
};

struct rebuild_report {
  std::uint64_t runs = 0;
  std::uint64_t records = 0;
  std::uint64_t rows = 0;
};

// Durable home of records and rows. One object, one owner process.
// Threads: any. Writers (`append`, `acknowledge`, `rebuild`, `acquire_epoch`, `reopen`, and those
// of checkpoints) wait for one another; reads run beside them and, but for checkpoints and nodes,
// see only what is durable.
class store : public checkpoint_store {
 public:
  // Fences everybody who acquired before. Errors: io_error, disk_full.
  virtual result<epoch> acquire_epoch() = 0;

  // Blocks until every committed unit is durable and the watermark names it. One answer per unit,
  // in order; one unit's conflict harms no other; of two units of one run in one call the second
  // is a conflict. A unit that opens a run also claims its workflow id: conflict while another run
  // with that id is running, or while the same non-empty request id still names a run.
  // After `unknown` with disk_full the records may appear once `reopen` succeeded: re-read then.
  std::vector<append_answer> append(std::span<const unit> units) {
    return finish_append(begin_append(units));
  }

  // The two halves of `append`, so that one is prepared while another goes to the disk: the first
  // checks and writes, the second blocks until it is durable. What is begun is seen by nobody, and
  // a unit of a run, or a claim of a workflow id, that is begun elsewhere is a conflict.
  // The units stay as they are until it is finished. Each ticket is finished once, or never when
  // the store is not used any more.
  // Thread: any; beginning waits for who begins, finishing for who finishes.
  virtual append_ticket begin_append(std::span<const unit> units) = 0;
  virtual std::vector<append_answer> finish_append(append_ticket begun) = 0;

  // Up to `max_records` records from `from`; checks hash chain and sequence inside the page.
  // Errors: trimmed (names where the run's records begin), corrupt (names run, sequence),
  // unknown_version, io_error. An unknown run reads empty.
  virtual result<std::vector<stored_record>> read(run_id run, sequence from,
                                                  std::size_t max_records) = 0;
  // The same records as they lie on disk, checked the same way: what an export writes.
  virtual result<std::vector<std::string>> read_raw(run_id run, sequence from,
                                                    std::size_t max_records) = 0;
  virtual result<std::optional<head>> head_of(run_id run) = 0;
  // What the run's newest anchor trimmed; absent: nothing. Errors: corrupt, unknown_version,
  // io_error.
  virtual result<std::optional<anchor_place>> trimmed(run_id run) = 0;
  // Every record of the journal once, in commit order; those that were trimmed are left out.
  virtual result<std::vector<tail_entry>> tail(const position& after, std::size_t max_records) = 0;

  // Derived rows.
  virtual result<std::optional<instance_row>> instance(run_id run) = 0;
  // The newest run with this workflow id, finished or not.
  virtual result<std::optional<run_id>> run_of(std::string_view workflow_id) = 0;
  virtual result<std::optional<run_id>> run_of_request(std::string_view workflow_id,
                                                       std::string_view request_id) = 0;
  // Ordered by run id.
  virtual result<std::vector<instance_row>> instances(const instance_filter& filter,
                                                      std::size_t max_rows) = 0;
  // Ordered by due time, run, command; rows with due <= until that come after `after`.
  virtual result<std::vector<timer_row>> timers(wall_time until,
                                                const std::optional<timer_row>& after,
                                                std::size_t max_rows) = 0;
  virtual result<std::vector<task_row>> tasks(const std::optional<task_row>& after,
                                              std::size_t max_rows) = 0;
  virtual result<std::vector<backlog_row>> backlog(const std::optional<backlog_row>& after,
                                                   std::size_t max_rows) = 0;
  virtual result<std::vector<message_row>> messages(const std::optional<message_row>& after,
                                                    std::size_t max_rows) = 0;

  // Kept rows. The receiver's turn or intake with this message is durable: do not send it again.
  virtual result<void> acknowledge(const message_id& message) = 0;

  // In place of the row of that activity, if there is one. Written, not synced: it outlives the
  // process, and a loss of power once a later append is durable. The caller puts none behind the
  // record that ends the call. Errors: stopped (fenced: `owner` is not the youngest),
  // limit_exceeded (limits::heartbeat_bytes), disk_full, io_error.
  virtual result<void> put_heartbeat(epoch owner, const heartbeat_row& row) = 0;
  virtual result<std::optional<heartbeat_row>> heartbeat(run_id run, const command_id& id) = 0;
  // Of one run, by command.
  virtual result<std::vector<heartbeat_row>> heartbeats(run_id run) = 0;

  // Deletes all derived rows and derives them again from the records.
  virtual result<rebuild_report> rebuild() = 0;

  // After disk_full: closes and opens anew (RocksDB's own resume claims success while writes fail).
  // Errors: disk_full while there is no space; io_error for ever after a failed sync.
  virtual result<void> reopen() = 0;

  // Why appends are refused at the moment, if they are.
  virtual std::optional<error> trouble() const = 0;
};

}  // namespace theus::journal
