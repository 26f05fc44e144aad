#include <atomic>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

#include "theus/workflows.hpp"

#include "scale/support.hpp"

// Great numbers of signals: none lost, none twice, the order of each sender kept.
namespace theus::scale {
namespace {

namespace asio = boost::asio;

struct note {
  int sender = 0;
  int number = 0;
};
BOOST_DESCRIBE_STRUCT(note, (), (sender, number))
constexpr theus::signal<note> notes{"notes"};
constexpr theus::signal<bool> go{"go"};

// What a run saw of its signals.
struct tally {
  std::vector<int> due;        // per sender: how many came, each the one that was due
  std::int64_t misplaced = 0;  // came twice, too early or too late
};
BOOST_DESCRIBE_STRUCT(tally, (), (due, misplaced))

void count(tally& seen, const note& n) {
  int& next = seen.due.at(static_cast<std::size_t>(n.sender));
  if (n.number == next) {
    ++next;
  } else {
    ++seen.misplaced;
  }
}

struct progress {
  tally seen;
  int left = 0;
};
BOOST_DESCRIBE_STRUCT(progress, (), (seen, left))

workflow<next<progress>> take_some(context& ctx, progress so_far) {
  for (int i = 0; i < 100 && so_far.left > 0; ++i, --so_far.left) {
    const note n = co_await ctx.receive(notes);
    count(so_far.seen, n);
  }
  ctx["seen"] = so_far.seen;
  if (so_far.left == 0) co_return theus::stop;
  co_return theus::again(so_far);
}

workflow<tally> takes_all(context& ctx, int senders, int each) {
  progress from;
  from.seen.due.resize(static_cast<std::size_t>(senders));
  from.left = senders * each;
  co_await ctx.loop("take", take_some, from);
  co_return ctx["seen"].as<tally>();
}

workflow<tally> takes_all_after(context& ctx, int senders, int each) {
  co_await ctx.receive(go);
  tally seen;
  seen.due.resize(static_cast<std::size_t>(senders));
  for (int i = 0; i < senders * each; ++i) {
    const note n = co_await ctx.receive(notes);
    count(seen, n);
  }
  co_return seen;
}

application counting() {
  application app;
  app.add("takes_all", takes_all);
  app.add("takes_all_after", takes_all_after);
  return app;
}

// One sender to one run, one signal after the other.
asio::awaitable<void> send(runtime& to, std::string id, int sender, int begin, int end,
                           std::atomic<std::int64_t>& sent) {
  for (int number = begin; number < end; ++number) {
    co_await to.async_signal(id, notes, note{sender, number});
    ++sent;
  }
}

// From all senders to all runs at once, [begin, end) of what each sends to each.
std::int64_t send_all(runtime& to, int runs, int senders, int begin, int end) {
  asio::io_context io;
  std::atomic<std::int64_t> sent = 0;
  for (int run = 0; run < runs; ++run) {
    for (int sender = 0; sender < senders; ++sender) {
      asio::co_spawn(io, send(to, "run " + std::to_string(run), sender, begin, end, sent),
                     [](std::exception_ptr e) {
                       if (e) std::rethrow_exception(e);
                     });
    }
  }
  io.run();
  return sent;
}

void expect_whole(const tally& seen, int senders, int each) {
  EXPECT_EQ(seen.misplaced, 0);
  EXPECT_EQ(seen.due, std::vector<int>(static_cast<std::size_t>(senders), each));
}

// 2,000,000 signals to 1,000 runs in full. In the middle the runtime is closed and opened again.
TEST(ManySignals, AreNeitherLostNorDoubledNorOvertakenOnTheWayToManyRuns) {
  const int runs = is_long_run() ? 1'000 : 50;
  const int senders = 8;
  const int each = is_long_run() ? 250 : 50;
  const journal_folder folder("many-signals");
  const application app = counting();
  const double before = resident_mib();
  const stopwatch whole;
  {
    runtime running(app, folder.options(2));
    for (int run = 0; run < runs; ++run) {
      running.start("takes_all", {.workflow_id = "run " + std::to_string(run)}, senders, each);
    }
    EXPECT_EQ(send_all(running, runs, senders, 0, each / 2),
              std::int64_t{runs} * senders * (each / 2));
  }
  runtime running(app, folder.options(2));
  const stopwatch second_half;
  send_all(running, runs, senders, each / 2, each);
  const double rate = runs * senders * (each - each / 2) / second_half.seconds();
  for (int run = 0; run < runs; ++run) {
    expect_whole(running.result<tally>("run " + std::to_string(run)), senders, each);
  }
  say_figures(std::to_string(runs * senders * each) + " signals to " + std::to_string(runs) +
                  " runs, " + std::to_string(static_cast<int>(rate)) + " a second",
              whole, before);
  // What the frame cache may take, and RocksDB's write buffers; not what the signals are.
  EXPECT_LT(resident_mib() - before, 1'200);
}

// 100,000 in full, of which none is read before the last has come, and the runtime is opened again.
TEST(ManySignals, WaitUnreadInOneRun) {
  const int senders = 50;
  const int each = is_long_run() ? 2'000 : 200;
  const journal_folder folder("unread-signals");
  const application app = counting();
  const double before = resident_mib();
  const stopwatch whole;
  {
    runtime running(app, folder.options());
    running.start("takes_all_after", {.workflow_id = "run 0"}, senders, each);
    EXPECT_EQ(send_all(running, 1, senders, 0, each), std::int64_t{senders} * each);
    say_figures(std::to_string(senders * each) + " unread signals of one run", whole, before);
  }
  const stopwatch again;
  runtime running(app, folder.options());
  running.signal("run 0", go, true);
  expect_whole(running.result<tally>("run 0"), senders, each);
  say_figures("opened again and read", again, before);
}

}  // namespace
}  // namespace theus::scale
