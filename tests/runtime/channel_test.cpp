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
constexpr signal<std::int64_t> go{"go"};

workflow<void> sends_numbers(context& ctx, channel<std::int64_t> to, std::int64_t count) {
  for (std::int64_t i = 1; i <= count; ++i) {
    co_await to.send(i);
    ctx["sent"] = i;
  }
  to.close();
}

workflow<std::int64_t> works_off(context& ctx, channel<std::int64_t> from) {
  std::int64_t sum = 0;
  while (true) {
    const std::optional<std::int64_t> next = co_await from.receive();
    if (!next) break;
    const std::int64_t value = co_await ctx.call(work, *next);
    sum += value;
  }
  co_return sum;
}

workflow<std::int64_t> pipeline(context& ctx, std::int64_t count, std::int64_t room) {
  channel<std::int64_t> numbers(static_cast<std::size_t>(room));
  ctx.spawn(sends_numbers(ctx, numbers, count));
  auto first = ctx.spawn(works_off(ctx, numbers));
  auto second = ctx.spawn(works_off(ctx, numbers));
  const std::int64_t a = co_await std::move(first);
  const std::int64_t b = co_await std::move(second);
  co_return a + b;
}

// Answers the oldest pending call.
void answer(machine_driver& driver) {
  const auto* call = driver.state().pending_activities().front();
  driver.complete(call->id(), "1");
}

TEST(Channel, ValuesGoToReceiversInOrderAndOfAClosedOneAllThatWereSent) {
  for (const char* room : {"0", "1", "3"}) {
    auto driver = machine_driver::running(pipeline);
    driver.start(std::string("[5,") + room + "]");
    EXPECT_THAT(driver.commands(), ElementsAre("#2:1 call work [1]", "#3:1 call work [2]"));
    for (int i = 0; i < 5; ++i) {
      driver.evict();
      ASSERT_FALSE(driver.is_finished());
      answer(driver);
    }
    EXPECT_EQ(driver.result(), "5") << room;
    EXPECT_FALSE(driver.replay());
  }
}

workflow<void> receives_one(context& ctx, channel<std::int64_t> from) {
  const auto value = co_await from.receive();
  if (value) co_await ctx.call(work, *value);
}

workflow<void> fills_up(context& ctx, std::int64_t room) {
  channel<std::int64_t> numbers(static_cast<std::size_t>(room));
  ctx.spawn(sends_numbers(ctx, numbers, 5));
  co_await ctx.receive(go);
  co_await receives_one(ctx, numbers);
  co_await ctx.receive(go);
}

TEST(Channel, SendingWaitsForRoom) {
  for (const std::int64_t room : {0, 1, 3}) {
    auto driver = machine_driver::running(fills_up);
    driver.start("[" + std::to_string(room) + "]");
    EXPECT_THAT(driver.state().inner_waits(), ElementsAre("room in a channel in scope 1"));
    const auto sent = [&] { return driver.state().context().get(path() / "sent").as_integer(); };
    if (room > 0) {
      EXPECT_EQ(sent(), room);
    }
    driver.evict();
    driver.signal("go", "1");
    EXPECT_THAT(driver.commands(), ElementsAre("#3:1 call work [1]"));
    EXPECT_EQ(sent(), room + 1);
    EXPECT_FALSE(driver.replay());
  }
}

workflow<std::string> sends_without_end(context& ctx) {
  channel<std::string> texts;
  for (int i = 0; i < 100; ++i) co_await texts.send(std::to_string(i));
  co_await ctx.receive(go);
  std::string last;
  texts.close();
  while (const auto next = co_await texts.receive()) last = *next;
  co_return last;
}

TEST(Channel, OneWithoutBoundTakesAll) {
  auto driver = machine_driver::running(sends_without_end);
  driver.start();
  driver.signal("go", "1");
  EXPECT_EQ(driver.result(), "\"99\"");
  EXPECT_FALSE(driver.replay());
}

workflow<std::string> sends_to_a_closed_one(context&) {
  channel<std::int64_t> numbers;
  numbers.close();
  try {
    co_await numbers.send(1);
  } catch (const failure& e) {
    co_return e.type();
  }
  co_return "sent";
}

TEST(Channel, SendingToAClosedOneThrows) {
  auto driver = machine_driver::running(sends_to_a_closed_one);
  driver.start();
  EXPECT_EQ(driver.result(), "\"channel_closed\"");
  EXPECT_FALSE(driver.replay());
}

