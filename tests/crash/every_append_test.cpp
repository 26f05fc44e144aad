#include <filesystem>

#include <gtest/gtest.h>

#include "crash/fixture.hpp"

// A small set of journeys, killed at the first, second, third … passage of one place in the append
// until a run passes without being killed. After each kill a second run ends the work.
namespace {

class CrashAtEveryAppend : public crash::CrashTest {
 protected:
  static constexpr crash::work work{4, 1};

  void kill_at_every(const std::string& place) {
    for (int passage = 1;; ++passage) {
      SCOPED_TRACE(place + "=kill@" + std::to_string(passage));
      const std::filesystem::path folder = fresh_folder();
      const std::string armed = place + "=kill@" + std::to_string(passage);
      const crash::ending first = crash::run_workload(folder, work, crash::never, armed);
      if (first.killed && !first.silent) {
        const crash::ending second = crash::run_workload(folder, work);
        ASSERT_EQ(second.exit_code, 0);
      } else {
        ASSERT_EQ(first.exit_code, 0);
      }
      const crash::findings found = crash::inspect(folder, work.journeys);
      ASSERT_THAT(found.violations, testing::IsEmpty());
      if (!first.killed) {
        // Turns of the two runs may travel together, but those of one pair follow one another.
        EXPECT_GT(passage, 20);
        std::printf("killed %d times\n", passage - 1);
        return;
      }
    }
  }
};

TEST_F(CrashAtEveryAppend, BeforeTheWrite) { kill_at_every("append.before_write"); }
TEST_F(CrashAtEveryAppend, AfterTheWrite) { kill_at_every("append.after_write"); }
TEST_F(CrashAtEveryAppend, AfterTheSync) { kill_at_every("append.after_sync"); }
TEST_F(CrashAtEveryAppend, BeforeTheAcknowledgement) { kill_at_every("append.after_watermark"); }

}  // namespace
