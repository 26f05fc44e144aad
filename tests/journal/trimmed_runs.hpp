#pragma once

#include <algorithm>
#include <random>

#include "theus/journal/trimming.hpp"

#include "journal/support.hpp"

// What the tests of trimming share: checkpoints, anchors, and runs that have something open.
namespace theus::journal::test {

inline stored_node node_of(const std::string& bytes) {
  return {hash_of({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}), bytes};
}

inline result<checkpoint_row> put_checkpoint_at(store& journal, const checkpoint_id& id) {
  const stored_node root = node_of(id.run.to_string() + " at " + std::to_string(number(id.at)));
  checkpoint_row row{id, {root.hash}, "the run at " + std::to_string(number(id.at))};
  if (auto ok = journal.put_nodes({&root, 1}, journal.opened()); !ok) return ok.error();
  if (auto ok = journal.put_checkpoint(row, journal.opened()); !ok) return ok.error();
  return row;
}

inline append_answer append_anchor(store& journal, epoch owner, run_id run, anchor a,
                                   wall_time now = at_ms(1'000)) {
  record r;
  r.raw_time = now;
  r.body = std::move(a);
  return extend(journal, owner, run, {std::move(r)});
}

// A checkpoint of the run at `through`, then its anchor.
inline append_answer trim(store& journal, epoch owner, run_id run, sequence through) {
  put_checkpoint_at(journal, {run, through}).value();
  return append_anchor(journal, owner, run, make_anchor(journal, {run, through}).value());
}

inline std::string refusal(const append_answer& answer) {
  if (answer.status != append_status::conflict) return "not a conflict";
  return answer.why ? answer.why->message : "";
}

// A run that goes on at random: activities, retries, timers, messages and intakes come and go, as
// an engine would record them.
class wandering_run {
 public:
  wandering_run(std::string workflow_id, std::uint64_t seed)
      : id_(std::move(workflow_id)), run_(run_of(id_, seed)), draw_(seed) {}

  run_id run() const { return run_; }
  const std::string& workflow_id() const { return id_; }
  std::uint64_t size() const { return size_; }
  // The last turn behind which nothing waits: a checkpoint may be taken there.
  sequence settled() const { return settled_; }
  bool is_over() const { return is_over_; }

  // By a record that is not of its own, an anchor.
  void grew() { ++size_; }

  record next() {
    now_ += std::chrono::milliseconds(draw_() % 50);
    ++size_;
    if (size_ == 1) {
      record first = start_of(id_, {command(), command()}, "request of " + id_);
      // Every other one is a child.
      if (draw_() % 2 == 0) {
        auto& opening = std::get<started>(std::get<journal::turn>(first.body).events.front());
        opening.parent = message_id{run_of("its parent"), {"1", 7}, message_id::kind::start};
      }
      return turn(std::move(first));
    }
    const bool fails = !first_.empty() && draw_() % 6 == 0;
    if (fails) {
      const command_id failed = take(first_);
      const wall_time due = now_ + std::chrono::seconds(1 + draw_() % 5);
      retries_.push_back({failed, due});
      return at_now(intake_of({attempt_failed{failed, 1, std::nullopt, {"broken", "", {}}, due}}));
    }
    if (draw_() % 5 == 0) {
      waiting_ = sequence{size_};
      return at_now(intake_of({signal_received{"hello", payload_of(), std::nullopt, ""}}));
    }
    record r = turn_of({}, {});
    auto& body = std::get<journal::turn>(r.body);
    body.consumed_through = waiting_;
    if (!first_.empty() && draw_() % 4 == 0) {
      body.events.push_back(activity_completed{take(first_), 1, std::nullopt, payload("1")});
    } else if (!retries_.empty() && draw_() % 3 == 0) {
      const auto [id, due] = take(retries_);
      body.events.push_back(activity_completed{id, 2, due, payload("1")});
    }
    if (!timers_.empty() && draw_() % 4 == 0) {
      const auto [id, due] = take(timers_);
      body.events.push_back(timer_fired{id, due});
    }
    for (std::uint64_t i = draw_() % 3; i > 0; --i) body.commands.push_back(command());
    if (!children_.empty() && draw_() % 4 == 0) {
      const command_id id = take(children_);
      body.commands.push_back(withdraw{id, withdraw::target::child, std::nullopt, ""});
    }
    if (size_ > 40 && draw_() % 50 == 0) {
      body.commands.push_back(complete_run{"1"});
      is_over_ = true;
    }
    return turn(std::move(r));
  }

 private:
  record turn(record r) {
    waiting_ = before_first;
    if (!is_over_) settled_ = sequence{size_};
    return at_now(std::move(r));
  }
  record at_now(record r) const {
    r.raw_time = now_;
    return r;
  }
  // Now and then with a blob.
  payload payload_of() const {
    if (size_ % 3 != 0) return "1";
    hash256 blob;
    blob.bytes.fill(std::uint8_t(1 + size_ % 7));
    return R"({"$blob":")" + blob.to_string() + R"(","size":5})";
  }
  template <class T>
  T take(std::vector<T>& from) {
    std::swap(from[draw_() % from.size()], from.back());
    T taken = std::move(from.back());
    from.pop_back();
    return taken;
  }
  journal::command command() {
    const command_id id{draw_() % 3 == 0 ? "1/loop" : "", ++numbers_};
    switch (draw_() % 4) {
      case 3:
        children_.push_back(id);
        return start_child{id, "", "ship", payload_of()};
      case 0:
        first_.push_back(id);
        return schedule_activity{id, "charge", "[]", {}, 0, false};
      case 1:
        timers_.push_back({id, now_ + std::chrono::seconds(draw_() % 9)});
        return start_timer{id, timers_.back().second};
      default:
        return send_signal{id, "other", "hello", "\"" + std::to_string(numbers_) + "\""};
    }
  }

  std::string id_;
  run_id run_;
  std::mt19937_64 draw_;
  wall_time now_ = at_ms(1'000);
  std::uint64_t size_ = 0;
  sequence settled_ = before_first;
  sequence waiting_ = before_first;
  bool is_over_ = false;
  std::uint32_t numbers_ = 0;
  std::vector<command_id> first_;
  std::vector<command_id> children_;
  std::vector<std::pair<command_id, wall_time>> retries_;
  std::vector<std::pair<command_id, wall_time>> timers_;
};

}  // namespace theus::journal::test
