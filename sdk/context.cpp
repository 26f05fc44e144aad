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

const std::string& context::workflow_id() const { return machine_.workflow_id(); }

frame_pool& frames_of(context& ctx) { return ctx.machine_.frames(); }

}  // namespace theus
