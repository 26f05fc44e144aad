#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "theus/workflows.hpp"

#include "scale/support.hpp"

// Great numbers of children, and deep trees of them.
namespace theus::scale {
namespace {

constexpr child_workflow<std::int64_t(std::int64_t)> doubles{"doubles"};
constexpr child_workflow<int(int)> descends{"descends"};
constexpr child_workflow<int(std::string)> waits{"waits"};
constexpr theus::signal<bool> go{"go"};

workflow<std::int64_t> double_it(context&, std::int64_t number) { co_return 2 * number; }

workflow<std::int64_t> doubles_many(context& ctx, std::int64_t many) {
  std::vector<child_operation<std::int64_t>> children;
  for (std::int64_t i = 1; i <= many; ++i) children.push_back(ctx.child(doubles, i));
  std::int64_t sum = 0;
  for (const std::int64_t each : co_await all(std::move(children))) sum += each;
  co_return sum;
}

// One child, one of its own, and so on; the last waits for what never comes unless it is told so.
workflow<int> descend(context& ctx, int levels) {
  if (levels == 0) {
    co_await ctx.receive(go);
    co_return 0;
  }
  const int below = co_await ctx.child(descends, levels - 1).id("level " + std::to_string(levels));
  co_return below + 1;
}

workflow<int> wait(context& ctx, std::string) {
  co_await ctx.receive(go);
  co_return 1;
}

// At the top of a deep tree and of many children.
workflow<int> holds_all(context& ctx, int levels, int many) {
  std::vector<child_operation<int>> children;
  children.push_back(ctx.child(descends, levels).id("tree"));
  for (int i = 0; i < many; ++i) {
    const std::string name = "leaf " + std::to_string(i);
    children.push_back(ctx.child(waits, name).id(name));
  }
  int sum = 0;
  for (const int each : co_await all(std::move(children))) sum += each;
  co_return sum;
}

application family() {
  application app;
  app.add("doubles", double_it);
  app.add("doubles_many", doubles_many);
  app.add("descends", descend);
  app.add("waits", wait);
  app.add("holds_all", holds_all);
  return app;
}

int many_children() { return is_long_run() ? 10'000 : 1'000; }
constexpr int depth = 50;

// The id of the run `levels` above the last one of a tree; its first is called otherwise.
std::string in_tree(int levels) {
  return levels == depth ? "tree" : "level " + std::to_string(levels + 1);
}

journal::run_status ended(runtime& running, const std::string& id) {
  try {
    running.result<int>(id);
    return journal::run_status::completed;
  } catch (const run_failed& e) {
    return e.status();
  }
}

// A child is started by a message that its parent's turn has left: it takes a while to be there.
void wait_until_there(runtime& running, const std::string& id) {
  for (;; std::this_thread::sleep_for(std::chrono::milliseconds(1))) {
    try {
      running.signal(id, theus::signal<bool>{"nobody reads it"}, true);
      return;
    } catch (const error_exception& e) {
      if (e.code() != errc::not_found) throw;
    }
  }
}

TEST(ManyChildren, AreAllAwaitedByOneParent) {
  const std::int64_t many = many_children();
  const journal_folder folder("many-children");
  const application app = family();
  const double before = resident_mib();
  runtime running(app, folder.options(2));
  const stopwatch whole;
  running.start("doubles_many", {.workflow_id = "parent"}, many);
  EXPECT_EQ(running.result<std::int64_t>("parent"), many * (many + 1));
  say_figures(std::to_string(many) + " children of one parent, all awaited", whole, before);
}

TEST(ManyChildren, ResultsClimbATreeFiftyDeep) {
  const journal_folder folder("deep-children");
  const application app = family();
  const double before = resident_mib();
  runtime running(app, folder.options(2));
  const stopwatch whole;
  running.start("descends", {.workflow_id = "tree"}, depth);
  wait_until_there(running, in_tree(0));
  running.signal(in_tree(0), go, true);
  EXPECT_EQ(running.result<int>("tree"), depth);
  say_figures("a tree of children " + std::to_string(depth) + " deep", whole, before);
}

TEST(ManyChildren, ACancelAtTheTopReachesAll) {
  const int many = many_children();
  const journal_folder folder("cancelled-children");
  const application app = family();
  const double before = resident_mib();
  runtime running(app, folder.options(2));
  running.start("holds_all", {.workflow_id = "top"}, depth, many);
  wait_until_there(running, in_tree(0));
  wait_until_there(running, "leaf " + std::to_string(many - 1));
  const stopwatch whole;
  running.cancel("top", "enough");
  EXPECT_EQ(ended(running, "top"), journal::run_status::cancelled);
  for (int level = 0; level <= depth; ++level) {
    ASSERT_EQ(ended(running, in_tree(level)), journal::run_status::cancelled) << level;
  }
  for (int i = 0; i < many; ++i) {
    ASSERT_EQ(ended(running, "leaf " + std::to_string(i)), journal::run_status::cancelled) << i;
  }
  say_figures("a cancel reached " + std::to_string(many) + " children and a tree " +
                  std::to_string(depth) + " deep",
              whole, before);
}

}  // namespace
}  // namespace theus::scale
