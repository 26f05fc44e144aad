#include "simulation/checkpoint_audit.hpp"

#include "theus/runtime/checkpoint.hpp"

#include "runtime/support/kept_trees.hpp"

namespace theus::simulation {

void checkpoint_audit::violated(const journal::checkpoint_id& id, const std::string& what) {
  verdict_.violated("checkpoint of run " + id.run.to_string() + " at " +
                    std::to_string(journal::number(id.at)) + ": " + what);
}

void checkpoint_audit::stored(const journal::checkpoint_id& id) {
  ++stored_;
  verdict_.note("checkpoint at " + std::to_string(journal::number(id.at)));
  check(id);
}

void checkpoint_audit::erased(std::size_t nodes) {
  erased_ += nodes;
  verdict_.note("nodes erased: " + std::to_string(nodes));
  check_all();
}

void checkpoint_audit::check(const journal::checkpoint_id& id) {
  const auto run = audit_.runs().find(id.run);
  if (run == audit_.runs().end() || run->second.records().size() < journal::number(id.at)) {
    return violated(id, "its record is not durable");
  }
  const auto row = witness_->checkpoint(id);
  if (!row || !*row) return violated(id, "it cannot be read");
  node_archive nodes(*witness_);
  const auto read = decode_checkpoint((*row)->bytes, nodes);
  if (!read) return violated(id, read.error().message);
  const auto known = known_.find(id);
  if (known == known_.end() || known->second != (*row)->bytes) {
    const auto expected = run->second.checkpoint_at(id.at);
    if (!expected) return violated(id, "none can be taken there");
    const bool is_same = read->head.at == id.at && read->head.hash == expected->head.hash &&
                         read->head.time == expected->head.time &&
                         read->digest == expected->digest && read->state == expected->state;
    if (!is_same) return violated(id, "the records give another one");
    known_.insert_or_assign(id, (*row)->bytes);
  }
  if (auto wrong = run->second.replay_from(*read)) violated(id, "from there on, " + *wrong);
}

void checkpoint_audit::check_all() {
  for (const auto& id : test::stored_checkpoints(*witness_)) check(id);
  const auto stored = test::stored_nodes(*witness_);
  for (const auto& node : stored) {
    for (const auto& child : test::below(*witness_, node)) {
      if (stored.contains(child)) continue;
      verdict_.violated("node " + node.to_string() + " is stored, and what is below it is not");
    }
  }
}

void checkpoint_audit::check_collection(journal::store& of) {
  const auto needed = test::needed_nodes(of);
  node_archive nodes(of);
  const auto done = nodes.collect();
  if (!done) return verdict_.violated("collecting nodes: " + done.error().message);
  if (!done->finished) verdict_.violated("a collection finds damage");
  if (test::stored_nodes(of) != needed) {
    verdict_.violated("a collection does not leave what checkpoints need, and nothing else");
  }
}

}  // namespace theus::simulation
