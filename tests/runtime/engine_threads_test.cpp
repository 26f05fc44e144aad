#include <filesystem>
#include <future>
#include <latch>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>

#include "theus/application.hpp"
#include "theus/journal/stores.hpp"
#include "theus/runtime/engine.hpp"
#include "theus/runtime/system_clock.hpp"
#include "theus/runtime/take_checkpoint.hpp"
#include "theus/workflows.hpp"

// The engine on real threads and the real clock: what ThreadSanitizer should look at.
namespace theus {
namespace {

using namespace std::chrono_literals;

constexpr activity<std::int64_t(std::int64_t)> plain{"plain"};
constexpr activity<std::int64_t(std::int64_t)> awaited{"awaited"};
constexpr activity<void()> flaky{"flaky"};
constexpr signal<std::int64_t> number_signal{"number"};

workflow<std::int64_t> busy(context& ctx, std::int64_t value) {
  auto [a, b] = co_await all(ctx.call(plain, value), ctx.call(awaited, value));
  co_await ctx.sleep(1ms);
  const retry_policy policy{.attempts = 0, .first_interval = 1ms};
  co_await ctx.call(flaky).retry(policy);
  const auto told = co_await ctx.receive(number_signal).within(1h);
  co_return a + b + told.value_or(0);
}

workflow<void> tells(context& ctx, std::string to, std::int64_t value) {
  co_await ctx.send(to, number_signal, value);
}

// Threads as a runtime has them: two shards, a journal writer, a pool, an IO loop.
class threads {
 public:
  threads() {
    for (auto* each : {&first_, &second_, &journal_, &sync_, &io_}) {
      guards_.emplace_back(each->get_executor());
      runners_.emplace_back([each] { each->run(); });
    }
  }
  ~threads() {
    pool_.join();
    guards_.clear();
    for (auto& each : runners_) each.join();
  }
  engine_executors executors() {
    engine_executors where;
    where.shards = {first_.get_executor(), second_.get_executor()};
    where.journal = journal_.get_executor();
    where.sync = sync_.get_executor();
    where.background = pool_.get_executor();
    where.io = io_.get_executor();
    where.blocking = pool_.get_executor();
    return where;
  }

