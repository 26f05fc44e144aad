#include "theus/runtime.hpp"

#include <atomic>
#include <filesystem>
#include <fstream>
#include <future>
#include <mutex>
#include <thread>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gmock/gmock.h>

#include "theus/journal/stores.hpp"
#include "theus/runtime/control_client.hpp"
#include "theus/testing/manual_clock.hpp"
#include "theus/workflows.hpp"

namespace theus {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
namespace asio = boost::asio;

constexpr activity<std::string(std::string)> shout{"shout"};
constexpr activity<int(int)> increment{"increment"};
constexpr activity<void()> linger{"linger"};
constexpr activity<std::string(std::string, std::vector<std::string>)> join{"join"};
constexpr theus::signal<bool> approved{"approved"};

workflow<std::string> approval(context& ctx, std::string text) {
  const bool ok = co_await ctx.receive(approved);
  if (!ok) throw failure("refused", "nobody wants " + text);
  std::string louder = co_await ctx.call(shout, text);
  co_return louder;
}

workflow<int> count(context& ctx, int from) {
  const int more = co_await ctx.call(increment, from);
  co_await ctx.sleep(1ms);
  const int still_more = co_await ctx.call(increment, more);
  co_return still_more;
}

application tested() {
  application app;
  app.add("approval", approval);
  app.add("count", count);
  app.bind(shout, [](std::string text) { return text + "!"; });
  app.bind(increment, [](int from) -> asio::awaitable<int> { co_return from + 1; });
  return app;
}

// RocksDB keeps a pool for the whole process.
std::size_t threads_of_this_process() {
  std::size_t found = 0;
  for (const auto& each : std::filesystem::directory_iterator("/proc/self/task")) {
    std::string name;
    std::getline(std::ifstream(each.path() / "comm"), name);
    if (!name.starts_with("rocksdb")) ++found;
  }
  return found;
}

class Runtime : public ::testing::Test {
 protected:
  Runtime() : app(tested()) {
    char pattern[] = "/tmp/theus-runtime-XXXXXX";
    folder = ::mkdtemp(pattern);
  }
  ~Runtime() override { std::filesystem::remove_all(folder); }

  runtime_options options() {
    runtime_options chosen;
    chosen.journal = folder;
    chosen.shards = 2;
    chosen.report = [this](const std::string& line) {
      const std::lock_guard lock(mutex);
      reports += line + "\n";
    };
    return chosen;
  }
  template <class Function>
  errc code_of(Function f) {
    try {
      f();
    } catch (const error_exception& e) {
      return e.code();
    }
    ADD_FAILURE() << "nothing was thrown";
    return {};
  }

