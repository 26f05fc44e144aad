#include <gtest/gtest.h>

#include "theus/workflows.hpp"

#include "support/machine_driver.hpp"

namespace theus {
namespace {

using testing::machine_driver;

TEST(FramePool, GivesBackMemoryToTheNextOfAboutItsSize) {
  frame_pool pool;
  void* const first = pool.take(500);
  frame_pool::give_back(first);
  frame_pool::give_back(pool.take(490));
  EXPECT_EQ(pool.blocks(), frame_pool::keeps_frames() ? 1u : 0u);
  frame_pool::give_back(pool.take(2'000));
  EXPECT_EQ(pool.blocks(), frame_pool::keeps_frames() ? 2u : 0u);
}

TEST(FramePool, LargeFramesComeFromTheHeap) {
  frame_pool pool;
  void* const large = pool.take(1'000'000);
  frame_pool::give_back(large);
  EXPECT_EQ(pool.blocks(), 0u);
  frame_pool::give_back(frame_pool::take_from_heap(10));
}

constexpr signal<std::int64_t> number{"number"};

workflow<std::int64_t> one_of(context& ctx) {
  const std::int64_t value = co_await ctx.receive(number);
  co_return value;
}

workflow<std::int64_t> sum(context& ctx) {
  std::int64_t all = 0;
  for (int i = 0; i < 100; ++i) {
    const std::int64_t value = co_await one_of(ctx);
    all += value;
  }
  co_return all;
}

TEST(FramePool, FramesOfWorkflowsAwaitedOneAfterTheOtherShareTheirMemory) {
  auto run = machine_driver::running(sum);
  run.start();
  for (int i = 0; i < 100; ++i) run.signal("number", std::to_string(i));
  EXPECT_EQ(run.result(), "4950");
  EXPECT_EQ(run.state().frames().blocks(), frame_pool::keeps_frames() ? 2u : 0u);
  EXPECT_FALSE(run.replay());
}

}  // namespace
}  // namespace theus
