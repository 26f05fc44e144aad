#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "theus/testing.hpp"

#include "cancellation/shapes.hpp"

// Who sees a cancellation, and in which order, for each shape of nesting: transcripts/<shape>.txt
// has it. THEUS_REWRITE=1 in the environment writes them anew.
namespace theus::cancellation {
namespace {

using namespace std::chrono_literals;

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

using lines = std::vector<std::string>;

std::string joined(const lines& of) {
  std::string text;
  for (const auto& line : of) text += line + "\n";
  return text;
}

bool comes_in_order(const lines& part, const lines& whole) {
  auto at = whole.begin();
  return std::ranges::all_of(part, [&](const std::string& line) {
    at = std::find(at, whole.end(), line);
    return at != whole.end() && at++ != whole.end();
  });
}

std::optional<testing::any_run> found(testing::environment& env, const std::string& id) {
  try {
    return env.find<int>(id);
  } catch (const error_exception&) {
    return std::nullopt;
  }
}

class Shape : public ::testing::TestWithParam<const char*> {
 protected:
  Shape() {
    said().clear();
    std::filesystem::create_directories(folder);
  }
  ~Shape() override { std::filesystem::remove_all(folder); }

  // What a run says when it is replayed.
  lines replayed(const testing::any_run& run, bool from_zero) {
    const auto file = folder / "run.history";
    run.save_history(file);
    said().clear();
    const auto found = testing::replay_history(app, file, {.from_zero = from_zero});
    EXPECT_TRUE(found) << found.text();
    return std::exchange(said(), {});
  }

  const application app = shapes();
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / ("theus-cancellation-" + std::to_string(::getpid()));
};

TEST_P(Shape, Rule26CancelledAsItsTranscriptSaysAndSoOnReplay) {
  // Said once: turns are not made twice.
  testing::environment env(app, {.paranoid = false});
  env.delay(work, 10min);
  const auto run = env.start<int>(GetParam(), "run");
  env.advance(1min);
  const auto before = said();
  run.cancel();
  const auto at_once = said();
  env.advance(10min);
  const auto live = said();

  std::string text = joined(before) + "-- cancelled\n";
  text += joined({at_once.begin() + std::ssize(before), at_once.end()});
  if (live != at_once) text += "-- ten minutes later\n";
  text += joined({live.begin() + std::ssize(at_once), live.end()});
  text += "-- the run: " + std::string(journal::name(run.status())) + "\n\n" + run.history();
  const std::filesystem::path file =
      std::filesystem::path(THEUS_TRANSCRIPTS) / (std::string(GetParam()) + ".txt");
  if (std::getenv("THEUS_REWRITE")) std::ofstream(file) << text;
  EXPECT_EQ(text, text_of(file));

  std::size_t said_again = 0;
  for (const char* id :
       {"run", "left", "right", "the left's child", "the right's child", "child"}) {
    const auto one = found(env, id);
    if (!one) continue;
    const auto again = replayed(*one, true);
    EXPECT_TRUE(comes_in_order(again, live)) << id << " said\n" << joined(again);
    // What is over is skipped then, and says nothing.
    EXPECT_TRUE(comes_in_order(replayed(*one, false), again)) << id;
    said_again += again.size();
  }
  EXPECT_EQ(said_again, live.size());
}

INSTANTIATE_TEST_SUITE_P(Cancellation, Shape,
                         ::testing::Values("call", "sleep", "receive", "condition",
                                           "between_attempts", "within_a_time", "all_of_them",
                                           "any_of_them", "all_settled_of_them", "all_in_any",
                                           "any_in_all", "phase", "phase_in_loop_in_phase", "tasks",
                                           "one_task_only", "shielded_call", "shield_beside_others",
                                           "level_triggered", "cleans_up", "compensates",
                                           "queue_for_a_mutex", "empty_channel", "children",
                                           "shielded_child", "detached_child"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace theus::cancellation
