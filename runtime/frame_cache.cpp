#include "frame_cache.hpp"

namespace theus {
namespace {

constexpr int candidates = 8;
constexpr std::size_t frame_bytes = 1024;
constexpr std::size_t machine_bytes = 4096;
constexpr std::size_t pending_bytes = 256;

}  // namespace

void frame_cache::put(run_slot& s) {
  take_out(s);
  s.weight_bytes = machine_bytes + frame_bytes * s.body->frame_count();
  for (const auto& each : s.unconsumed) s.weight_bytes += pending_bytes * each.events.size();
  bytes_ += s.weight_bytes;
  idle_.push_back(s);
}

void frame_cache::take_out(run_slot& s) {
  if (!s.idle_hook::is_linked()) return;
  idle_.erase(idle_.iterator_to(s));
  bytes_ -= s.weight_bytes;
}

run_slot* frame_cache::over_budget() {
  if (bytes_ <= budget_bytes_ || idle_.empty()) return nullptr;
  run_slot* cheapest = nullptr;
  int seen = 0;
  for (run_slot& each : idle_) {
    if (seen++ == candidates) break;
    if (!cheapest || each.head.at < cheapest->head.at) cheapest = &each;
  }
  return cheapest;
}

}  // namespace theus
