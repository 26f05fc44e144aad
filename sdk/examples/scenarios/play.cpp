#include "play.hpp"

#include <chrono>
#include <cstdio>

#include <theus/testing/environment.hpp>

#include "agent.hpp"
#include "application.hpp"
#include "cluster.hpp"
#include "dynamic_dispatch.hpp"
#include "early_return.hpp"
#include "expense_approval.hpp"
#include "file_import.hpp"
#include "order_tracking.hpp"
#include "pick_first.hpp"
#include "polling.hpp"
#include "request_reply.hpp"
#include "signals_in_order.hpp"
#include "sliding_window.hpp"
#include "split_and_merge.hpp"
#include "updatable_timer.hpp"
#include "workflow_lock.hpp"

namespace scenarios {
namespace {

using namespace std::chrono_literals;
using theus::testing::environment;
using strings = std::vector<std::string>;

void pass(environment& env, std::chrono::hours time) {
  std::printf("  … %lld hours pass\n", static_cast<long long>(time.count()));
  env.advance(time);
}

template <class T, class Value>
void tell(const theus::testing::any_run& run, theus::signal<T> what, const Value& value) {
  const T sent(value);
  std::printf("  > %s %s\n", what.name(), theus::encode(sent).c_str());
  run.signal(what, sent);
}

template <class R>
void ends(const theus::testing::run<R>& run) {
  if constexpr (std::is_void_v<R>) {
    run.result();
    std::printf("  = done\n");
  } else {
    std::printf("  = %s\n", theus::encode(run.result()).c_str());
  }
}

void expense_approval(environment& env) {
  expense::report r;
  r.id = "lunch";
  r.approvers = {"Mia", "Tom"};
  const auto run = env.start(expense::approve, "lunch", r);
  pass(env, 73h);
  expense::decision yes;
  yes.by = "Tom";
  yes.is_approved = true;
  tell(run, expense::decided, yes);
  ends(run);
}

void updatable_timer(environment& env) {
  const auto begin = env.now();
  const auto run = env.start(alarm_clock::wake_at, "alarm", begin + 24h);
  tell(run, alarm_clock::moved, begin + 48h);
  pass(env, 36h);
  tell(run, alarm_clock::moved, begin + 40h);
  ends(run);
}

void file_import(environment& env) {
  ends(env.start(file_import::import_file, "import", "one\ntwo\nthree\nfour\n"));
}

void polling(environment& env) {
  ends(env.start(polling::poll_rarely, "rarely", "render-1"));
  ends(env.start(polling::poll_in_turns, "in-turns", "render-2"));
  ends(env.start(polling::poll_often, "often", "render-3"));
}

void pick_first(environment& env) {
  ends(env.start(pick_first::buy, "purchase", "bolts", strings{"north", "south"}));
}

void dynamic_dispatch(environment& env) {
  ends(env.start(dispatch::process, "photo", "photo", strings{"sharpen", "crop", "watermark"}));
}

void signals_in_order(environment& env) {
  const auto run = env.start(in_order::close_deal, "deal");
  tell(run, in_order::paid, "the payment");
  tell(run, in_order::accepted, "the acceptance");
  tell(run, in_order::offered, "the offer");
  ends(run);
}

void workflow_lock(environment& env) {
  const auto lock = env.start(workflow_lock::keep_lock, "lock");
  const auto first = env.start(workflow_lock::deposit, "first", "lock", "savings", 100);
  const auto second = env.start(workflow_lock::deposit, "second", "lock", "savings", 20);
  ends(first);
  ends(second);
  tell(lock, workflow_lock::closed, true);
  ends(lock);
}

void split_and_merge(environment& env) {
  ends(env.start(split_and_merge::translate_book, "book", "abcde"));
}

void agent(environment& env) {
  const auto run = env.start(agent::work_on, "task", "pay the bill");
  pass(env, 5h);
  agent::verdict yes;
  yes.step = 2;
  yes.is_allowed = true;
  tell(run, agent::reviewed, yes);
  ends(run);
}

void order_tracking(environment& env) {
  order_tracking::order o;
  o.route = {"Hub", "Home"};
  o.id = "order-1";
  const auto arrives = env.start(order_tracking::fulfil, o.id, o);
  tell(arrives, order_tracking::arrived_at, "Home");
  tell(arrives, order_tracking::arrived_at, "Hub");
  ends(arrives);
  o.id = "order-2";
  const auto is_lost = env.start(order_tracking::fulfil, o.id, o);
  tell(is_lost, order_tracking::arrived_at, "Hub");
  std::printf("  … and then nothing\n");
  std::printf("  = %s\n", is_lost.failure().message.c_str());
}

void sliding_window(environment& env) {
  ends(env.start(sliding_window::bill_all, "night", strings{"Ada", "Bo", "Cy", "Di"}, 2));
}

void request_reply(environment& env) {
  const auto desk = env.start(request_reply::keep_desk, "desk");
  request_reply::request ask;
  ask.id = "one";
  ask.word = "ox";
  tell(desk, request_reply::asked, ask);
  const auto reply = env.query("desk", request_reply::reply_to, "one");
  std::printf("  ? %s\n", reply.value_or("no reply yet").c_str());
  std::printf("  > %s\n", env.update("desk", request_reply::ask_now, "emu").c_str());
  tell(desk, request_reply::desk_closed, true);
  ends(desk);
  ends(env.start(request_reply::read, "sentence", strings{"ox", "yak"}));
}

void safe_handlers(environment& env) {
  const auto nodes = env.start(cluster::manage, "nodes", strings{"a", "b", "c"});
  tell(nodes, cluster::started, true);
  pass(env, 1h);
  const auto got = env.update("nodes", cluster::assign, "render", 2);
  std::printf("  > render has %s\n", theus::encode(got).c_str());
  try {
    env.update("nodes", cluster::assign, "mine", 1);
  } catch (const theus::failure& e) {
    std::printf("  > mine has none: %s\n", e.what());
  }
  env.update("nodes", cluster::finish, "render");
  tell(nodes, cluster::shut_down, true);
  ends(nodes);
}

void early_return(environment& env) {
  early_return::payment p;
  p.to = "Ada";
  p.cents = 900;
  const auto number = env.update_with_start(theus::start_of("pay", {.workflow_id = "p-1"}, p),
                                            early_return::receipt);
  std::printf("  > %s\n", number.c_str());
  ends(env.find<std::string>("p-1"));
}

struct scene {
  const char* name;
  void (*play)(environment&);
};

constexpr scene scenes[] = {
    {"expense approval", expense_approval},
    {"updatable timer", updatable_timer},
    {"file import", file_import},
    {"polling", polling},
    {"pick first", pick_first},
    {"dynamic dispatch", dynamic_dispatch},
    {"signals in order", signals_in_order},
    {"lock between workflows", workflow_lock},
    {"split and merge", split_and_merge},
    {"agent", agent},
    {"order tracking", order_tracking},
    {"sliding window", sliding_window},
    {"request and reply", request_reply},
    {"safe handlers", safe_handlers},
    {"early return", early_return},
};

}  // namespace

bool play(const std::string& name) {
  bool is_known = false;
  for (const auto& each : scenes) {
    if (!name.empty() && name != each.name) continue;
    is_known = true;
    std::printf("%s\n", each.name);
    environment env(make_application());
    each.play(env);
  }
  return is_known;
}

}  // namespace scenarios
