#pragma once

#include <memory>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "theus/journal/store.hpp"
#include "theus/runtime/machine.hpp"
#include "theus/runtime/mismatch.hpp"

namespace theus {

// Brings a machine to where a run's records say it was. Recovery, `replay` and tests use it alike.
//
// Owns: the machine, the intakes not yet consumed, the head of what was replayed.
// Its caller owns: reading records (in pages of any size), the clock, the decision what to do next.
class replayer {
 public:
  enum class check {
    commands,    // recovery: commands at every turn; call verify_digest() at the end (rule 15)
    everything,  // replay: digests too, at every turn
  };

  replayer(const workflow_type& type, journal::run_id run, check how,
           const machine_limits& bounds = {});

  // Feeds the next record. After a mismatch the replayer is of no further use.
  std::optional<mismatch> feed(const journal::stored_record& record);
  // Compares the state with the digest of the last turn.
  std::optional<mismatch> verify_digest() const;

  // ---- what a live run continues with
  machine& state() { return *machine_; }
  const journal::head& head() const { return head_; }
  // Events of intakes that no turn consumed yet, each with its times and sequence.
  struct unconsumed_intake {
    journal::sequence at{};
    journal::wall_time raw_time;
    journal::wall_time time;
    std::vector<journal::event> events;
  };
  const std::vector<unconsumed_intake>& unconsumed() const { return unconsumed_; }
  std::unique_ptr<machine> release() { return std::move(machine_); }

 private:
  std::optional<mismatch> feed_turn(const journal::record& r, const journal::turn& t);
  void feed_intake(const journal::record& r, const journal::intake& i);

  journal::run_id run_;
  check how_;
  std::unique_ptr<machine> machine_;
  journal::head head_;
  std::vector<unconsumed_intake> unconsumed_;
  journal::sequence last_turn_{};
  journal::hash256 last_digest_;
};

// Does a turn have to consume this event, or is it one that no workflow sees?
bool is_consumable(const journal::event& e);

}  // namespace theus
