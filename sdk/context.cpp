#include "theus/context.hpp"

#include "theus/runtime/machine.hpp"

namespace theus {

time_point context::now() const { return machine_.now(); }

random_stream& context::random() {
  if (machine_.is_open()) return machine_.current().random();
  if (!closed_random_) closed_random_.emplace(random_seed{}, "closed");
  return *closed_random_;
}

void context::log(std::string text) {
  if (machine_.is_open()) machine_.log(std::move(text));
}

context_snapshot context::snapshot() const {
  return context_snapshot(machine_.is_open() ? machine_.current().context().tree() : value(map()));
}

void context::restore(const context_snapshot& earlier) {
  if (machine_.is_open()) machine_.current().context().restore(earlier.tree_);
}

path declared_path(std::string_view text) {
  return text.starts_with('/') ? path::parse(text).value() : path() / text;
}

const std::string& context::workflow_id() const { return machine_.workflow_id(); }

frame_pool& frames_of(context& ctx) { return ctx.machine_.frames(); }

}  // namespace theus
