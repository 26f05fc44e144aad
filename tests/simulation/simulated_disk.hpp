#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "theus/runtime/random.hpp"

#include "journal/engine.hpp"
#include "simulation/verdict.hpp"

namespace theus::simulation {

// Thrown through the engine where the machine loses its power. Only the simulation catches it.
struct power_cut {};

// Per operation.
struct disk_fault_rates {
  double error = 0;  // before or after the write, or when the watermark is written
  double full = 0;   // no space, at the same places
  double sync_error =
      0;  // the kernel may have dropped what it was to write: nothing after it counts
  double read_error = 0;
  double power_cut = 0;       // at any place in between
  double lost_at_reopen = 0;  // an end of what was written and not synced, as after a failed sync
};

// Ordered keys as RocksDB keeps them, what was synced apart from what was only written. It outlives
// the process that uses it: `attach` is opening the files, `crash` is what the next opening finds.
// Keeps RocksDB's rules of visibility: a commit is seen after its sync, a write at once.
class simulated_disk {
 public:
  using rows = std::map<std::string, std::string, std::less<>>;
  using durable_record = std::function<void(std::string_view key, std::string_view value)>;

  simulated_disk(random_stream draws, verdict& outcome)
      : draws_(std::move(draws)), verdict_(outcome) {}

  // What a process works with. At most one at a time.
  std::unique_ptr<journal::engine> attach();
  // Reads what readers see, without faults; changes nothing.
  std::unique_ptr<journal::engine> witness();
  // The same contents, durable, on a disk of its own.
  void copy_to(simulated_disk& other) const;

  void set_faults(const disk_fault_rates& rates) { rates_ = rates; }
  // Faults end, and there is space again.
  void heal();
  // The process is gone. A random suffix of what was not synced is lost when the power failed or
  // a sync did; the kernel keeps it otherwise.
  void crash(bool power_lost);

  // Told of each record that has become durable, in order.
  void on_durable_record(durable_record watch) { watch_ = std::move(watch); }
  bool is_durable(journal::space where, std::string_view key) const;
  const rows& visible(journal::space where) const { return spaces_[std::size_t(where)]; }
  // Errors that were answered so far, power cuts not counted.
  std::uint64_t faults() const { return faults_; }

 private:
  class writer;
  class reader;
  enum class place { before_write, after_write, after_sync, after_watermark };

  struct unsynced_batch {
    journal::batch changes;
    bool is_visible = false;
    journal::batch undo;  // of a visible one
  };

  std::optional<error> fault_at(place where);
  error failed(errc code, const char* where);
  result<void> prepare(const journal::batch& changes, const journal::journal_head& head);
  result<void> harden();
  result<void> write(const journal::batch& changes);
  result<void> promise(const journal::journal_head& head);
  result<void> reopen();
  std::optional<error> read_fault();
  void apply(const journal::batch& changes, journal::batch* undo);
  void report_records(const journal::batch& changes);
  void make_durable(std::size_t count);

  random_stream draws_;
  verdict& verdict_;
  disk_fault_rates rates_;
  durable_record watch_;

  std::array<rows, journal::space_count> spaces_;  // what readers see
  std::vector<unsynced_batch> unsynced_;
  journal::journal_head newest_;  // of what was prepared last
  std::vector<journal::journal_head> promised_{journal::journal_head{}};  // newest last; the file
                                                                          // itself is never synced
  bool sync_failed_ = false;
  int full_for_ = 0;  // reopenings that fail before there is space
  bool is_full_ = false;
  std::uint64_t faults_ = 0;
};

}  // namespace theus::simulation
