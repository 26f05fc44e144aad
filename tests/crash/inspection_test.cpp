#include <fstream>

#include <gtest/gtest.h>

#include <theus/codec.hpp>
#include <theus/journal/stores.hpp>
#include <theus/runtime/take_checkpoint.hpp>

#include "crash/book.hpp"
#include "crash/fixture.hpp"
#include "crash/journey.hpp"
#include "ledger.hpp"
#include "witness.hpp"

// The inspection itself: it must find what crashes might do.
namespace {

using testing::Contains;
using testing::HasSubstr;

constexpr std::int64_t journeys = 4;

class CrashInspection : public crash::CrashTest {
 protected:
  void SetUp() override {
    folder_ = fresh_folder();
    ASSERT_EQ(crash::run_workload(folder_, {journeys, 2}).exit_code, 0);
    ASSERT_THAT(crash::inspect(folder_, journeys).violations, testing::IsEmpty());
  }
  template <class Entry>
  void append(const std::filesystem::path& file, const Entry& entry) {
    checkout::line_file(folder_ / file).append(theus::encode(entry));
  }
  std::vector<std::string> violations() { return crash::inspect(folder_, journeys).violations; }

  std::filesystem::path folder_;
};

TEST_F(CrashInspection, FindsAStepThatRanAgain) {
  ASSERT_EQ(crash::run_workload(folder_, {journeys, 2}).exit_code, 0);  // sees what was recorded
  auto again =
      checkout::read_entries<checkout::execution>(folder_ / "witness/executions.log").front();
  again.generation = 2;
  append("witness/executions.log", again);
  EXPECT_THAT(violations(), Contains(HasSubstr("ran again in generation 2")));
}

TEST_F(CrashInspection, FindsAnAttemptThatRanTwice) {
  const auto twice =
      checkout::read_entries<checkout::execution>(folder_ / "witness/executions.log").front();
  append("witness/executions.log", twice);
  EXPECT_THAT(violations(), Contains(HasSubstr("ran twice in generation 1")));
}

TEST_F(CrashInspection, FindsALostAcknowledgement) {
  append("acknowledged.log", crash::acknowledgement{"gift", 1, "gift for nobody"});
  EXPECT_THAT(violations(), Contains("the acknowledged gift of journey-1 is lost"));
}

TEST_F(CrashInspection, FindsALostRun) {
  EXPECT_THAT(crash::inspect(folder_, journeys + 2).violations, Contains("journey-4 is lost"));
}

TEST_F(CrashInspection, FindsAStepThatVanished) {
  checkout::recorded_step vanished;
  vanished.key = "0123456789abcdef0123456789abcdef/1";
  vanished.attempt = 1;
  vanished.generation = 1;
  append("witness/recorded.log", vanished);
  EXPECT_THAT(violations(), Contains(HasSubstr("and is gone")));
}

TEST_F(CrashInspection, FindsACheckpointWithoutItsNodes) {
  {
    const auto store = theus::journal::open_rocksdb_store(folder_ / "journal").value();
    const auto run = store->run_of(crash::book_id(0)).value().value();
    theus::node_archive nodes(*store);
    theus::application app;
    app.add("book", crash::keep_book);
    ASSERT_TRUE(take_checkpoint(*store, nodes, app.bound(), run));
    const auto kept = store->checkpoints(run, 1).value();
    ASSERT_EQ(kept.size(), 1u);
    const auto row = store->checkpoint(kept.front()).value().value();
    ASSERT_TRUE(store->erase_nodes(row.roots, store->opened()));
  }
  EXPECT_THAT(violations(), Contains(HasSubstr("book-0 has a bad checkpoint")));
}

TEST_F(CrashInspection, FindsAnEffectThatHappenedTwice) {
  const auto twice = checkout::read_entries<crash::effect>(folder_ / "effects.log").front();
  append("effects.log", twice);
  EXPECT_THAT(violations(), Contains(HasSubstr("happened twice")));
}

}  // namespace