 private:
  boost::asio::io_context first_, second_, journal_, sync_, io_;
  boost::asio::thread_pool pool_{2};
  std::vector<boost::asio::executor_work_guard<boost::asio::io_context::executor_type>> guards_;
  std::vector<std::thread> runners_;
};

application busy_application(std::atomic<int>& failures) {
  application app;
  app.add("busy", busy).add("tells", tells);
  app.bind(plain, [](std::int64_t value) { return value; });
  app.bind(awaited, [](std::int64_t value) -> boost::asio::awaitable<std::int64_t> {
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, 100us);
    co_await timer.async_wait(boost::asio::use_awaitable);
    co_return value;
  });
  app.bind(flaky, [&failures] {
    if (failures.fetch_add(1) % 3 == 0) throw failure("flaky", "now and then");
  });
  return app;
}

void run_many(journal::store& store, std::size_t frame_cache_bytes, int count,
              const queue_limits& limits = {}) {
  std::atomic<int> failures = 0;
  application app = busy_application(failures);
  app.queue("limited", limits, plain, awaited);
  const auto clock = make_system_clock();
  system_entropy random;
  engine_options options;
  options.frame_cache_bytes = frame_cache_bytes;
  threads where;
  engine running(options, app.bound(), store, *clock, random, where.executors());
  ASSERT_TRUE(running.open());
  std::latch finished(count);
  std::atomic<int> wrong = 0;
  for (int i = 0; i < count; ++i) {
    const std::string id = "busy-" + std::to_string(i);
    running.start({"busy", id, "", "[" + std::to_string(i) + "]"}, [&, id, i](auto started) {
      if (!started) ++wrong;
      running.start({"tells", "tells-" + std::to_string(i), "", "[\"" + id + "\",7]"},
                    [&](auto told) { wrong += told ? 0 : 1; });
      running.wait(id, [&, i](result<run_outcome> r) {
        if (!r || r->result != std::to_string(2 * i + 7)) ++wrong;
        finished.count_down();
      });
    });
  }
  finished.wait();
  std::promise<void> stopped;
  running.stop([&stopped] { stopped.set_value(); });
  stopped.get_future().wait();
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(running.counters().frames, 0u);
}

TEST(EngineThreads, ManyRunsOverTheMemoryStore) {
  const auto store = journal::make_memory_store();
  run_many(*store, 256 << 20, 300);
}

TEST(EngineThreads, ManyRunsWhoseActivitiesWaitForTheirQueue) {
  const auto store = journal::make_memory_store();
  run_many(*store, 256 << 20, 100, {.at_once = 2, .per_second = 2'000, .burst = 10});
}

workflow<void> plain_ones(context& ctx, std::int64_t count) {
  std::vector<call_operation<std::int64_t>> calls;
  for (std::int64_t i = 0; i < count; ++i) calls.push_back(ctx.call(plain, i));
  co_await all(std::move(calls));
}

TEST(EngineThreads, AQueueWithOnePlaceRunsOneAtATime) {
  std::atomic<int> at_a_time = 0;
  std::atomic<int> most = 0;
  application app;
  app.add("plain_ones", plain_ones).queue("narrow", {.at_once = 1}, plain);
  app.bind(plain, [&](std::int64_t value) {
    most = std::max(most.load(), ++at_a_time);
    std::this_thread::sleep_for(100us);
    --at_a_time;
    return value;
  });
  const auto store = journal::make_memory_store();
  const auto clock = make_system_clock();
  system_entropy random;
  threads where;
  engine running({}, app.bound(), *store, *clock, random, where.executors());
  ASSERT_TRUE(running.open());
  std::latch finished(4);
  for (const char* id : {"a", "b", "c", "d"}) {
    running.start({"plain_ones", id, "", "[25]"},
                  [&, id](auto) { running.wait(id, [&](auto) { finished.count_down(); }); });
  }
  finished.wait();
  std::promise<void> stopped;
  running.stop([&stopped] { stopped.set_value(); });
  stopped.get_future().wait();
  EXPECT_EQ(most, 1);
}

TEST(EngineThreads, ManyRunsThatAreAlwaysSuspended) {
  const auto store = journal::make_memory_store();
  run_many(*store, 0, 100);
}

TEST(EngineThreads, ManyRunsOverRocksDb) {
  const auto folder =
      std::filesystem::temp_directory_path() / ("theus-engine-" + std::to_string(::getpid()));
  {
    auto store = journal::open_rocksdb_store(folder);
    ASSERT_TRUE(store) << store.error().message;
    run_many(**store, 256 << 20, 200);
  }
  std::filesystem::remove_all(folder);
}

TEST(EngineThreads, StopWhileBusyAnswersEverybodyOnce) {
  const auto store = journal::make_memory_store();
  std::atomic<int> failures = 0;
  const application app = busy_application(failures);
  const auto clock = make_system_clock();
  system_entropy random;
  constexpr int count = 300;
  std::atomic<int> answers = 0;
  {
    threads where;
    engine running({}, app.bound(), *store, *clock, random, where.executors());
    ASSERT_TRUE(running.open());
    for (int i = 0; i < count; ++i) {
      running.start({"busy", "busy-" + std::to_string(i), "", "[1]"},
                    [&answers](auto) { ++answers; });
      running.wait("busy-" + std::to_string(i), [&answers](auto) { ++answers; });
    }
    std::promise<void> stopped;
    running.stop([&stopped] { stopped.set_value(); });
    stopped.get_future().wait();
  }
  EXPECT_EQ(answers, 2 * count);
}

// Where a replay of `stalls` waits until it may go on.
std::atomic<int> passages = 0;
std::latch replay_begun{1};
std::latch replay_may_end{1};

workflow<std::int64_t> stalls(context& ctx, std::int64_t value) {
  if (passages.fetch_add(1) == 1) {
    replay_begun.count_down();
    replay_may_end.wait();
  }
  co_await ctx.receive(number_signal);
  co_return value;
}

workflow<std::int64_t> at_once(context&, std::int64_t value) { co_return value; }

TEST(EngineThreads, ACheckpointThatIsAskedForDelaysNoRun) {
  application app;
  app.add("stalls", stalls).add("at_once", at_once);
  app.guard(guard_rules(guard_policy::allow));  // it waits as no workflow may
  const auto store = journal::make_memory_store();
  const auto clock = make_system_clock();
  system_entropy random;
  threads where;
  auto executors = where.executors();
  executors.shards.pop_back();  // all runs on one thread, and none takes its place
  engine running({}, app.bound(), *store, *clock, random, executors);
  ASSERT_TRUE(running.open());
  std::promise<journal::run_id> started;
  running.start({"stalls", "stalls", "", "[1]"}, [&](auto r) { started.set_value(r.value().run); });
  const auto run = started.get_future().get();
  std::promise<result<taken_checkpoint>> taken;
  running.take_checkpoint(run, [&](auto r) { taken.set_value(std::move(r)); });
  replay_begun.wait();
  // While its code is lost in the replay, others on its shard come to their ends, and so may it.
  for (const std::string id : {"a", "b"}) {
    std::promise<std::string> ended;
    running.start({"at_once", id, "", "[7]"}, [&](auto r) {
      ASSERT_TRUE(r);
      running.wait(id, [&](auto how) { ended.set_value(how.value().result); });
    });
    EXPECT_EQ(ended.get_future().get(), "7");
  }
  replay_may_end.count_down();
  const auto made = taken.get_future().get();
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->at, journal::first_sequence);
  std::promise<result<void>> verified;
  running.verify_checkpoint({run, made->at}, [&](auto r) { verified.set_value(std::move(r)); });
  EXPECT_TRUE(verified.get_future().get());
  std::promise<void> stopped;
  running.stop([&stopped] { stopped.set_value(); });
  stopped.get_future().wait();
  // Nobody is left without an answer.
  std::promise<errc> refused;
  running.take_checkpoint(run, [&](auto r) { refused.set_value(r.error().code); });
  EXPECT_EQ(refused.get_future().get(), errc::stopped);
}

}  // namespace
}  // namespace theus
