#include "stepping_runs.hpp"

#include <cstring>

#include "theus/journal/codec.hpp"

#include "history.hpp"

namespace theus::benchmarks {

using namespace theus::journal;

stepping_runs::stepping_runs(std::size_t count, epoch owner) : owner_(owner), runs_(count) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::string name = "run-" + std::to_string(i);
    const hash256 random =
        hash_of({reinterpret_cast<const std::uint8_t*>(name.data()), name.size()});
    std::uint64_t words[2];
    std::memcpy(words, random.bytes.data(), sizeof words);
    runs_[i].id = run_id::make(shard_key_of(name), words[0], words[1]);
  }
}

std::vector<unit> stepping_runs::next_step() {
  ++step_;
  now_ += std::chrono::milliseconds(1);
  std::vector<unit> units;
  units.reserve(runs_.size());
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    units.push_back(unit::make(runs_[i].id, owner_, runs_[i].newest, turn_of(i)).value());
    runs_[i].newest = units.back().resulting_head();
  }
  return units;
}

std::string stepping_runs::result_of(std::size_t run) const {
  return forty_bytes_of_json(step_ * 7'919 + run * 104'729);
}

std::string stepping_runs::last_payloads() const {
  std::string all;
  for (std::size_t i = 0; i < runs_.size(); ++i) {
    if (step_ > 1) all += result_of(i);
    all += arguments();
  }
  return all;
}

record stepping_runs::turn_of(std::size_t run) const {
  turn made;
  if (step_ == 1) {
    started opening;
    opening.workflow_id = "run-" + std::to_string(run);
    opening.workflow_type = "read_all";
    opening.arguments = "[1000000]";
    made.events.emplace_back(std::move(opening));
  } else {
    made.events.emplace_back(activity_completed{{"", step_ - 1}, 1, std::nullopt, result_of(run)});
  }
  made.commands.emplace_back(
      schedule_activity{{"", step_}, "read_sensor", arguments(), {}, 0, false});
  made.state_digest = hash_of({runs_[run].newest.hash.bytes.data(), 32});
  record r;
  r.raw_time = now_;
  r.body = std::move(made);
  return r;
}

}  // namespace theus::benchmarks
