#include <random>

#include <gmock/gmock.h>

#include "theus/workflows.hpp"

#include "faults/child.hpp"
#include "faults/shop.hpp"
#include "journal/support.hpp"
#include "runtime/support/engine_world.hpp"

// A wall clock that jumps: an hour back, an hour ahead, ten years, beyond 2038, between the loading
// of a timer and its firing, between two processes. Each timer fires once, never early by its
// recorded deadline, and none is lost.
namespace theus::faults {
namespace {

using namespace std::chrono_literals;
using journal::test::temporary_folder;
using testing::engine_world;

constexpr auto ten_years = 24h * 3'653;
const journal::wall_time beyond_2038 = std::chrono::sys_days(std::chrono::year(2039) / 6 / 1);

// Of every run in the journal: its timers fired once each, when they were due; gives how many.
std::size_t expect_fired_once_and_not_early(journal::store& records) {
  std::map<std::pair<journal::run_id, std::string>, journal::wall_time> due;
  std::map<std::pair<journal::run_id, std::string>, int> fired;
  for (const auto& entry : records.tail({}, 1'000'000).value()) {
    const auto& record = entry.record.value;
    const auto* turn = std::get_if<journal::turn>(&record.body);
    const auto& events = journal::events_of(record);
    for (const auto& event : events) {
      if (const auto* e = std::get_if<journal::timer_fired>(&event)) {
        const std::pair key(entry.run, e->command.to_string());
        ++fired[key];
        EXPECT_TRUE(due.contains(key));
        EXPECT_GE(record.raw_time, due[key]) << "early";
      }
    }
    if (!turn) continue;
    for (const auto& command : turn->commands) {
      if (const auto* c = std::get_if<journal::start_timer>(&command)) {
        due[{entry.run, c->id.to_string()}] = c->deadline;
      }
    }
  }
  EXPECT_EQ(fired.size(), due.size()) << "none is lost";
  for (const auto& [key, times] : fired) EXPECT_EQ(times, 1);
  return fired.size();
}

application sleepers() {
  application app;
  app.add("sleeper", sleeper);
  app.bind(plus_one, [](std::int64_t n) { return n + 1; });
  return app;
}

class JumpingClock : public ::testing::TestWithParam<std::uint32_t> {
 protected:
  JumpingClock() { open(); }
  ~JumpingClock() override { world_.crash(); }

  void open() {
    world_.replace_store(journal::test::open_journal(folder_ / "journal"));
    world_.open();
  }
  // As after SIGKILL: engine and store are made anew, the clock stays.
  void restart() {
    world_.crash();
    world_.replace_store(journal::make_memory_store());  // lets go of the folder
    open();
  }
  void start(std::chrono::milliseconds sleep) {
    const std::string id = "sleeper " + std::to_string(started_++);
    ASSERT_TRUE(world_.start("sleeper", id, "[" + std::to_string(sleep.count()) + "]"));
    last_due_ = std::max(last_due_, world_.clock.now() + sleep);
  }
  void jump(journal::wall_time to) {
    world_.clock.set(to);
    world_.settle();
  }
  // Time goes on past every deadline, and a sweep comes round.
  void expect_all_fire() {
    jump(std::max(last_due_, world_.clock.now()) + 1s);
    world_.advance(1min);
    for (int i = 0; i < started_; ++i) {
      const std::string id = "sleeper " + std::to_string(i);
      const auto ended = world_.outcome(id);
      ASSERT_TRUE(ended && *ended) << id;
      EXPECT_EQ((*ended)->status, journal::run_status::completed);
    }
    EXPECT_EQ(expect_fired_once_and_not_early(world_.store()), std::size_t(started_));
    EXPECT_EQ(world_.timer_rows(), 0u);
  }

  temporary_folder folder_;
  engine_world world_{sleepers()};
  int started_ = 0;
  journal::wall_time last_due_;
};

TEST_P(JumpingClock, FiresEachTimerOnceAndNeverEarlyWhateverHappens) {
  std::mt19937 random(GetParam());
  for (int step = 0; step < 80; ++step) {
    const auto now = world_.clock.now();
    switch (random() % 9) {
      case 0:
        jump(now - 1h);
        break;
      case 1:
        jump(now + 1h);
        break;
      case 2:
        jump(now + ten_years);
        break;
      case 3:
        jump(now - ten_years);
        break;
      case 4:
        jump(beyond_2038 + std::chrono::seconds(random() % 100));
        break;
      case 5:
        restart();
        break;
      case 6:  // a step between load and fire: exactly when the next alarm would go off
        if (const auto next = world_.clock.next_alarm()) {
          jump(*next - 1us);
          jump(*next - 1h);
          world_.advance(std::chrono::seconds(random() % 100));
        }
        break;
      case 7:
        world_.advance(std::chrono::milliseconds(random() % 100'000));
        break;
      default:
        break;
    }
    start(std::chrono::milliseconds(random() % (step % 2 == 0 ? 50'000 : 200'000'000)));
    if (HasFatalFailure()) return;
  }
  expect_all_fire();
}

INSTANTIATE_TEST_SUITE_P(Seed, JumpingClock, ::testing::Range(1u, 13u));

// The real process, its own threads, the system's clock.
TEST(RealClock, ThatJumpsFiresEachTimerOnceAndNeverEarlyAndEndsNoAttempt) {
  const temporary_folder folder;
  const std::string journal = folder / "journal";
  const auto ms = [](auto d) {
    return std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(d).count());
  };
  // Each process begins where the one before left the clock, or elsewhere; and is killed.
  const std::vector<std::vector<std::string>> processes{{"0", ms(-1h), ms(1h)},
                                                        {ms(-1h), ms(ten_years), "0"},
                                                        {ms(ten_years), ms(4 * ten_years), ms(-1h)},
                                                        {"0", ms(4 * ten_years + 1h)}};
  for (const auto& jumps : processes) {
    std::vector<std::string> command{THEUS_FAULT_RUNTIME, "clock", journal};
    command.insert(command.end(), jumps.begin(), jumps.end());
    running_child process(command, {.time = 60s});
    ASSERT_TRUE(process.next("jumped everywhere", 50s)) << process.output();
    process.kill();
    const child_end end = process.wait();
    EXPECT_THAT(end.output, ::testing::Not(::testing::HasSubstr("wrong")));
  }
  const child_end last = run_child({THEUS_FAULT_RUNTIME, "clock-end", journal, ms(5 * ten_years)});
  EXPECT_EQ(last.exit_code, 0) << last.output;
  EXPECT_THAT(last.output, ::testing::HasSubstr("done\n"));
  const auto records = journal::test::open_journal(journal);
  EXPECT_GE(expect_fired_once_and_not_early(*records), 40u);
}

}  // namespace
}  // namespace theus::faults
