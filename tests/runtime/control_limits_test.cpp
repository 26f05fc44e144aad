#include <sys/resource.h>

#include <algorithm>
#include <cstdio>

#include <gmock/gmock.h>

#include "runtime/control_frames.hpp"
#include "runtime/support/hosted_runtime.hpp"
#include "runtime/support/sanitized.hpp"

// More connections, and less of what a process needs, than a runtime would like.
namespace theus {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using testing::hosted_runtime;
using testing::raw_connection;

constexpr std::size_t served = 64;
#ifdef THEUS_SANITIZED
constexpr std::uint64_t most_growth = 128 << 20;
#else
constexpr std::uint64_t most_growth = 8 << 20;
#endif

// As many as this process may have, up to `wanted`.
std::size_t allowed_connections(std::size_t wanted) {
  rlimit allowed{};
  ::getrlimit(RLIMIT_NOFILE, &allowed);
  allowed.rlim_cur = std::min<rlim_t>(allowed.rlim_max, wanted + 200);
  ::setrlimit(RLIMIT_NOFILE, &allowed);
  return std::min<std::size_t>(wanted, allowed.rlim_cur - 200);
}

error refusal(raw_connection& from) {
  const auto told = from.reply();
  if (!told || !std::holds_alternative<error>(*told)) {
    ADD_FAILURE() << "no refusal";
    return {};
  }
  EXPECT_TRUE(from.is_closed());
  return std::get<error>(*told);
}

// The median of many, one after the other.
std::chrono::microseconds echo_latency(raw_connection& peer, const std::string& name) {
  std::vector<std::chrono::microseconds> all;
  for (int i = 0; i < 200; ++i) all.push_back(peer.echo(name + "-" + std::to_string(i), i));
  std::ranges::nth_element(all, all.begin() + 100);
  return all[100];
}

TEST(ControlLimits, TenThousandConnectionsAreServedOrToldNoAndHarmNobody) {
  const std::size_t count = allowed_connections(10'000);
  ASSERT_GE(count, 1'000u);
  const hosted_runtime host(10);  // idle connections end after six seconds
  raw_connection peer(host);
  echo_latency(peer, "warm");
  const auto alone = echo_latency(peer, "alone");
  const auto descriptors = host.descriptors();
  host.forget_peak();
  const auto before = host.resident_bytes();

  std::vector<raw_connection> idle;
  idle.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    idle.emplace_back(host);
    if (i % 1'000 == 0) peer.echo("storm-" + std::to_string(i), int(i));
  }
  const auto among = echo_latency(peer, "among");
  EXPECT_LE(host.descriptors(), descriptors + served + 1);
  const auto grown = std::int64_t(host.peak_bytes()) - std::int64_t(before);
  std::printf(
      "%zu connections: an echo takes %lld us, alone %lld us: ratio %.2f; memory grew by "
      "%lld KiB, descriptors by %zu\n",
      count, static_cast<long long>(among.count()), static_cast<long long>(alone.count()),
      double(among.count()) / double(alone.count()), static_cast<long long>(grown / 1'024),
      host.descriptors() - descriptors);
  EXPECT_LT(grown, std::int64_t(most_growth));

  // The last ones found no place, and were told so.
  for (std::size_t i = served; i < count; ++i) {
    const auto told = refusal(idle[i]);
    ASSERT_EQ(told.code, errc::limit_exceeded);
    ASSERT_THAT(told.message, HasSubstr("64 connections"));
  }
  // The first ones had one, and lose it for doing nothing with it.
  for (std::size_t i = 0; i + 1 < served; ++i) ASSERT_TRUE(idle[i].is_closed());
  raw_connection(host).echo("after", 1);
}

TEST(ControlLimits, ConnectionsLeaveDescriptorsToTheJournal) {
  hosted_runtime host;
  raw_connection peer(host);
  peer.echo("before", 1);
  host.tell("leave", 64 + 10);
  std::vector<raw_connection> many;
  for (int i = 0; i < 40; ++i) many.emplace_back(host);
  const auto is_refused = [](raw_connection& one) {
    const auto told = refusal(one);
    EXPECT_EQ(told.code, errc::limit_exceeded);
    EXPECT_THAT(told.message, HasSubstr("no file descriptor"));
  };
  // They are accepted in turn, so with the last one's refusal all are decided. A refusal comes
  // unasked. The journal opens and closes files meanwhile: which one is the first to find no
  // descriptor is open.
  is_refused(many.back());
  std::size_t let_in = 0;
  while (let_in < 30 && !many[let_in].is_readable(100ms)) ++let_in;
  EXPECT_GE(let_in, 5u);
  EXPECT_LE(let_in, 20u);
  for (std::size_t i = 0; i < let_in; ++i) {
    const auto told = many[i].ask(control::ask_status{});
    EXPECT_TRUE(told && std::holds_alternative<control::runtime_status>(*told)) << i;
  }
  for (std::size_t i = let_in; i + 1 < many.size(); ++i) is_refused(many[i]);
  peer.echo("during", 1);
  many.clear();
  EXPECT_TRUE(peer.ask_until([&] {
    const auto told = raw_connection(host).ask(control::ask_status{});
    return told && std::holds_alternative<control::runtime_status>(*told);
  }));
}

// UBSan looks at objects through a pipe: without descriptors it takes every one for a wrong one.
#ifndef THEUS_SANITIZED
TEST(ControlLimits, WithoutDescriptorsItWaitsAndComesBack) {
  hosted_runtime host;
  raw_connection peer(host);
  peer.echo("before", 1);
  host.tell("exhaust");
  raw_connection waiting(host);
  const auto from = host.processor_time();
  EXPECT_FALSE(waiting.is_readable(1s));
  const auto spent = host.processor_time() - from;
  std::printf("a second without descriptors took %lld ms of processor time\n",
              static_cast<long long>(spent.count()));
  EXPECT_LT(spent, 300ms);
  peer.echo("during", 2);
  host.tell("relent");
  waiting.echo("after", 3);
}

TEST(ControlLimits, WithoutMemoryALargeRequestIsRefusedAndOthersAreServed) {
  hosted_runtime host;
  raw_connection peer(host);
  peer.echo("before", 1);
  host.tell("memory", 16);
  raw_connection large(host);
  large.send(control::encode(1, control::request(control::import_run{
                                    {journal::run_id(), {std::string(19'000'000, 'x')}}}))
                 .value());
  const auto told = refusal(large);
  EXPECT_EQ(told.code, errc::limit_exceeded);
  EXPECT_THAT(told.message, HasSubstr("no memory"));
  peer.echo("after", 2);
}
#endif

}  // namespace
}  // namespace theus
