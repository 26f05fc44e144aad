#include <gmock/gmock.h>

#include "theus/workflows.hpp"

#include "support/machine_driver.hpp"

namespace theus {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::machine_driver;

constexpr activity<std::int64_t(std::int64_t)> work{"work"};
constexpr activity<void(std::string)> note{"note"};

std::string type_of_error(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const activity_failed& e) {
    return e.type();
  } catch (const cancelled&) {
    return "cancelled";
  }
}

workflow<std::string> settles_two(context& ctx) {
  auto [a, b] = co_await theus::all_settled(ctx.call(work, 1), ctx.sleep(1s));
  co_return (a ? std::to_string(a.value()) : type_of_error(a.error())) + (b ? " slept" : "");
}

TEST(AllSettled, WaitsForEveryOneAlsoWhenOneFailed) {
  auto driver = machine_driver::running(settles_two);
  driver.start();
  driver.fail(1, "broken");
  EXPECT_THAT(driver.commands(), IsEmpty());
  driver.advance(1s);
  driver.fire_due();
  EXPECT_EQ(driver.result(), "\"broken slept\"");
  EXPECT_FALSE(driver.replay());
}

workflow<std::vector<std::string>> settles_several(context& ctx, std::int64_t count) {
  std::vector<call_operation<std::int64_t>> calls;
  for (std::int64_t i = 0; i < count; ++i) calls.push_back(ctx.call(work, i));
  std::vector<std::string> lines;
  for (auto& each : co_await theus::all_settled(std::move(calls))) {
    lines.push_back(each ? std::to_string(each.value()) : type_of_error(each.error()));
  }
  co_return lines;
}

TEST(AllSettled, GivesTheOutcomesOfAVectorInItsOrder) {
  auto driver = machine_driver::running(settles_several);
  driver.start("[3]");
  driver.fail(3, "late");
  driver.complete(2, "20");
  driver.evict();
  driver.fail(1, "broken");
  EXPECT_EQ(driver.result(), R"(["broken","20","late"])");
  EXPECT_FALSE(driver.replay());
  auto none = machine_driver::running(settles_several);
  none.start("[0]");
  EXPECT_EQ(none.result(), "[]");
}

workflow<std::string> settles_cancelled(context& ctx) {
  try {
    co_await theus::all_settled(ctx.call(work, 1), ctx.call(work, 2));
  } catch (const cancelled&) {
    co_return "cancelled";
  }
  co_return "settled";
}

TEST(AllSettled, ThrowsTheCancellationOfItsScope) {
  auto driver = machine_driver::running(settles_cancelled);
  driver.start();
  driver.fail(1, "broken");
  driver.cancel();
  EXPECT_EQ(driver.result(), "\"cancelled\"");
  EXPECT_FALSE(driver.replay());
}

workflow<void> notes_later(context& ctx) {
  co_await ctx.sleep(1h);
  co_await ctx.call(note, "later");
}

workflow<std::string> settles_a_cancelled_task(context& ctx) {
  auto given_up = ctx.spawn(notes_later(ctx));
  given_up.cancel();
  auto [a, b] = co_await theus::all_settled(std::move(given_up), ctx.call(work, 1));
  co_return type_of_error(a.error()) + (b ? ", worked" : "");
}

TEST(AllSettled, GivesTheCancellationOfATaskAsItsOutcome) {
  auto driver = machine_driver::running(settles_a_cancelled_task);
  driver.start();
  driver.complete(2, "1");
  EXPECT_EQ(driver.result(), "\"cancelled, worked\"");
  EXPECT_FALSE(driver.replay());
}

}  // namespace
}  // namespace theus
