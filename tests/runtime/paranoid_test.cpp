#include <array>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include <gmock/gmock.h>

#include "theus/workflows.hpp"

#include "runtime/support/engine_world.hpp"
#include "runtime/support/sanitized.hpp"

// Drift that no command shows: found before the turn is recorded when every turn is made twice, and
// by the state's digest when it is replayed.
namespace theus {
namespace {

using ::testing::AllOf;
using testing::engine_world;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr activity<std::string()> charge{"charge"};
constexpr signal<std::string> word{"word"};

// What is there, also where the compiler knows that nobody wrote it.
template <class T>
[[gnu::noinline]] T read(const T* from) {
  asm volatile("" : "+r"(from) : : "memory");
  return *from;
}

// Numbers in an order, as one.
template <class Range>
std::int64_t in_order(const Range& range) {
  std::int64_t digits = 0;
  for (const std::int64_t each : range) digits = digits * 10 + each;
  return digits;
}

// ---- what somebody reads

std::int64_t address_of_local() {
  std::int64_t local = 0;
  std::int64_t* p = &local;
  asm volatile("" : "+r"(p) : : "memory");
  return static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(p) % 4096);
}

std::int64_t counts_in_static() {
  static std::int64_t calls = 0;
  return ++calls;
}

std::int64_t order_of_numbers() { return in_order(std::unordered_set<std::int64_t>{1, 2, 3, 4}); }

std::int64_t order_of_texts() {
  const std::unordered_map<std::string, std::int64_t> prices{{"tea", 3}, {"cake", 4}, {"milk", 1}};
  std::int64_t digits = 0;
  for (const auto& [name, price] : prices) digits = digits * 10 + price;
  return digits;
}

std::int64_t order_of_pointers_in_buckets() {
  const std::array<std::int64_t, 4> numbers{1, 2, 3, 4};
  std::unordered_set<const std::int64_t*> all;
  for (const auto& each : numbers) all.insert(&each);
  std::int64_t digits = 0;
  for (const auto* each : all) digits = digits * 10 + *each;
  return digits;
}

std::int64_t order_behind_a_reserve() {
  std::unordered_multimap<int, std::int64_t> all;
  all.reserve(64);
  for (int i = 1; i < 6; ++i) all.emplace(i, i);
  std::int64_t digits = 0;
  for (const auto& [key, each] : all) digits = digits * 10 + each;
  return digits;
}

struct padded {
  char letter;
  std::int64_t number;
};

std::int64_t sum_of_bytes(const void* from, std::size_t count) {
  const auto* bytes = static_cast<const unsigned char*>(from);
  std::int64_t sum = 0;
  for (std::size_t i = 0; i < count; ++i) sum += read(bytes + i);
  return sum;
}

[[maybe_unused]] std::int64_t order_of_addresses() {
  const auto first = std::make_unique<std::int64_t>(1);
  const auto second = std::make_unique<std::int64_t>(2);
  const auto third = std::make_unique<std::int64_t>(3);
  const std::set<const std::int64_t*> all{first.get(), second.get(), third.get()};
  std::int64_t digits = 0;
  for (const auto* each : all) digits = digits * 10 + *each;
  return digits;
}

[[maybe_unused]] std::int64_t unwritten_heap() {
  const auto numbers = std::make_unique_for_overwrite<std::int64_t[]>(8);
  return read(numbers.get() + 5);
}

[[maybe_unused]] std::int64_t unwritten_large_heap() {
  const auto numbers = std::make_unique_for_overwrite<std::int64_t[]>(1'000);
  return read(numbers.get() + 500);
}

[[gnu::noinline, maybe_unused]] std::int64_t unwritten_stack() {
  std::int64_t numbers[512];
  std::int64_t sum = 0;
  for (std::int64_t& each : numbers) sum ^= read(&each);
  return read(numbers + 400) ^ sum;
}

// ---- runs that do

// What comes of `Reads` is written, and a call follows it.
template <std::int64_t (*Reads)()>
workflow<std::string> writes_what(context& ctx) {
  auto said = co_await ctx.receive(word);
  ctx["seen"] = Reads();
  auto paid = co_await ctx.call(charge);
  co_return said + paid;
}

workflow<std::string> writes_address_in_frame(context& ctx) {
  std::int64_t local = 0;
  auto said = co_await ctx.receive(word);
  ctx["seen"] = static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(&local) % 64);
  auto paid = co_await ctx.call(charge);
  local = read(&local);
  co_return said + paid;
}

workflow<std::string> writes_unwritten_local(context& ctx) {
  std::array<std::int64_t, 4> locals;
  (void)read(locals.data());
  auto said = co_await ctx.receive(word);
  ctx["seen"] = read(locals.data() + 2);
  auto paid = co_await ctx.call(charge);
  (void)read(locals.data() + 3);
  co_return said + paid;
}

workflow<std::string> writes_padding(context& ctx) {
  padded both;
  (void)read(&both.letter);
  both.letter = 'a';
  both.number = 1;
  auto said = co_await ctx.receive(word);
  ctx["seen"] = sum_of_bytes(&both, sizeof(both));
  auto paid = co_await ctx.call(charge);
  (void)read(&both.number);
  co_return said + paid;
}

workflow<std::string> fits(context& ctx) {
  auto said = co_await ctx.receive(word);
  ctx["seen"] = 1;
  auto paid = co_await ctx.call(charge);
  co_return said + paid;
}

workflow<std::string> draws_by_a_static(context& ctx) {
  auto said = co_await ctx.receive(word);
  if (counts_in_static() % 2 == 0) ctx.random()();
  auto paid = co_await ctx.call(charge);
  co_return said + paid;
}

workflow<std::string> throws_by_a_static(context& ctx) {
  static int calls = 0;
  auto said = co_await ctx.receive(word);
  if (++calls % 2 == 0) throw std::logic_error("the second time");
  auto paid = co_await ctx.call(charge);
  co_return said + paid;
}

constexpr activity<std::string(std::int64_t)> charge_for{"charge_for"};

workflow<std::string> asks_by_a_static(context& ctx) {
  auto said = co_await ctx.receive(word);
  auto paid = co_await ctx.call(charge_for, counts_in_static());
  co_return said + paid;
}

workflow<std::string> writes_and_takes_back(context& ctx) {
  auto said = co_await ctx.receive(word);
  ctx["seen"] = counts_in_static();
  ctx["seen"] = 1;
  auto paid = co_await ctx.call(charge);
  co_return said + paid;
}

using body = workflow<std::string> (*)(context&);

application with(body function) {
  application app;
  app.add("drifts", function);
  return app;
}

struct drift {
  const char* name;
  body function;
};

void PrintTo(const drift& d, std::ostream* out) { *out << d.name; }

struct Paranoid : ::testing::TestWithParam<drift> {};

TEST_P(Paranoid, DriftWithoutACommandIsRefusedBeforeItIsRecorded) {
  engine_world world{with(GetParam().function)};
  world.hold("charge");
  world.open();
  ASSERT_TRUE(world.start("drifts", "w"));
  EXPECT_THAT(world.stuck(), IsEmpty());
  const auto before = world.records("w");

  ASSERT_TRUE(world.signal("w", "word", R"("go ")"));
  ASSERT_THAT(world.stuck(), SizeIs(1));
  EXPECT_THAT(
      world.stuck()[0].reason,
      AllOf(HasSubstr("not the same twice: state differs in run " + world.run_of("w").to_string() +
                      " at turn 2"),
            HasSubstr("event:     signal word \"go \""), HasSubstr("Context /seen: "),
            HasSubstr(", once more "), HasSubstr("awaited at "), HasSubstr("paranoid_test.cpp:")));
  EXPECT_EQ(world.running().counters().mismatches, 1u);
  EXPECT_EQ(world.hold("charge").count(), 0u);
  // The signal is kept (rule 1), and that is all.
  auto after = world.records("w");
  ASSERT_EQ(after.size(), before.size() + 1);
  EXPECT_TRUE(std::holds_alternative<journal::intake>(after.back().body));
  after.pop_back();
  EXPECT_EQ(after, before);

  world.crash();
  world.app = with(fits);
  world.open();
  ASSERT_EQ(world.hold("charge").count(), 1u);
  world.hold("charge")[0].complete(R"("paid")");
  world.settle();
  EXPECT_EQ(world.result_of("w"), R"("go paid")");
}

INSTANTIATE_TEST_SUITE_P(
    Drifts, Paranoid,
    ::testing::Values(drift{"AddressInAFrame", writes_address_in_frame},
                      drift{"UnwrittenLocalOfAFrame", writes_unwritten_local},
                      drift{"PaddingInAFrame", writes_padding},
                      drift{"AddressOfALocal", writes_what<address_of_local>},
                      drift{"StaticCounter", writes_what<counts_in_static>},
                      drift{"UnorderedNumbers", writes_what<order_of_numbers>},
                      drift{"UnorderedTexts", writes_what<order_of_texts>},
                      drift{"UnorderedPointers", writes_what<order_of_pointers_in_buckets>},
                      drift{"UnorderedBehindAReserve", writes_what<order_behind_a_reserve>}),
    [](const auto& each) { return each.param.name; });

#ifndef THEUS_SANITIZED  // which fill and order the heap themselves, and give functions other
                         // stacks
INSTANTIATE_TEST_SUITE_P(
    DriftsOfMemory, Paranoid,
    ::testing::Values(drift{"OrderOfAddresses", writes_what<order_of_addresses>},
                      drift{"UnwrittenHeap", writes_what<unwritten_heap>},
                      drift{"UnwrittenLargeHeap", writes_what<unwritten_large_heap>},
                      drift{"UnwrittenStack", writes_what<unwritten_stack>}),
    [](const auto& each) { return each.param.name; });
#endif

struct ParanoidWorld : ::testing::Test {
  engine_world world{with(fits)};
  // In its second turn.
  std::string refused(body function) {
    world.app = with(function);
    world.hold("charge");
    world.hold("charge_for");
    world.open();
    EXPECT_TRUE(world.start("drifts", "w"));
    EXPECT_TRUE(world.signal("w", "word", R"("go ")"));
    const auto stuck = world.stuck();
    return stuck.size() == 1 ? stuck[0].reason : "";
  }
};

TEST_F(ParanoidWorld, CommandIsShownAsItWasAndOnceMore) {
  EXPECT_THAT(
      refused(asks_by_a_static),
      AllOf(HasSubstr("not the same twice: command differs"),
            HasSubstr("this run of the turn:    #2 call charge_for ["),
            HasSubstr("the same turn once more: #2 call charge_for ["), HasSubstr("arguments: [")));
  EXPECT_EQ(world.hold("charge_for").count(), 0u);
}

TEST_F(ParanoidWorld, DrawMoreIsRefused) {
  EXPECT_THAT(refused(draws_by_a_static), HasSubstr("not the same twice: state differs"));
}

TEST_F(ParanoidWorld, ThrowingOnlyTheSecondTimeIsRefused) {
  EXPECT_THAT(refused(throws_by_a_static),
              AllOf(HasSubstr("not the same twice: workflow threw"), HasSubstr("the second time")));
}

TEST_F(ParanoidWorld, TurnThatDoesTheSameTwiceGoesOn) {
  EXPECT_EQ(refused(fits), "");
  ASSERT_EQ(world.hold("charge").count(), 1u);
  world.hold("charge")[0].complete(R"("paid")");
  world.settle();
  EXPECT_EQ(world.result_of("w"), R"("go paid")");
  EXPECT_EQ(world.running().counters().mismatches, 0u);
}

// The state is the same in the end, and nobody saw it in between.
TEST_F(ParanoidWorld, WhatIsWrittenOverInTheTurnIsNoDifference) {
  EXPECT_EQ(refused(writes_and_takes_back), "");
}

workflow<std::int64_t> drifts_at_once(context& ctx) {
  ctx["seen"] = counts_in_static();
  co_return 1;
}

TEST_F(ParanoidWorld, RunThatDriftsInItsFirstTurnIsKeptToo) {
  world.app = {};
  world.app.add("drifts", drifts_at_once);
  world.open();
  ASSERT_TRUE(world.start("drifts", "w"));
  ASSERT_THAT(world.stuck(), SizeIs(1));
  EXPECT_THAT(world.stuck()[0].reason, HasSubstr("Context /seen: "));
  for (const auto& each : world.records("w")) {
    EXPECT_TRUE(std::holds_alternative<journal::intake>(each.body));
  }
  world.crash();
  world.app = {};
  world.app.add("drifts", +[](context&) -> workflow<std::int64_t> { co_return 7; });
  world.open();
  EXPECT_EQ(world.result_of("w"), "7");
}

TEST_F(ParanoidWorld, Rule14_DriftThatWasRecordedIsFoundByTheStateWithItsPath) {
  world.options.paranoid = false;  // as in production
  EXPECT_EQ(refused(writes_what<counts_in_static>), "");
  world.crash();
  world.open();
  ASSERT_THAT(world.stuck(), SizeIs(1));
  EXPECT_THAT(world.stuck()[0].reason,
              AllOf(HasSubstr("mismatch: state differs"), HasSubstr("at turn 2"),
                    HasSubstr("Context /seen: recorded "), HasSubstr(", attempted ")));
}

}  // namespace
}  // namespace theus
