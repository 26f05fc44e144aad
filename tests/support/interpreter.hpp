#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/describe/class.hpp>

#include "theus/workflows.hpp"

// What random workflows of all kinds have in common: a workflow is a tree of steps that one
// function follows, so that a seed stands for a workflow nobody wrote by hand.
namespace theus::testing {

std::int64_t mixed(std::int64_t a, std::int64_t b);

// put, patch, erase, fill or restore: does so to the part of the Context that the number names, and
// gives what was there.
std::int64_t touch(context& ctx, const std::string& op, std::int64_t number);
// The paths of the Context that it writes.
std::vector<std::string> touched_by(const std::string& op, std::int64_t number);

// What the iterations of a loop hand on.
template <class Step>
struct rounds {
  Step part;
  std::int64_t left = 0;
  BOOST_DESCRIBE_CLASS(rounds, (), (part, left), (), ())
};

// Follows the steps that have parts, and those that only touch the Context. `Leaves` follows the
// others:
//   using step = …;   described, with op, number and parts; a phase with reads and writes, if any
//   static constexpr std::chrono::milliseconds patience;   of `within`, times the number
//   static workflow<std::int64_t> leaf(context&, step);
// The number a workflow gives depends on all that it observed.
template <class Leaves>
struct interpreter {
  using step = typename Leaves::step;

  // No scope of its own around those of the steps.
  static workflow<std::int64_t> follow(context& ctx, step p) {
    const bool is_leaf = p.parts.empty() && touched_by(p.op, p.number).empty();
    return is_leaf ? Leaves::leaf(ctx, std::move(p)) : here(ctx, std::move(p));
  }

 private:
  static workflow<std::int64_t> here(context& ctx, step p) {
    if (p.op == "all") {
      const std::int64_t value = co_await all(ctx, std::move(p.parts));
      co_return value;
    }
    if (p.op == "any") {
      const std::int64_t value = co_await any(ctx, std::move(p.parts));
      co_return value;
    }
    if (p.op == "settle") {
      const std::int64_t value = co_await settle(ctx, std::move(p.parts));
      co_return value;
    }
    if (p.op == "spawn") {
      const std::int64_t value = co_await spawn(ctx, std::move(p));
      co_return value;
    }
    if (p.op == "lock") {
      const std::int64_t value = co_await lock(ctx, std::move(p));
      co_return value;
    }
    if (p.op == "channel") {
      const std::int64_t value = co_await pass_on(ctx, std::move(p));
      co_return value;
    }
    if (p.op == "watch") {
      const std::int64_t value = co_await watch(ctx, std::move(p));
      co_return value;
    }
    if (p.op == "within") {
      auto limited = follow(ctx, std::move(p.parts.front()));
      const auto value = co_await std::move(limited).within(Leaves::patience * p.number);
      co_return value.value_or(-1);
    }
    if (p.op == "shield") {
      auto body = follow(ctx, std::move(p.parts.front()));
      const std::int64_t value = co_await theus::shield(std::move(body));
      co_return value;
    }
    if (p.op == "outcome") {
      auto body = follow(ctx, std::move(p.parts.front()));
      auto value = co_await theus::outcome_of(std::move(body));
      co_return value.has_value() ? value.value() : -2;
    }
    if (p.op == "phase") {
      const std::int64_t value = co_await phase_of(ctx, p);
      co_return mixed(value, static_cast<std::int64_t>(ctx["written"].exists()));
    }
    if (p.op == "loop") {
      rounds<step> first;
      first.part = std::move(p.parts.front());
      first.left = p.number;
      auto loop = ctx.loop("rounds", run_round, std::move(first));
      co_await std::move(loop);
      co_return ctx["rounds"].exists();
    }
    if (p.parts.empty()) co_return touch(ctx, p.op, p.number);
    const std::int64_t value = co_await sequence(ctx, std::move(p.parts));
    co_return value;
  }

  static workflow<std::int64_t> sequence(context& ctx, std::vector<step> parts) {
    std::int64_t seen = 1;
    for (auto& part : parts) {
      const std::int64_t each = co_await follow(ctx, std::move(part));
      seen = mixed(seen, each);
    }
    co_return seen;
  }

  static workflow<std::int64_t> all(context& ctx, std::vector<step> parts) {
    std::vector<workflow<std::int64_t>> branches;
    for (auto& part : parts) branches.push_back(follow(ctx, std::move(part)));
    const auto values = co_await theus::all(std::move(branches));
    std::int64_t seen = 2;
    for (const auto value : values) seen = mixed(seen, value);
    co_return seen;
  }

  static workflow<std::int64_t> any(context& ctx, std::vector<step> parts) {
    std::vector<workflow<std::int64_t>> branches;
    for (auto& part : parts) branches.push_back(follow(ctx, std::move(part)));
    const auto first = co_await theus::any(std::move(branches));
    co_return mixed(static_cast<std::int64_t>(first.index), first.value);
  }

