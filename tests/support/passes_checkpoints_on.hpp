#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "theus/journal/store.hpp"

namespace theus::testing {

// The part of a store, or all of a store of checkpoints alone, that leaves them to one behind it.
template <class Base>
class passes_checkpoints_on : public Base {
 public:
  journal::opening opened() const override { return behind().opened(); }
  result<std::optional<std::string>> node(const journal::hash256& hash) override {
    return behind().node(hash);
  }
  result<bool> holds_node(const journal::hash256& hash) override {
    return behind().holds_node(hash);
  }
  result<void> put_nodes(std::span<const journal::stored_node> nodes,
                         journal::opening since) override {
    return behind().put_nodes(nodes, since);
  }
  result<void> put_checkpoint(const journal::checkpoint_row& row, journal::opening since) override {
    return behind().put_checkpoint(row, since);
  }
  result<std::optional<journal::checkpoint_row>> checkpoint(
      const journal::checkpoint_id& id) override {
    return behind().checkpoint(id);
  }
  result<std::vector<journal::checkpoint_id>> checkpoints(journal::run_id run,
                                                          std::size_t max_rows) override {
    return behind().checkpoints(run, max_rows);
  }
  result<std::vector<journal::checkpoint_id>> checkpoints_after(
      const std::optional<journal::checkpoint_id>& after, std::size_t max_rows) override {
    return behind().checkpoints_after(after, max_rows);
  }
  result<void> erase_checkpoint(const journal::checkpoint_id& id) override {
    return behind().erase_checkpoint(id);
  }
  result<std::vector<journal::blob_row>> blobs(const std::optional<journal::blob_row>& after,
                                               std::size_t max_rows) override {
    return behind().blobs(after, max_rows);
  }
  result<std::vector<journal::hash256>> nodes_after(const std::optional<journal::hash256>& after,
                                                    std::size_t max_nodes) override {
    return behind().nodes_after(after, max_nodes);
  }
  result<void> erase_nodes(std::span<const journal::hash256> nodes,
                           journal::opening since) override {
    return behind().erase_nodes(nodes, since);
  }

 protected:
  virtual journal::checkpoint_store& behind() const = 0;
};

}  // namespace theus::testing
