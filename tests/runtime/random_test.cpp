#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <limits>
#include <numeric>
#include <random>
#include <set>
#include <stdexcept>
#include <vector>

#include <gtest/gtest.h>

#include <theus/runtime/random.hpp>

// The expected numbers were computed by a second implementation, in another language, from the
// descriptions in random.hpp. They hold for ever (rule 8).
namespace theus {
namespace {

constexpr random_seed seed{0x0123456789abcdef, 0xfedcba9876543210};

random_stream root() { return random_stream(seed, "/"); }

template <class Draw>
auto draws(std::size_t count, Draw draw) {
  std::vector<decltype(draw())> result;
  std::generate_n(std::back_inserter(result), count, draw);
  return result;
}

using words = std::vector<std::uint64_t>;

static_assert(std::uniform_random_bit_generator<random_stream>);

TEST(Random, XoshiroMatchesItsPublishedVector) {
  xoshiro256pp generator({1, 2, 3, 4});
  const words expected{41943041,
                       58720359,
                       3588806011781223,
                       3591011842654386,
                       9228616714210784205U,
                       9973669472204895162U,
                       14011001112246962877U,
                       12406186145184390807U,
                       15849039046786891736U,
                       10450023813501588000U};
  EXPECT_EQ(draws(10, [&] { return generator.next(); }), expected);
}

TEST(Rule08, RandomSeedingIsGolden) {
  EXPECT_EQ(draws(4, random_stream({0, 0}, "")), (words{0xe5ee51f5b2d0542a, 0xb729f4ff5056b7a2,
                                                        0xe831dfcfb5c8fa03, 0x0c7ff65819d05df3}));
  EXPECT_EQ(draws(4, root()), (words{0xdcf773e37ecdd012, 0xcef38c674990f1a7, 0xb93e5c81e3eea43e,
                                     0xe9eabdd46a396a63}));
}

TEST(Rule18, EveryScopeHasAStreamOfItsOwn) {
  EXPECT_EQ(
      draws(4, random_stream(seed, "/billing/7")),
      (words{0x1d9b420e3f50eb3b, 0xc087e5126dda518a, 0x88d5586ef97334f9, 0xf1390caa235db27b}));
  EXPECT_NE(random_stream(seed, "/a")(), random_stream(seed, "/b")());
  EXPECT_NE(random_stream({1, 2}, "/a")(), random_stream({2, 1}, "/a")());
}

TEST(Random, DrawsAreCountedAndDiscardReplaysThem) {
  random_stream live = root();
  live.uniform(1, 6);
  live.real();
  live.uuid();
  live.exponential(1);
  random_stream replayed = root();
  replayed.discard(live.draws());
  EXPECT_EQ(replayed.draws(), live.draws());
  EXPECT_EQ(replayed(), live());
}

TEST(Random, UniformIsGoldenAndInclusive) {
  random_stream dice = root();
  EXPECT_EQ(draws(12, [&] { return dice.uniform(1, 6); }),
            (std::vector<int>{6, 5, 5, 6, 5, 1, 4, 1, 4, 6, 4, 4}));
  random_stream around_zero = root();
  EXPECT_EQ(draws(12, [&] { return around_zero.uniform<std::int8_t>(-5, 5); }),
            (std::vector<std::int8_t>{4, 3, 2, 5, 3, -5, 1, -4, 1, 4, 2, 1}));
}

TEST(Random, UniformRejectsWhatWouldBias) {
  random_stream half = root();
  EXPECT_EQ(draws(4, [&] { return half.uniform<std::uint64_t>(0, std::uint64_t{1} << 63); }),
            (words{7961161214256932873U, 6674104029258666527U, 7462676363468737281U,
                   5771575487049258105U}));
  EXPECT_GT(half.draws(), 4U);
}

TEST(Random, UniformCoversTheWholeRangeOfItsType) {
  using limits = std::numeric_limits<std::int64_t>;
  random_stream stream = root();
  const std::uint64_t first = root()();
  EXPECT_EQ(stream.uniform(limits::min(), limits::max()),
            static_cast<std::int64_t>(first + (std::uint64_t{1} << 63)));
  EXPECT_EQ(stream.uniform(7, 7), 7);
  EXPECT_THROW(stream.uniform(2, 1), std::invalid_argument);
}

TEST(Random, RealsAreGoldenAndBelowOne) {
  random_stream stream = root();
  EXPECT_EQ(draws(3, [&] { return stream.real(); }),
            (std::vector<double>{0.8631508284004703, 0.8084037544409204, 0.7236078087916504}));
  const auto many = draws(100'000, [&] { return stream.real(); });
  EXPECT_LT(*std::ranges::max_element(many), 1.0);
  EXPECT_GE(*std::ranges::min_element(many), 0.0);
  EXPECT_NEAR(std::accumulate(many.begin(), many.end(), 0.0) / 100'000, 0.5, 0.005);
}

TEST(Random, BernoulliTakesOneDrawWhateverTheProbability) {
  random_stream stream = root();
  EXPECT_FALSE(stream.bernoulli(0));
  EXPECT_TRUE(stream.bernoulli(1));
  EXPECT_FALSE(stream.bernoulli(0.72));  // the third real is 0.7236…
  EXPECT_EQ(stream.draws(), 3U);
  EXPECT_THROW(stream.bernoulli(1.5), std::invalid_argument);
  EXPECT_THROW(stream.bernoulli(std::nan("")), std::invalid_argument);
}

TEST(Random, ExponentialIsGoldenWithTheRightMean) {
  random_stream stream = root();
  EXPECT_EQ(draws(4, [&] { return stream.exponential(2.5); }),
            (std::vector<double>{2.1578770710011757, 2.899484408895673, 2.1189521991278264,
                                 1.6066441249174694}));
  EXPECT_EQ(stream.draws(), 17U);
  const auto many = draws(100'000, [&] { return stream.exponential(3); });
  EXPECT_NEAR(std::accumulate(many.begin(), many.end(), 0.0) / 100'000, 3, 0.05);
  EXPECT_THROW(stream.exponential(-1), std::invalid_argument);
}

TEST(Random, ShuffleIsGolden) {
  std::vector<int> cards(10);
  std::iota(cards.begin(), cards.end(), 0);
  root().shuffle(cards);
  EXPECT_EQ(cards, (std::vector<int>{3, 1, 9, 2, 0, 4, 6, 5, 7, 8}));
  std::vector<int> none;
  random_stream idle = root();
  idle.shuffle(none);
  EXPECT_EQ(idle.draws(), 0U);
}

TEST(Random, UuidIsGolden) {
  random_stream stream = root();
  EXPECT_EQ(stream.uuid().to_string(), "dcf773e3-7ecd-4012-8ef3-8c674990f1a7");
  EXPECT_EQ(stream.draws(), 2U);
}

TEST(Uuid, ReadsItsOwnTextAndNothingElse) {
  const uuid id = root().uuid();
  EXPECT_EQ(uuid::parse(id.to_string()), id);
  EXPECT_EQ(uuid::parse("DCF773E3-7ECD-4012-8EF3-8C674990F1A7"), id);
  EXPECT_FALSE(uuid::parse(""));
  EXPECT_FALSE(uuid::parse("dcf773e37ecd40128ef38c674990f1a7"));
  EXPECT_FALSE(uuid::parse("dcf773e3-7ecd-4012-8ef3-8c674990f1a"));
  EXPECT_FALSE(uuid::parse("dcf773e3-7ecd-4012-8ef3-8c674990f1ag"));
  EXPECT_FALSE(uuid::parse("dcf773e3x7ecd-4012-8ef3-8c674990f1a7"));
}

TEST(Entropy, SeededRepeatsItself) {
  seeded_entropy first({1, 2});
  seeded_entropy second({1, 2});
  EXPECT_EQ(first.seed(), (random_seed{0xd1455be5c430043a, 0xbdec36dcb751655c}));
  EXPECT_EQ(second.next(), 0xd1455be5c430043a);
  EXPECT_NE(seeded_entropy({1, 2}, "jitter").next(), 0xd1455be5c430043a);
}

TEST(Entropy, SystemDoesNotRepeatItself) {
  system_entropy system;
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(system.next());
  EXPECT_EQ(seen.size(), 1000U);
  const double real = system.real();
  EXPECT_TRUE(real >= 0 && real < 1);
  EXPECT_NE(system.uuid(), system.uuid());
}

}  // namespace
}  // namespace theus
