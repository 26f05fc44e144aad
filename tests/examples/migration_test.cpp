#include <gmock/gmock.h>

#include "theus/journal/stores.hpp"
#include "theus/runtime.hpp"
#include "theus/testing.hpp"
#include "theus/testing/gtest.hpp"

#include "migration/workflow.hpp"

namespace migration {
namespace {

using namespace std::chrono_literals;

// [docs:database]
theus::application database() {
  theus::application app;
  app.add("migrate", migrate);
  app.bind("migrate", how_far, progress_of);
  app.bind("migrate", rows_copied, rows_of);
  return app;
}
// [docs:end]

const std::vector<std::string> tables{"customers", "orders", "lines"};

// [docs:test]
TEST(Migration, SaysHowFarItIs) {
  theus::testing::environment env(database());
  env.mock(copy_table, 10).delay(copy_table, 1h);
  auto run = env.start(migrate, "m", tables);
  env.advance(90min);
  EXPECT_EQ(env.query("m", how_far).tables, 1);
  EXPECT_EQ(env.query("m", how_far).now, "orders");
  EXPECT_EQ(env.query("m", rows_copied, "customers"), 10);

  EXPECT_EQ(run.result(), 30);
  EXPECT_EQ(env.query("m", how_far).tables, 3);
}
// [docs:end]

// [docs:always]
TEST(Migration, NeverClaimsMoreThanIsCopied) {
  const auto scenario = [](theus::testing::environment& env) {
    std::int64_t copied = 0;
    env.mock(copy_table, [&](std::string table) {
      ++copied;  // once more when it is killed before that is recorded
      return std::ssize(table);
    });
    auto run = env.start(migrate, "m", tables);
    env.always("what is claimed is copied",
               [&] { return env.query("m", how_far).tables <= copied; });
    run.result();
  };
  EXPECT_TRUE(theus::testing::explore(200, database(), scenario));
  EXPECT_TRUE(theus::testing::survives_crashes(database(), scenario));
}
// [docs:end]

TEST(Migration, WhatIsNotCopiedYetIsSaidSo) {
  theus::application app = database();
  app.bind(copy_table, [](std::string) { return std::int64_t{5}; });
  theus::runtime_options options;
  options.store = theus::journal::make_memory_store();
  options.control_socket = false;
  theus::runtime running(app, options);
  // [docs:ask]
  running.start("migrate", {.workflow_id = "m"}, std::vector<std::string>{"customers"});
  running.result<std::int64_t>("m");
  const progress done = running.query("m", how_far);
  try {
    running.query("m", rows_copied, "orders");
  } catch (const theus::error_exception& e) {
    if (e.code() != theus::errc::query_failed) throw;
    EXPECT_THAT(e.what(), ::testing::EndsWith("threw theus::failure: 'orders' is not copied yet"));
  }
  // [docs:end]
  EXPECT_EQ(done.tables, 1);
  EXPECT_EQ(done.now, "");
  EXPECT_THROW(running.query("m", rows_copied, "orders"), theus::error_exception);
}

}  // namespace
}  // namespace migration
