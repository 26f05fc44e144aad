#include "theus/context.hpp"

#include <stdexcept>

#include "theus/runtime/machine.hpp"

namespace theus {

time_point context::now() const {
  machine_.act("ctx.now()");
  return machine_.now();
}

random_stream& context::random() {
  machine_.act("ctx.random()");
  if (machine_.is_open()) return machine_.current().random();
  if (!closed_random_) closed_random_.emplace(random_seed{}, "closed");
  return *closed_random_;
}

void context::log(std::string text) {
  machine_.act("ctx.log()");
  if (machine_.is_open()) machine_.log(std::move(text));
}

context_snapshot context::snapshot() const {
  return context_snapshot(machine_.is_open() ? machine_.current().context().tree() : value(map()));
}

void context::restore(const context_snapshot& earlier) {
  machine_.act("ctx.restore()");
  if (machine_.is_open()) machine_.current().context().restore(earlier.tree_);
}

std::int32_t context::version(std::string_view change, std::int32_t least, std::int32_t most,
                              std::source_location at) {
  if (least > most) {
    throw std::invalid_argument("ctx.version(\"" + std::string(change) + "\", " +
                                std::to_string(least) + ", " + std::to_string(most) +
                                "): the least version is above the greatest");
  }
  machine_.act("ctx.version()");
  return machine_.is_open() ? machine_.version_of(change, least, most, at) : most;
}

scope* context::spawning_scope() {
  machine_.act("ctx.spawn()");
  return machine_.is_open() ? &machine_.current() : nullptr;
}

boost::intrusive_ptr<promise_state> context::new_promise(reencode_function reencode,
                                                         promise_state::like_function like,
                                                         std::source_location at) {
  machine_.act("ctx.promise()");
  if (!machine_.is_open()) return nullptr;
  return new promise_state(machine_.current(), reencode, like, at);
}

void context::throw_if_cancelled() const {
  if (machine_.is_open() && machine_.current().is_cancelled()) throw cancelled();
}

path declared_path(std::string_view text) {
  return text.starts_with('/') ? path::parse(text).value() : path() / text;
}

std::size_t context::open_updates() const { return machine_.open_updates(); }

const std::string& context::workflow_id() const { return machine_.workflow_id(); }

frame_pool& frames_of(context& ctx) { return ctx.machine_.frames(); }

}  // namespace theus
