#pragma once

#include <cstdint>
#include <functional>
#include <map>

#include "theus/journal/store.hpp"
#include "theus/runtime/node_archive.hpp"

#include "simulation/auditor.hpp"
#include "simulation/observed_store.hpp"
#include "simulation/verdict.hpp"

namespace theus::simulation {

// Holds the checkpoints and nodes on the disk against the records: each checkpoint loads whole, is
// what the records give, and leads to where its run is.
class checkpoint_audit final : public observed_store::checkpoint_watcher {
 public:
  checkpoint_audit(const auditor& audit, verdict& outcome) : audit_(audit), verdict_(outcome) {}

  // Reads what is on the disk, without faults. Set before anything happens.
  void read_by(journal::store& witness) { witness_ = &witness; }
  // Called in the middle of whatever looks at the journal.
  void when_looking(std::function<void(bool at_checkpoint)> happens) {
    looking_ = std::move(happens);
  }

  void looking(bool at_checkpoint) override { looking_(at_checkpoint); }
  void stored(const journal::checkpoint_id& id) override;
  void erased(std::size_t nodes) override;

  // All that are there, and that all below a stored node is stored.
  void check_all();
  // Of a journal in which nobody works: a collection leaves what checkpoints need, and nothing
  // else.
  void check_collection(journal::store& of);

  std::uint64_t checkpoints() const { return stored_; }
  std::uint64_t nodes_erased() const { return erased_; }

 private:
  void check(const journal::checkpoint_id& id);
  void violated(const journal::checkpoint_id& id, const std::string& what);

  const auditor& audit_;
  verdict& verdict_;
  journal::store* witness_ = nullptr;
  std::function<void(bool)> looking_ = [](bool) {};
  std::map<journal::checkpoint_id, std::string> known_;  // by their bytes, that were compared
  std::uint64_t stored_ = 0;
  std::uint64_t erased_ = 0;
};

}  // namespace theus::simulation
