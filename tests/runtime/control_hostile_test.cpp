#include <fstream>
#include <random>

#include <gmock/gmock.h>

#include "runtime/control_frames.hpp"
#include "runtime/support/hosted_runtime.hpp"
#include "runtime/support/sanitized.hpp"

// Peers that mean harm or are slow, against a runtime in a process of its own with a real journal.
namespace theus {
namespace {

using namespace std::chrono_literals;
using testing::hosted_runtime;
using testing::raw_connection;

#ifdef THEUS_SANITIZED
constexpr std::uint64_t sanitizer_bytes = 64 << 20;
#else
constexpr std::uint64_t sanitizer_bytes = 0;
#endif

constexpr std::uint64_t megabyte = 1 << 20;

std::string content_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string header(std::uint32_t length) {
  std::string bytes;
  for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<char>(length >> (8 * i)));
  return bytes;
}

// The fuzzers' corpora, and frames of random bytes.
std::vector<std::string> hostile_streams() {
  std::vector<std::string> all;
  const std::filesystem::path corpus = THEUS_FUZZ_CORPUS;
  for (const auto& each : std::filesystem::directory_iterator(corpus / "frames")) {
    all.push_back(content_of(each));
  }
  for (const auto& each : std::filesystem::directory_iterator(corpus / "session")) {
    all.push_back(content_of(each).substr(1));
  }
  std::mt19937 random(20261122);
  for (int i = 0; i < 200; ++i) {
    std::string frame = header(std::uint32_t(8 * (1 + random() % 64)));
    const auto length = frame.size() + 8 * (random() % 64);
    while (frame.size() < length) frame.push_back(static_cast<char>(random()));
    all.push_back(frame);
  }
  return all;
}

// Connections are accepted in order: once this is served, all before it were seen.
void await_everybody_before(const hosted_runtime& host, raw_connection& peer) {
  EXPECT_TRUE(peer.ask_until([&] {
    const auto told = raw_connection(host).ask(control::ask_status{});
    return told && std::holds_alternative<control::runtime_status>(*told);
  }));
}

TEST(ControlHostile, FramesAreRefusedWithoutMemoryAndHarmNobody) {
  const hosted_runtime host;
  raw_connection peer(host);
  const auto streams = hostile_streams();
  ASSERT_GT(streams.size(), 300u);
  int echoes = 0;
  const auto attack = [&] {
    for (std::size_t i = 0; i < streams.size(); ++i) {
      raw_connection(host).send(streams[i]);
      if (i % 20 != 0) continue;
      ++echoes;
      peer.echo("echo-" + std::to_string(echoes), echoes);
    }
  };
  attack();  // what is allocated once and kept
  const auto descriptors = host.descriptors();
  host.forget_peak();
  const auto before = host.resident_bytes();
  for (int i = 0; i < 3; ++i) attack();
  const auto grown = std::int64_t(host.peak_bytes()) - std::int64_t(before);
  std::printf("%zu hostile streams: memory grew by %lld KiB\n", 3 * streams.size(),
              static_cast<long long>(grown / 1'024));
  EXPECT_LT(grown, std::int64_t(megabyte + sanitizer_bytes));
  await_everybody_before(host, peer);
  EXPECT_TRUE(peer.ask_until([&] { return host.descriptors() <= descriptors; }));
}

TEST(ControlHostile, LengthsThatAreOnlyAnnouncedTakeNoMemory) {
  const hosted_runtime host;
  raw_connection peer(host);
  peer.echo("before", 1);
  host.forget_peak();
  const auto before = host.resident_bytes();
  std::vector<raw_connection> announcing;
  for (int i = 0; i < 60; ++i) {
    announcing.emplace_back(host).send(header(control::max_frame_bytes) + std::string(100, 'x'));
    if (i % 10 == 0) peer.echo("during-" + std::to_string(i), i);
  }
  const auto grown = std::int64_t(host.peak_bytes()) - std::int64_t(before);
  std::printf("60 times 20 MiB announced: memory grew by %lld KiB\n",
              static_cast<long long>(grown / 1'024));
  EXPECT_LT(grown, std::int64_t(megabyte + sanitizer_bytes));
}

TEST(ControlHostile, ByteByByteIsServed) {
  const hosted_runtime host;
  raw_connection slow(host);
  const auto frame = control::encode(1, control::request(control::ask_status{})).value();
  for (const char byte : frame) EXPECT_EQ(slow.send({&byte, 1}), 1u);
  EXPECT_TRUE(std::holds_alternative<control::runtime_status>(slow.reply().value()));
}

TEST(ControlHostile, ADisconnectAtEveryByteAsksForNothing) {
  const hosted_runtime host;
  raw_connection peer(host);
  peer.echo("before", 1);
  const auto frame =
      control::encode(1, control::request(start_request{"echo", "cut", "", "[5]"})).value();
  for (std::size_t cut = 0; cut < frame.size(); ++cut) {
    EXPECT_EQ(raw_connection(host).send(frame.substr(0, cut)), cut);
  }
  await_everybody_before(host, peer);
  const auto sought = peer.ask(control::find_run{"cut"});
  EXPECT_EQ(std::get<error>(*sought).code, errc::not_found);
  // Behind its last byte it was asked for, whoever waits for the answer.
  raw_connection(host).send(frame);
  EXPECT_TRUE(peer.ask_until([&] {
    return std::holds_alternative<journal::instance_row>(*peer.ask(control::find_run{"cut"}));
  }));
  EXPECT_EQ(std::get<run_outcome>(peer.ask(control::wait_for_outcome{"cut"}).value()).result, "5");
}

TEST(ControlHostile, ASlowWriterIsClosedAtItsDeadline) {
  const hosted_runtime host(20);  // half a second for a frame
  raw_connection peer(host);
  raw_connection slow(host);
  const auto frame =
      control::encode(1, control::request(signal_request{"x", "y", std::string(4'000, '1'), ""}))
          .value();
  std::size_t sent = 0;
  while (sent < frame.size() && slow.send(frame.substr(sent, 1)) == 1 && !slow.is_readable(10ms)) {
    ++sent;
  }
  EXPECT_LT(sent, frame.size());
  EXPECT_TRUE(slow.is_closed());
  peer.echo("after", 1);
}

TEST(ControlHostile, SlowReadersAreGivenUpAndTakeBoundedMemory) {
  constexpr int readers = 40;
  constexpr std::size_t reply_bytes = 1'900'000;
  const hosted_runtime host(20);  // a second and a half to take a reply
  raw_connection peer(host);
  const auto run =
      std::get<start_reply>(peer.ask(start_request{"keep", "large", "", "[]"}).value()).run;
  peer.ask(signal_request{"large", "other", "\"" + std::string(reply_bytes, 'x') + "\"", ""});
  ASSERT_GT(std::get<control::record_page>(peer.ask(control::read_history{run}).value()).raw.size(),
            1u);
  host.forget_peak();
  const auto before = host.resident_bytes();
  const auto descriptors = host.descriptors();
  std::vector<raw_connection> slow;
  const auto question = control::encode(1, control::request(control::read_history{run})).value();
  for (int i = 0; i < readers; ++i) {
    slow.emplace_back(host).send(question);
    if (i % 10 == 0) peer.echo("during-" + std::to_string(i), i);
  }
  for (auto& each : slow) ASSERT_TRUE(each.is_readable(20s));  // its reply has begun
  const auto grown = std::int64_t(host.peak_bytes()) - std::int64_t(before);
  std::printf("%d readers that take nothing of %zu bytes: memory grew by %lld KiB\n", readers,
              reply_bytes, static_cast<long long>(grown / 1'024));
  // A reply each, and one in the making.
  EXPECT_LT(grown, std::int64_t((readers + 8) * reply_bytes + 4 * megabyte + sanitizer_bytes));
  // The runtime gives them up: then its end is closed, though nothing was read.
  EXPECT_TRUE(peer.ask_until([&] { return host.descriptors() <= descriptors; }));
  for (auto& each : slow) EXPECT_FALSE(each.reply());
  peer.echo("after", 1);
}

}  // namespace
}  // namespace theus
