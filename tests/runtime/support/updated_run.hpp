#pragma once

#include <memory>
#include <optional>
#include <string>

#include <gtest/gtest.h>

#include "theus/workflows.hpp"

#include "runtime/support/engine_world.hpp"

// A run that counts what it is told, and is updated in every way.
namespace theus::testing {

using namespace std::chrono_literals;

inline constexpr activity<int(int)> price{"price"};
inline constexpr signal<int> closed{"closed"};
inline constexpr signal<int> raised{"raised"};
inline constexpr update<int(int)> add{"add"};
inline constexpr update<int(int)> add_priced{"add_priced"};
inline constexpr update<void()> fails{"fails"};
inline constexpr update<int()> late{"late"};
inline constexpr update<std::string()> broken{"broken"};
inline constexpr update<int(int)> locked{"locked"};

inline bool has_a_bug = false;

// Counts what it is told, until it is closed.
inline workflow<int> cart(context& ctx) {
  ctx["total"] = 0;
  ctx["most"] = 100;
  while (true) {
    auto next = co_await any(ctx.receive(closed), ctx.receive(raised));
    if (next.index() == 0) break;
    ctx["most"] = std::get<1>(next);
  }
  if (has_a_bug) throw std::logic_error("the bug of this binary");
  const int total = ctx["total"].as<int>();
  co_return total;
}

inline workflow<int> do_add(context& ctx, int number) {
  const int total = ctx["total"].as<int>() + number;
  ctx["total"] = total;
  co_return total;
}

inline workflow<int> do_add_priced(context& ctx, int number) {
  const int cents = co_await ctx.call(price, number);
  const int total = ctx["total"].as<int>() + cents;
  ctx["total"] = total;
  co_return total;
}

inline workflow<void> do_fail(context& ctx) {
  co_await ctx.sleep(1s);
  throw failure("no_stock", "nothing is left");
}

inline workflow<int> do_late(context& ctx) {
  co_await ctx.sleep(24h);
  co_return 1;
}

inline workflow<std::string> do_break(context&) {
  if (has_a_bug) throw std::logic_error("a bug of the handler");
  co_return "well";
}

// One at a time: what it reads is still so when it writes.
inline workflow<int> do_locked(context& ctx, int number) {
  co_await ctx.until([&] { return !ctx["locked"].value_or(false); });
  ctx["locked"] = true;
  const int before = ctx["total"].as<int>();
  const int cents = co_await ctx.call(price, number);
  ctx["total"] = before + cents;
  ctx["locked"] = false;
  co_return before + cents;
}

inline void check_add(view run, const int& number) {
  if (number < 0) throw failure("negative", "a cart is not emptied like this");
  const int most = run["most"].value_or(-1);
  if (run["total"].value_or(0) + number > most) {
    throw failure("full", "more than " + std::to_string(most));
  }
}

inline workflow<int> waits_for_updates(context& ctx) {
  ctx["total"] = 0;
  co_await ctx.receive(closed);
  co_await ctx.until([&] { return ctx.open_updates() == 0; });
  const int total = ctx["total"].as<int>();
  co_return total;
}

inline workflow<next<int>> round(context& ctx, int done) {
  const int more = co_await ctx.receive(raised);
  ctx["rounds"] = done + more;
  if (more == 0) co_return stop;
  co_return again(done + more);
}
inline workflow<int> rounds(context& ctx) {
  ctx["total"] = 0;
  co_await ctx.loop("rounds", round, 0);
  const int total = ctx["total"].as<int>();
  co_return total;
}

inline workflow<int> ends_at_once(context&) { co_return 1; }

inline application updated_application() {
  application made;
  for (const std::string type : {"cart", "waits_for_updates", "rounds"}) {
    if (type == "cart") {
      made.add(type, cart);
    } else if (type == "rounds") {
      made.add(type, rounds);
    } else {
      made.add(type, waits_for_updates);
    }
    made.bind(type, add, do_add, check_add);
    made.bind(type, add_priced, do_add_priced);
    made.bind(type, fails, do_fail);
    made.bind(type, late, do_late);
    made.bind(type, broken, do_break);
    made.bind(type, locked, do_locked);
  }
  made.add("ends_at_once", ends_at_once);
  made.bind(price, [](int number) { return 10 * number; });
  return made;
}

using answered = std::optional<result<update_reply>>;

inline std::string text_of(const answered& reply) {
  if (!reply) return "nothing yet";
  if (!*reply) return std::string("error ") + name(reply->error().code);
  if (!(*reply)->outcome) return "accepted";
  const auto* why = std::get_if<journal::failure_info>(&*(*reply)->outcome);
  return why ? "failed " + why->type : std::get<journal::payload>(*(*reply)->outcome);
}

class EngineUpdate : public ::testing::Test {
 protected:
  EngineUpdate() : world(updated_application()) { has_a_bug = false; }

  void begin(const std::string& type) {
    world.open();
    ASSERT_TRUE(world.start(type, "w"));
  }
  std::string update(const std::string& name, const std::string& arguments,
                     const std::string& update_id = "") {
    return text_of(world.update("w", name, arguments, update_id));
  }
  std::string accept(const std::string& name, const std::string& arguments,
                     const std::string& update_id = "") {
    return text_of(world.update("w", name, arguments, update_id, update_stage::accepted));
  }
  // Asked without waiting, so that several are there at once.
  std::shared_ptr<answered> ask(const std::string& name, const std::string& arguments,
                                const std::string& update_id = "") {
    auto reply = std::make_shared<answered>();
    world.running().update({"w", name, arguments, update_id, update_stage::completed},
                           [reply](result<update_reply> r) { *reply = std::move(r); });
    return reply;
  }
  std::size_t accepted() { return count_of<journal::update_accepted>(world.events("w")); }
  std::size_t completed() {
    std::size_t found = 0;
    for (const auto& r : world.records("w")) {
      const auto* turn = std::get_if<journal::turn>(&r.body);
      for (const auto& c : turn ? turn->commands : std::vector<journal::command>()) {
        found += std::holds_alternative<journal::complete_update>(c) ? 1 : 0;
      }
    }
    return found;
  }

  engine_world world;
};

}  // namespace theus::testing
