#include "scenarios/dynamic_dispatch.hpp"

#include <gmock/gmock.h>

#include "scenarios/rehearse.hpp"

namespace scenarios {
namespace {

using namespace dispatch;
using strings = std::vector<std::string>;

theus::application studio() {
  theus::application app;
  app.add("process", process);
  return app;
}

void open_in(environment& env) {
  env.mock(crop, [](std::string image) { return image + "|crop"; });
  env.mock(sharpen, [](std::string image) { return image + "|sharpen"; });
  env.mock(watermark, [](std::string image) { return image + "|watermark"; });
}

TEST(DynamicDispatch, DoesWhatTheRecipeSays) {
  environment env(studio());
  open_in(env);
  auto run = env.start(process, "photo", "photo", strings{"sharpen", "crop", "sharpen"});
  EXPECT_EQ(run.result(), "photo|sharpen|crop|sharpen");
}

TEST(DynamicDispatch, DoesNothingOfARecipeWithAnUnknownStep) {
  environment env(studio());
  open_in(env);
  auto run = env.start(process, "photo", "photo", strings{"crop", "shout"});
  EXPECT_EQ(run.failure().type, "unknown_step");
  EXPECT_TRUE(env.attempts_of(crop).empty());
}

// Recipes at once: each image goes through its own.
void three_images(environment& env) {
  open_in(env);
  auto a = env.start(process, "a", "a", strings{"crop", "sharpen"});
  auto b = env.start(process, "b", "b", strings{"watermark", "crop", "watermark"});
  auto c = env.start(process, "c", "c", strings{"sharpen"});
  env.require(a.result() == "a|crop|sharpen", "a is cropped, then sharpened");
  env.require(b.result() == "b|watermark|crop|watermark", "b is cropped between the watermarks");
  env.require(c.result() == "c|sharpen", "c is sharpened alone");
}

TEST(DynamicDispatchRehearsed, SurvivesAKillAtEachAppend) {
  expect_survives(studio(), three_images);
}
TEST(DynamicDispatchRehearsed, HoldsInAnyOrder) {
  expect_any_order(studio(), three_images, {.failures = 2});
}

}  // namespace
}  // namespace scenarios
