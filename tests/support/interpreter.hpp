#pragma once

#include <chrono>
#include <cstdint>
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
