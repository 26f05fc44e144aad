#pragma once

#include <cstddef>

#include "theus/runtime/wait_node.hpp"

namespace theus {

// Several nodes awaited together. Children are started, and so numbered, in order; once the group
// is decided the others are cancelled and joined before the group is done (semantics rule 25).
class group_node : public wait_node, protected wait_parent {
 public:
  enum class decision {
    all,  // decided by the first failure, else when every child is done
    any,  // decided by the first child that is done, with a value or without
  };

 protected:
  explicit group_node(decision how) : how_(how) {}
  ~group_node() = default;

  // The child that decided: the failed one of `all`, the first one of `any`; null: all succeeded.
  const wait_node* deciding() const { return deciding_; }

 private:
  virtual std::size_t child_count() const = 0;
  virtual wait_node& child(std::size_t index) = 0;

  void do_start(scope& in, std::source_location at) final;
  void do_cancel() final;
  void child_done(wait_node& child) final;
  void settle();

  decision how_;
  bool starting_ = false;
  std::size_t running_ = 0;
  const wait_node* deciding_ = nullptr;
};

}  // namespace theus