  application app;
  std::filesystem::path folder;
  std::mutex mutex;
  std::string reports;
};

TEST_F(Runtime, RunsAWorkflowToItsResult) {
  runtime r(app, options());
  const auto started = r.start("approval", {.workflow_id = "one"}, std::string("yes"));
  EXPECT_FALSE(started.already_started);
  r.signal("one", approved, true);
  EXPECT_EQ(r.result<std::string>("one"), "yes!");
  r.start("count", {.workflow_id = "two"}, 40);
  EXPECT_EQ(r.result<int>("two"), 42);
}

TEST_F(Runtime, TheSameClockSeedAndEventsGiveTheSameRecords) {
  std::vector<std::vector<std::string>> histories;
  for (int i = 0; i < 2; ++i) {
    auto chosen = options();
    chosen.control_socket = false;
    chosen.clock = std::make_shared<testing::manual_clock>();
    chosen.random = std::make_shared<seeded_entropy>(random_seed{1, 2});
    chosen.store = journal::make_memory_store();
    runtime r(app, chosen);
    const auto started = r.start("approval", {.workflow_id = "one"}, std::string("yes"));
    r.signal("one", approved, true);
    r.result<std::string>("one");
    histories.push_back(chosen.store->read_raw(started.run, journal::first_sequence, 100).value());
  }
  EXPECT_EQ(histories[0].size(), 3u);
  EXPECT_EQ(histories[0], histories[1]);
  EXPECT_TRUE(std::filesystem::is_empty(folder));
}

TEST_F(Runtime, ARunWithoutAResultThrowsWhy) {
  runtime r(app, options());
  r.start("approval", {.workflow_id = "one"}, std::string("x"));
  r.signal("one", approved, false);
  try {
    r.result<std::string>("one");
    FAIL() << "it failed";
  } catch (const run_failed& e) {
    EXPECT_EQ(e.status(), journal::run_status::failed);
    EXPECT_EQ(e.why().type, "refused");
    EXPECT_THAT(e.what(), HasSubstr("nobody wants x"));
  }
  r.start("approval", {.workflow_id = "two"}, std::string("x"));
  r.cancel("two", "not needed");
  EXPECT_THROW(r.result<std::string>("two"), run_failed);
}

TEST_F(Runtime, ErrorsAreTyped) {
  runtime r(app, options());
  r.start("approval", {.workflow_id = "one"}, std::string("x"));
  EXPECT_EQ(code_of([&] { r.start("approval", {.workflow_id = "one"}, std::string("x")); }),
            errc::workflow_exists);
  EXPECT_EQ(code_of([&] { r.start("nothing", {.workflow_id = "two"}); }), errc::unknown_workflow);
  EXPECT_EQ(code_of([&] { r.start("approval", {.workflow_id = "two"}, 5); }), errc::wrong_type);
  EXPECT_EQ(code_of([&] { r.signal("two", approved, true); }), errc::not_found);
  EXPECT_EQ(code_of([&] { r.signal_encoded({"one", "approved", "{", ""}); }), errc::bad_input);
  EXPECT_EQ(code_of([&] { r.result<int>("two"); }), errc::not_found);
  r.signal("one", approved, true);
  r.result<std::string>("one");
  EXPECT_EQ(code_of([&] { r.signal("one", approved, true); }), errc::run_finished);
}

TEST_F(Runtime, ANameOfABuildThatNoRecordTakesIsRefusedAtOnce) {
  auto how = options();
  how.engine.build = std::string(1'025, 'b');
  EXPECT_EQ(code_of([&] { runtime refused(app, how); }), errc::limit_exceeded);
  how.engine.build.pop_back();
  runtime r(app, how);
  r.start("approval", {.workflow_id = "one"}, std::string("x"));
  r.signal("one", approved, true);
  EXPECT_EQ(r.result<std::string>("one"), "x!");
}

TEST_F(Runtime, Rule27TheSameRequestIdGivesTheSameRunAfterItEnded) {
  runtime r(app, options());
  const auto first = r.start("count", {.workflow_id = "a", .request_id = "again"}, 1);
  r.result<int>("a");
  const auto second = r.start("count", {.workflow_id = "a", .request_id = "again"}, 1);
  EXPECT_TRUE(second.already_started);
  EXPECT_EQ(second.run, first.run);
}

TEST_F(Runtime, GoesOnWhereItStopped) {
  {
    runtime r(app, options());
    r.start("approval", {.workflow_id = "one"}, std::string("yes"));
  }
  {
    runtime r(app, options());
    r.signal("one", approved, true);
    EXPECT_EQ(r.result<std::string>("one"), "yes!");
  }
  runtime r(app, options());
  EXPECT_EQ(r.result<std::string>("one"), "yes!");
}

workflow<std::string> joins(context& ctx) {
  std::string between = ", a separator that is too long for a small string, ";
  std::vector<std::string> parts{"one", "two"};
  std::string text = co_await ctx.call(join, between, parts);
  co_return text;
}

// Under AddressSanitizer; elsewhere the text may survive its end.
TEST_F(Runtime, CoroutineActivitiesMayTakeTheirArgumentsByReference) {
  app.add("joins", joins);
  app.bind(join,
           [](attempt& a, const std::string& between,
              const std::vector<std::string>& parts) -> asio::awaitable<std::string> {
             const auto executor = co_await asio::this_coro::executor;
             co_await asio::post(executor, asio::use_awaitable);
             std::string text = parts.at(0);
             text += between;
             text += parts.at(1);
             co_return text + " of " + a.workflow_id();
           });
  runtime r(app, options());
  r.start("joins", {.workflow_id = "w"});
  EXPECT_EQ(r.result<std::string>("w"),
            "one, a separator that is too long for a small string, two of w");
}

TEST_F(Runtime, CoroutinesAwaitOnTheirOwnExecutor) {
  runtime r(app, options());
  asio::io_context mine;
  const auto here = std::this_thread::get_id();
  std::string outcome;
  asio::co_spawn(
      mine,
      [&]() -> asio::awaitable<void> {
        start_options how;
        how.workflow_id = "one";
        co_await r.async_start("approval", how, std::string("yes"));
        EXPECT_EQ(std::this_thread::get_id(), here);
        co_await r.async_signal("one", approved, true);
        outcome = co_await r.async_result<std::string>("one");
        EXPECT_EQ(std::this_thread::get_id(), here);
        try {
          co_await r.async_signal("one", approved, true);
          ADD_FAILURE() << "it has finished";
        } catch (const error_exception& e) {
          EXPECT_EQ(e.code(), errc::run_finished);
        }
      },
      asio::detached);
  mine.run();
  EXPECT_EQ(outcome, "yes!");
}

TEST_F(Runtime, ACancelledWaitIsGivenUp) {
  runtime r(app, options());
  r.start("approval", {.workflow_id = "one"}, std::string("yes"));
  asio::io_context mine;
  asio::cancellation_signal give_up;
  std::exception_ptr thrown;
  asio::co_spawn(mine, r.async_result_encoded("one"),
                 asio::bind_cancellation_slot(
                     give_up.slot(), [&](std::exception_ptr e, std::string) { thrown = e; }));
  asio::post(mine, [&] { give_up.emit(asio::cancellation_type::terminal); });
  mine.run();
  ASSERT_TRUE(thrown);
  try {
    std::rethrow_exception(thrown);
  } catch (const boost::system::system_error& e) {
    EXPECT_EQ(e.code(), asio::error::operation_aborted);
  }
  r.signal("one", approved, true);
  EXPECT_EQ(r.result<std::string>("one"), "yes!");
}

TEST_F(Runtime, StoppingAnswersEverybody) {
  runtime r(app, options());
  r.start("approval", {.workflow_id = "one"}, std::string("x"));
  std::vector<std::future<errc>> waiting;
  std::atomic<int> begun = 0;
  for (int i = 0; i < 4; ++i) {
    waiting.push_back(std::async(std::launch::async, [&] {
      ++begun;
      return code_of([&] { r.result<std::string>("one"); });
    }));
  }
  while (begun < 4) std::this_thread::yield();
  r.stop();
  for (auto& each : waiting) EXPECT_EQ(each.get(), errc::stopped);
  EXPECT_EQ(code_of([&] { r.start("count", {.workflow_id = "two"}, 1); }), errc::stopped);
  EXPECT_FALSE(std::filesystem::exists(folder / "control.sock"));
}

TEST_F(Runtime, LeavesNoThreadBehind) {
  const auto before = threads_of_this_process();
  {
    runtime r(app, options());
    r.start("approval", {.workflow_id = "one"}, std::string("x"));
    EXPECT_GT(threads_of_this_process(), before);
  }
  // The kernel lists a joined thread for a moment longer.
  const auto patience = std::chrono::steady_clock::now() + 10s;
  while (threads_of_this_process() != before && std::chrono::steady_clock::now() < patience) {
    std::this_thread::yield();
  }
  EXPECT_EQ(threads_of_this_process(), before);
}

TEST_F(Runtime, StoppingAsksActivitiesToStop) {
  workflow<void> (*lingering)(context&) =
      +[](context& ctx) -> workflow<void> { co_await ctx.call(linger); };
  std::promise<void> begun;
  app.add("lingering", lingering);
  app.bind(linger, [&begun](attempt& a) {
    begun.set_value();
    while (!a.stop().stop_requested()) std::this_thread::yield();
  });
  runtime r(app, options());
  r.start("lingering", {.workflow_id = "one"});
  begun.get_future().wait();
  r.stop();
}

TEST_F(Runtime, AJournalIsOpenedOnce) {
  runtime r(app, options());
  EXPECT_EQ(code_of([&] { runtime second(app, options()); }), errc::journal_in_use);
  r.start("count", {.workflow_id = "one"}, 1);
  EXPECT_EQ(r.result<int>("one"), 3);
}

TEST_F(Runtime, OtherProcessesReachItThroughTheFolder) {
  auto how = options();
  how.journal = folder / std::string(120, 'd');
  runtime r(app, how);
  auto client = control_client::connect(how.journal);
  ASSERT_TRUE(client) << client.error().message;
  const auto started = client->ask<start_reply>(start_request{"count", "one", "", "[1]"}, 10s);
  ASSERT_TRUE(started) << started.error().message;
  const auto ended = client->ask<run_outcome>(control::wait_for_outcome{"one"}, std::nullopt);
  ASSERT_TRUE(ended) << ended.error().message;
  EXPECT_EQ(ended->result, "3");
  r.start("approval", {.workflow_id = "two"}, std::string("x"));
  EXPECT_EQ(client->ask<run_outcome>(control::wait_for_outcome{"two"}, 20ms).error().code,
            errc::timed_out);

  auto waiting = control_client::connect(how.journal);
  auto told = std::async(std::launch::async, [&] {
    return waiting->ask<run_outcome>(control::wait_for_outcome{"two"}, std::nullopt).error().code;
  });
  r.stop();
  EXPECT_EQ(told.get(), errc::stopped);
  EXPECT_EQ(control_client::connect(how.journal).error().code, errc::not_found);
}

TEST_F(Runtime, WithoutAControlSocketNobodyReachesIt) {
  auto how = options();
  how.control_socket = false;
  runtime r(app, how);
  EXPECT_EQ(control_client::connect(folder).error().code, errc::not_found);
}

}  // namespace
}  // namespace theus