  static workflow<std::int64_t> settle(context& ctx, std::vector<step> parts) {
    std::vector<workflow<std::int64_t>> branches;
    for (auto& part : parts) branches.push_back(follow(ctx, std::move(part)));
    auto outcomes = co_await theus::all_settled(std::move(branches));
    std::int64_t seen = 3;
    for (auto& each : outcomes) seen = mixed(seen, each ? each.value() : -4);
    co_return seen;
  }

  // Tasks: of one nobody takes the result, one is given up, the others are awaited backwards.
  static workflow<std::int64_t> spawn(context& ctx, step p) {
    std::vector<task<std::int64_t>> tasks;
    for (auto& part : p.parts) tasks.push_back(ctx.spawn(follow(ctx, std::move(part))));
    std::int64_t seen = 4;
    if (p.number == 0) co_return seen;
    if (p.number == 1) tasks.pop_back();
    if (p.number == 2) {
      const bool in_time = co_await tasks.front().join().within(Leaves::patience);
      seen = mixed(seen, in_time);
      tasks.front().cancel();
    }
    while (!tasks.empty()) {
      auto ended = co_await theus::outcome_of(std::move(tasks.back()));
      seen = mixed(seen, ended ? ended.value() : -5);
      tasks.pop_back();
    }
    co_return seen;
  }

  static workflow<std::int64_t> locked(context& ctx, semaphore seats, step part,
                                       std::shared_ptr<std::int64_t> turns) {
    permit seat = co_await seats.acquire();
    const std::int64_t turn = ++*turns;
    const std::int64_t value = co_await follow(ctx, std::move(part));
    co_return mixed(value, turn);
  }
  // One at a time, or two: each sees how many were before it.
  static workflow<std::int64_t> lock(context& ctx, step p) {
    semaphore seats(p.number % 2 == 0 ? 1 : 2);
    auto turns = std::make_shared<std::int64_t>(0);
    std::vector<workflow<std::int64_t>> branches;
    for (auto& part : p.parts) branches.push_back(locked(ctx, seats, std::move(part), turns));
    const auto values = co_await theus::all(std::move(branches));
    std::int64_t seen = 5;
    for (const auto value : values) seen = mixed(seen, value);
    co_return seen;
  }

  struct closes_at_its_end {
    channel<std::int64_t> values;
    explicit closes_at_its_end(channel<std::int64_t> of) : values(std::move(of)) {}
    closes_at_its_end(const closes_at_its_end&) = delete;
    closes_at_its_end& operator=(const closes_at_its_end&) = delete;
    ~closes_at_its_end() { values.close(); }
  };
  static workflow<void> produce(context& ctx, channel<std::int64_t> to, std::vector<step> parts) {
    closes_at_its_end guard(to);
    for (auto& part : parts) {
      const std::int64_t value = co_await follow(ctx, std::move(part));
      co_await to.send(value);
    }
  }
  // Through a channel with room for as many as the number says.
  static workflow<std::int64_t> pass_on(context& ctx, step p) {
    channel<std::int64_t> values(static_cast<std::size_t>(p.number));
    ctx.spawn(produce(ctx, values, std::move(p.parts)));
    std::int64_t seen = 6;
    while (true) {
      const auto next = co_await values.receive();
      if (!next) break;
      seen = mixed(seen, *next);
    }
    co_return seen;
  }

  // Beside the parts, waits for a while that they change something in the Context.
  static workflow<std::int64_t> watch(context& ctx, step p) {
    const std::string key = "k" + std::to_string(p.number);
    const auto now_there = [&] { return ctx["written"][key].template value_or<std::int64_t>(0); };
    const std::int64_t before = now_there();
    auto parts = ctx.spawn(sequence(ctx, std::move(p.parts)));
    const auto changed = [&] { return now_there() != before || parts.is_done(); };
    const bool held = co_await ctx.until(changed).within(Leaves::patience * p.number);
    const std::int64_t found = now_there();
    const std::int64_t value = co_await std::move(parts);
    co_return mixed(mixed(value, held), found);
  }

  static phase_operation<std::int64_t> phase_of(context& ctx, step& p) {
    auto phase = ctx.phase("part", follow, std::move(p.parts.front()));
    if constexpr (requires { p.writes; }) {
      // Each of these changes the wish and gives it back.
      for (const auto& each : p.reads) (void)std::move(phase).reads(each);
      for (const auto& each : p.writes) (void)std::move(phase).writes(each);
    }
    return phase;
  }

  static workflow<next<rounds<step>>> run_round(context& ctx, rounds<step> r) {
    auto place = ctx["rounds"]["r" + std::to_string(r.part.number)];
    const std::int64_t seen = co_await follow(ctx, r.part);
    place = mixed(place.template value_or<std::int64_t>(0), seen);
    if (r.left == 0) co_return theus::stop;
    --r.left;
    co_return theus::again(std::move(r));
  }
};

}  // namespace theus::testing
