#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "theus/runtime/random.hpp"

namespace theus::simulation {

// The stream of one module: a draw added in one shifts no other (rule 18 does the same for runs).
inline random_stream stream_of(std::uint64_t seed, std::string_view module) {
  return random_stream({seed, 0x7468657573}, module);
}

// What a run of the simulation came to: the first violated invariant, and a hash over everything
// that happened, which is the same whenever the seed is.
class verdict {
 public:
  // Only the first is kept: what follows from it explains nothing.
  void violated(std::string what) {
    if (violation_.empty()) violation_ = std::move(what);
  }
  bool holds() const { return violation_.empty(); }
  const std::string& violation() const { return violation_; }

  void note(std::uint64_t what) {
    for (int shift = 0; shift < 64; shift += 8) add(static_cast<unsigned char>(what >> shift));
  }
  void note(std::string_view what) {
    for (const char c : what) add(static_cast<unsigned char>(c));
    say(what);
  }
  // For people only.
  void say(std::string_view what) const {
    if (tracing_) tracing_(std::string(what));
  }
  std::uint64_t hash() const { return hash_; }

  // Called with every line that is noted.
  void trace(std::function<void(const std::string&)> sink) { tracing_ = std::move(sink); }
  bool is_tracing() const { return static_cast<bool>(tracing_); }

 private:
  // FNV-1a, http://www.isthe.com/chongo/tech/comp/fnv/
  void add(unsigned char byte) { hash_ = (hash_ ^ byte) * 0x100000001b3; }

  std::uint64_t hash_ = 0xcbf29ce484222325;
  std::string violation_;
  std::function<void(const std::string&)> tracing_;
};

}  // namespace theus::simulation