workflow<std::string> waits_to_send_at_the_close(context& ctx) {
  channel<std::int64_t> numbers(1);
  auto sender = ctx.spawn(sends_numbers(ctx, numbers, 2));
  co_await ctx.receive(go);
  numbers.close();
  std::string seen;
  while (const auto next = co_await numbers.receive()) seen += std::to_string(*next);
  co_return seen;
}

TEST(Channel, WhoWaitedToSendWhenItWasClosedStillDoes) {
  auto driver = machine_driver::running(waits_to_send_at_the_close);
  driver.start();
  driver.signal("go", "1");
  EXPECT_EQ(driver.result(), "\"12\"");
  EXPECT_FALSE(driver.replay());
}

workflow<std::string> gives_up(context& ctx) {
  channel<std::int64_t> numbers(0);
  const bool was_sent = co_await numbers.send(1).within(1s);
  const bool received = (co_await numbers.receive().within(1s)).has_value();
  ctx.spawn(sends_numbers(ctx, numbers, 1));
  const auto value = co_await numbers.receive();
  co_return std::string(was_sent ? "sent " : "") + (received ? "received " : "") +
      std::to_string(*value);
}

TEST(Channel, WhoGivesUpHasSentAndReceivedNothing) {
  auto driver = machine_driver::running(gives_up);
  driver.start();
  for (int i = 0; i < 2; ++i) {
    driver.evict();
    driver.advance(1s);
    driver.fire_due();
  }
  EXPECT_EQ(driver.result(), "\"1\"");
  EXPECT_FALSE(driver.replay());
}

workflow<std::string> loses_what_it_received(context& ctx) {
  channel<std::int64_t> numbers;
  for (std::int64_t i = 1; i <= 3; ++i) co_await numbers.send(i);
  auto both = co_await theus::outcome_of(theus::all(numbers.receive(), ctx.call(work, 1)));
  std::string seen = both ? "both " : "";
  numbers.close();
  while (const auto next = co_await numbers.receive()) seen += std::to_string(*next);
  co_return seen;
}

TEST(Channel, ValueThatWasReceivedAndNotTakenIsTheNextOneAgain) {
  auto driver = machine_driver::running(loses_what_it_received);
  driver.start();
  driver.evict();
  driver.fail(1, "broken");
  EXPECT_EQ(driver.result(), "\"123\"");
  EXPECT_FALSE(driver.replay());
}

workflow<std::string> races_two(context& ctx) {
  channel<std::int64_t> left(0), right(0);
  ctx.spawn(sends_numbers(ctx, right, 2));
  const auto first = co_await theus::any(left.receive(), right.receive());
  const auto second = co_await right.receive();
  co_return std::to_string(first.index()) + ", " + std::to_string(*second);
}

TEST(Channel, LoserOfARaceTakesNoValue) {
  auto driver = machine_driver::running(races_two);
  driver.start();
  EXPECT_EQ(driver.result(), "\"1, 2\"");
  EXPECT_FALSE(driver.replay());
}

workflow<std::string> meets_itself(context&) {
  channel<std::int64_t> numbers(0);
  const auto won = co_await theus::any(numbers.receive(), numbers.send(7));
  co_return won.index() == 0 ? "received" : "sent";
}

TEST(Channel, BothEndsInOneRaceMeetOnce) {
  auto driver = machine_driver::running(meets_itself);
  driver.start();
  EXPECT_EQ(driver.result(), "\"received\"");
  EXPECT_EQ(driver.state().pending_count(), 0u);
  EXPECT_FALSE(driver.replay());
}

workflow<void> cancelled_while_receiving(context& ctx) {
  channel<std::unique_ptr<std::int64_t>> numbers;  // what it carries need not be recordable
  auto reader =
      ctx.spawn([](context&, channel<std::unique_ptr<std::int64_t>> from) -> workflow<void> {
        (void)co_await from.receive();
      }(ctx, numbers));
  co_await ctx.receive(go);
  throw failure("done");
}

TEST(Channel, Rule26_ReceiverIsCancelledWithItsScope) {
  auto driver = machine_driver::running(cancelled_while_receiving);
  driver.start();
  EXPECT_EQ(driver.state().inner_waits().size(), 1u);
  driver.signal("go", "1");
  ASSERT_TRUE(driver.failure());
  EXPECT_EQ(driver.failure()->message, "done");
  EXPECT_EQ(driver.state().pending_count(), 0u);
}

}  // namespace
}  // namespace theus
