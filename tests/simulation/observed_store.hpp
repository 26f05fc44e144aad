#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "theus/journal/forwarding_store.hpp"

namespace theus::simulation {

// Sees what the engine asks of its journal, and what the journal acknowledges, before the engine
// hears of it.
class observed_store final : public journal::forwarding_store {
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
      : forwarding_store(*behind),
        owned_(std::move(behind)),
        watch_(watch),
        checkpoints_(checkpoints) {}

  journal::append_ticket begin_append(std::span<const journal::unit> units) override {
    for (const auto& each : units) watch_.appending(each);
    const auto begun = behind_.begin_append(units);
    begun_[begun] = units;
    return begun;
  }
  std::vector<journal::append_answer> finish_append(journal::append_ticket begun) override {
    const auto units = begun_.extract(begun).mapped();
    auto answers = behind_.finish_append(begun);
    for (std::size_t i = 0; i < units.size(); ++i) {
      if (answers[i].status == journal::append_status::committed) watch_.acknowledged(units[i]);
    }
    return answers;
  }
  result<void> acknowledge(const journal::message_id& message) override {
    watch_.forgetting(message);
    return behind_.acknowledge(message);
  }

  result<std::vector<journal::stored_record>> read(journal::run_id run, journal::sequence from,
                                                   std::size_t max_records) override {
    watch_.reading(run);
    checkpoints_.looking(false);
    return behind_.read(run, from, max_records);
  }
  result<std::optional<std::string>> node(const journal::hash256& hash) override {
    checkpoints_.looking(false);
    return behind_.node(hash);
  }
  result<bool> holds_node(const journal::hash256& hash) override {
    checkpoints_.looking(false);
    return behind_.holds_node(hash);
  }
  result<void> put_nodes(std::span<const journal::stored_node> nodes,
                         journal::opening since) override {
    checkpoints_.looking(false);
    return behind_.put_nodes(nodes, since);
  }
  result<void> put_checkpoint(const journal::checkpoint_row& row, journal::opening since) override {
    checkpoints_.looking(false);
    auto done = behind_.put_checkpoint(row, since);
    if (done) checkpoints_.stored(row.id);
    return done;
  }
  result<std::optional<journal::checkpoint_row>> checkpoint(
      const journal::checkpoint_id& id) override {
    checkpoints_.looking(true);
    return behind_.checkpoint(id);
  }
  result<std::vector<journal::checkpoint_id>> checkpoints(journal::run_id run,
                                                          std::size_t max_rows) override {
    checkpoints_.looking(false);
    return behind_.checkpoints(run, max_rows);
  }
  result<void> erase_checkpoint(const journal::checkpoint_id& id) override {
    checkpoints_.looking(false);
    return behind_.erase_checkpoint(id);
  }
  result<std::vector<journal::hash256>> nodes_after(const std::optional<journal::hash256>& after,
                                                    std::size_t max_nodes) override {
    checkpoints_.looking(false);
    return behind_.nodes_after(after, max_nodes);
  }
  result<void> erase_nodes(std::span<const journal::hash256> nodes,
                           journal::opening since) override {
    auto done = behind_.erase_nodes(nodes, since);
    if (done) checkpoints_.erased(nodes.size());
    return done;
  }

 private:
  std::unique_ptr<journal::store> owned_;
  watcher& watch_;
  checkpoint_watcher& checkpoints_;
  std::map<journal::append_ticket, std::span<const journal::unit>> begun_;
};

}  // namespace theus::simulation
