#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "theus/application.hpp"
#include "theus/journal/store.hpp"
#include "theus/runtime/checkpoint.hpp"
#include "theus/runtime/machine.hpp"
#include "theus/runtime/mismatch.hpp"
#include "theus/runtime/replayer.hpp"

namespace theus::testing {

// A machine driven by hand: what the engine does around it, without engine, store or clock. Every
// turn becomes a record, encoded and chained as in a journal.
class machine_driver {
 public:
  // Time starts at 2026-01-01 00:00:00 UTC.
  static constexpr journal::wall_time start_time{std::chrono::microseconds(1'767'225'600'000'000)};

  explicit machine_driver(std::shared_ptr<const workflow_type> type);

  template <class R, class... Args>
  static machine_driver running(workflow<R> (*function)(context&, Args...)) {
    return machine_driver(std::make_shared<workflow_binding<R, Args...>>("tested", function));
  }

  // ---- time

  void advance(std::chrono::microseconds by) { raw_time_ += by; }
  void set_time(journal::wall_time to) { raw_time_ = to; }
  journal::wall_time raw_time() const { return raw_time_; }

  // ---- events: each call is one turn of its own

  void start(std::string arguments = "[]");
  void complete(std::uint32_t command, std::string value = "null", std::uint32_t attempt = 1);
  void complete(const journal::command_id& command, std::string value, std::uint32_t attempt = 1);
  void fail(std::uint32_t command, std::string type, std::uint32_t attempt = 1);
  void signal(const std::string& name, std::string value, std::string request_id = {});
  void fire_due();
  void cancel();
  // Several events in one turn.
  void turn(std::vector<journal::event> events);
  // Events that could not become a turn: the next one consumes them (rule 1).
  void intake(std::vector<journal::event> events);

  // ---- what came of it

  const turn_draft& last() const { return last_; }
  const std::optional<workflow_bug>& bug() const { return bug_; }
  machine& state() { return *machine_; }
  bool is_finished() const { return machine_->is_finished(); }
  // The payload of complete_run; fails the test if there is none.
  std::string result() const;
  std::optional<journal::failure_info> failure() const;
  // describe() of the last turn's commands.
  std::vector<std::string> commands() const;
  const std::vector<journal::stored_record>& records() const { return records_; }
  const std::vector<std::string>& record_bytes() const { return record_bytes_; }

  // ---- replay

  // Everything compared, with this type or another one, in all the ways there are: from zero; with
  // what is over left out; from a checkpoint after each turn, written and read.
  std::optional<mismatch> replay() const;
  std::optional<mismatch> replay(const workflow_type& other) const;
  std::optional<mismatch> replay_from_zero(const workflow_type& other) const;
  std::optional<mismatch> replay_rest(const workflow_type& other) const;
  std::optional<mismatch> replay_from_checkpoint(const workflow_type& other,
                                                 std::size_t records) const;
  // The checkpoint after that many records, if there can be one, reached from an earlier one or
  // from zero.
  std::optional<checkpoint> checkpoint_after(const workflow_type& with, std::size_t records,
                                             const checkpoint* from = nullptr) const;
  // Drops the machine and goes on with a replayed one, as after an eviction or a crash.
  void evict();
  // Drops the machine and goes on with one that came back from a checkpoint after that many
  // records, reached from the one that this took before, written and read, and the records behind
  // it. False, and all is as it was, where none
  // can be taken.
  bool evict_to_checkpoint(std::size_t records);
  // Goes on with another binary's workflow of the same name.
  void upgrade(std::shared_ptr<const workflow_type> type);

 private:
  // The same, written and read.
  std::optional<checkpoint> stored_checkpoint(std::size_t records,
                                              const checkpoint* from = nullptr) const;
  void append(decltype(journal::record::body) body);

  std::shared_ptr<const workflow_type> type_;
  std::unique_ptr<machine> machine_;
  journal::run_id run_;
  journal::wall_time raw_time_ = start_time;
  journal::head head_;
  std::vector<journal::stored_record> records_;
  std::vector<std::string> record_bytes_;
  std::vector<replayer::unconsumed_intake> unconsumed_;
  turn_draft last_;
  std::optional<workflow_bug> bug_;
  std::optional<checkpoint> evicted_to_;
};

template <class R, class... Args>
std::shared_ptr<const workflow_type> type_of(workflow<R> (*function)(context&, Args...)) {
  return std::make_shared<workflow_binding<R, Args...>>("tested", function);
}

}  // namespace theus::testing
