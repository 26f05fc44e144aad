#include <gtest/gtest.h>

#include "theus/theus.hpp"

#include "journal/support.hpp"

// What docs/payloads.md shows.
namespace theus {
namespace {

// [docs:blobs]
constexpr theus::activity<theus::blob(std::int64_t)> film{"film"};
constexpr theus::activity<std::int64_t(theus::blob)> count_frames{"count_frames"};

theus::workflow<std::int64_t> shoot(theus::context& ctx, std::int64_t seconds) {
  theus::blob reel = co_await ctx.call(film, seconds);
  ctx["reel"] = reel;
  co_return co_await ctx.call(count_frames, reel);
}

theus::blob film_it(theus::attempt& attempt, std::int64_t seconds) {
  theus::blob_writer to = attempt.blobs().create();
  for (std::int64_t i = 0; i < 25 * seconds; ++i) to.write(std::string(10'000, 'f')).value();
  return to.finish().value();
}

std::int64_t count_them(theus::attempt& attempt, theus::blob reel) {
  theus::blob_reader from = attempt.blobs().open(reel).value();
  std::array<std::byte, 10'000> frame;
  std::int64_t frames = 0;
  while (from.read(frames * frame.size(), frame).value() == frame.size()) ++frames;
  return frames;
}
// [docs:end]

TEST(BlobExample, AFilmGoesThroughAWorkflowThatHoldsItsNameOnly) {
  application app;
  app.add("shoot", shoot).bind(film, film_it).bind(count_frames, count_them);
  const journal::test::temporary_folder folder;
  runtime_options options;
  options.journal = folder / "journal";
  runtime running(app, options);
  running.start("shoot", {.workflow_id = "one"}, std::int64_t{20});
  EXPECT_EQ(running.result<std::int64_t>("one"), 500);
  const pinned_blob again = running.blobs().put(std::string(5'000'000, 'f')).value();
  const auto mentioned = list_blobs(running.records()).value();
  ASSERT_EQ(mentioned.size(), 1u);
  EXPECT_EQ(mentioned[0].what, again.get()) << "equal content is the same blob";
}

}  // namespace
}  // namespace theus
