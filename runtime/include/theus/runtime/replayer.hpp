#pragma once

#include <memory>
#include <optional>
#include <span>
#include <variant>
#include <vector>

#include "theus/journal/store.hpp"
#include "theus/runtime/finished_scopes.hpp"
#include "theus/runtime/machine.hpp"
#include "theus/runtime/mismatch.hpp"
#include "theus/runtime/short_history.hpp"

namespace theus {

// Brings a machine to where a run's records say it was. Recovery, `replay`, checkpoints and tests
// use it alike.
//
// Owns: the machine, the intakes not yet consumed, the head of what was replayed.
// Its caller owns: reading records (in pages of any size), the clock, the decision what to do next.
class replayer {
 public:
  enum class check {
    commands,    // recovery: commands at every turn; call verify_digest() at the end (rule 15)
    everything,  // replay: digests too, at every turn where they can be told
  };

  replayer(const workflow_type& type, journal::run_id run, check how,
           const machine_limits& bounds = {});

  // Phases and iterations that are over by the end of what will be fed are not run again (rule
  // 19): before a record is fed, the ends in all that follow have to be known here. Of records for
  // which this was never called, everything is run.
  void know(const journal::record& later);
  void know(const short_turn& later);

  // Feeds the next record. After a mismatch the replayer is of no further use.
  std::optional<mismatch> feed(const journal::stored_record& record);
  // In place of the records up to a checkpoint: its turns, then what else it holds. Errors:
  // corrupt.
  std::optional<mismatch> feed(const short_turn& turn);
  result<void> resume(const journal::head& at, const journal::hash256& digest,
                      const value& runtime_state);
  // Compares the state with the digest of the last turn.
  std::optional<mismatch> verify_digest() const;

  // From the next feed on, what was fed is kept shortened.
  void keep_short_history();
  // What was kept, without signals that nobody holds who is still open.
  std::vector<short_turn> take_short_history();

  // ---- what a live run continues with
  machine& state() { return *machine_; }
  const journal::head& head() const { return head_; }
  journal::sequence last_turn() const { return last_turn_; }
  const journal::hash256& last_digest() const { return last_digest_; }
  // The program that made the last turn; "" where nothing that was fed says it.
  const std::string& build() const { return build_; }
  // Events of intakes that no turn consumed yet, each with its times and sequence.
  struct unconsumed_intake {
    journal::sequence at{};
    journal::wall_time raw_time;
    journal::wall_time time;
    std::vector<journal::event> events;
  };
  const std::vector<unconsumed_intake>& unconsumed() const { return unconsumed_; }
  std::unique_ptr<machine> release();

 private:
  std::optional<mismatch> feed_turn(const journal::record& r, const journal::turn& t);
  std::optional<mismatch> step(journal::sequence at, std::span<const event_batch> intakes,
                               const event_batch& own, std::span<const recorded_close> closes,
                               const journal::turn& recorded, bool compares_events);
  void feed_intake(const journal::record& r, const journal::intake& i);
  void note_drift(journal::sequence at, const journal::turn& recorded);
  void keep(journal::sequence at, const std::vector<journal::command>& commands);

  journal::run_id run_;
  check how_;
  finished_scopes over_;  // before the machine, which refers to it
  std::vector<applied_step> applied_;
  std::unique_ptr<machine> machine_;
  journal::head head_;
  std::vector<unconsumed_intake> unconsumed_;
  journal::sequence last_turn_{};
  journal::hash256 last_digest_;
  std::string build_;
  std::optional<mismatch> drift_;  // the first turn that wrote something else, while it may count
  std::optional<short_history> kept_;
};

// Does a turn have to consume this event, or is it one that no workflow sees?
bool is_consumable(const journal::event& e);

}  // namespace theus
