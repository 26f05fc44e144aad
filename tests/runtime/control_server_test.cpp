#include "theus/runtime/control_server.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <gmock/gmock.h>

#include "theus/runtime/queries.hpp"
#include "theus/workflows.hpp"

#include "runtime/control_frames.hpp"
#include "runtime/control_socket.hpp"
#include "runtime/support/engine_world.hpp"

namespace theus {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using theus::testing::engine_world;

constexpr theus::signal<int> number_signal{"number"};

workflow<int> doubled(context& ctx, int addend) {
  ctx["addend"] = addend;
  const int number = co_await ctx.receive(number_signal);
  co_return 2 * number + addend;
}

constexpr query<int(int)> plus_addend{"plus_addend"};

int plus_addend_of(view run, int number) {
  if (number < 0) throw std::range_error("it is negative");
  return number + run["addend"].as<int>();
}

application doubling() {
  application app;
  app.add("doubled", doubled);
  app.bind("doubled", plus_addend, plus_addend_of);
  return app;
}

// A peer that sends whatever bytes it likes. It never blocks: the world is one thread.
class raw_peer {
 public:
  explicit raw_peer(const std::filesystem::path& folder)
      : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    const auto opened = control_folder::open(folder).value();
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    opened.socket_path().copy(address.sun_path, sizeof(address.sun_path) - 1);
    EXPECT_EQ(::connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0)
        << std::strerror(errno);
  }
  ~raw_peer() { ::close(fd_); }

  void send(const std::string& bytes) {
    EXPECT_EQ(::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL),
              static_cast<ssize_t>(bytes.size()));
  }
  // What came in so far.
  const std::string& received() {
    char some[4096];
    for (ssize_t got = 0; (got = ::recv(fd_, some, sizeof(some), 0)) >= 0;) {
      if (got == 0) {
        closed_ = true;
        break;
      }
      received_.append(some, static_cast<std::size_t>(got));
    }
    return received_;
  }
  bool is_closed() {
    received();
    return closed_;
  }
  // The oldest reply that was not taken yet.
  std::optional<control::reply> reply() {
    const auto& bytes = received();
    if (bytes.size() < control::frame_header_bytes) return std::nullopt;
    const auto* data = reinterpret_cast<const std::uint8_t*>(bytes.data());
    const auto length =
        control::length_in(std::span<const std::uint8_t, 4>(data, 4), control::max_frame_bytes)
            .value();
    if (bytes.size() < length + control::frame_header_bytes) return std::nullopt;
    auto decoded = control::decode_reply({data + control::frame_header_bytes, length}).value();
    received_.erase(0, length + control::frame_header_bytes);
    return std::move(decoded.what);
  }

 private:
  int fd_;
  std::string received_;
  bool closed_ = false;
};

class ControlServer : public ::testing::Test {
 protected:
  ControlServer() : world(doubling()) {
    char pattern[] = "/tmp/theus-control-XXXXXX";
    folder = ::mkdtemp(pattern);
    world.open();
  }
  ~ControlServer() override {
    if (server) close();
    world.close();
    std::filesystem::remove_all(folder);
  }

  void serve(control_limits limits = {}) {
    auto opened = control_server::open(
        folder,
        {world.running(), world.store(), world.clock, world.io().get_executor(),
         [](const journal::payload& value) -> std::optional<std::string> {
           if (value != "not json") return std::nullopt;
           return "it is not";
         }},
        limits);
    ASSERT_TRUE(opened) << opened.error().message;
    server = std::move(*opened);
    world.settle();
  }
  void close() {
    bool closed = false;
    server->close([&] { closed = true; });
    world.settle();
    EXPECT_TRUE(closed);
    server.reset();
  }
  std::optional<control::reply> ask(raw_peer& peer, const control::request& what) {
    peer.send(control::encode(1, what).value());
    world.settle();
    return peer.reply();
  }
  template <class T>
  T ask_for(raw_peer& peer, const control::request& what) {
    const auto reply = ask(peer, what);
    if (!reply || !std::holds_alternative<T>(*reply)) {
      ADD_FAILURE() << "no such reply";
      return {};
    }
    return std::get<T>(*reply);
  }
  // The peer was told why, and is gone.
  error refusal(raw_peer& peer) {
    world.settle();
    const auto reply = peer.reply();
    EXPECT_TRUE(peer.is_closed());
    if (!reply || !std::holds_alternative<error>(*reply)) {
      ADD_FAILURE() << "no refusal";
      return {};
    }
    return std::get<error>(*reply);
  }
  void expect_served(raw_peer& peer) {
    ask_for<control::runtime_status>(peer, control::ask_status{});
  }

  engine_world world;
  std::filesystem::path folder;
  std::unique_ptr<control_server> server;
};

TEST_F(ControlServer, AnswersEveryRequest) {
  serve();
  raw_peer peer(folder);
  const auto started = ask_for<start_reply>(peer, start_request{"doubled", "two", "again", "[1]"});
  EXPECT_FALSE(started.already_started);
  EXPECT_TRUE(
      ask_for<start_reply>(peer, start_request{"doubled", "two", "again", "[1]"}).already_started);
  const auto row = ask_for<journal::instance_row>(peer, control::find_run{"two"});
  EXPECT_EQ(row.run, started.run);
  EXPECT_EQ(ask_for<journal::instance_row>(peer, control::find_run{row.run.to_string()}), row);
  EXPECT_EQ(ask_for<control::instance_page>(peer, control::list_instances{}).rows,
            std::vector{row});
  const query_request asked{"two", "plus_addend", "[40]"};
  EXPECT_EQ(ask_for<control::query_reply>(peer, asked).value, "41");
  ask_for<control::done>(peer, signal_request{"two", "number", "20", ""});
  const auto ended = ask_for<run_outcome>(peer, control::wait_for_outcome{"two"});
  EXPECT_EQ(ended.status, journal::run_status::completed);
  EXPECT_EQ(ended.result, "41");
  EXPECT_EQ(ask_for<control::query_reply>(peer, asked).value, "41");
  const auto records = ask_for<control::record_page>(peer, control::read_history{row.run});
  EXPECT_EQ(records.raw, world.store().read_raw(row.run, journal::first_sequence, 100).value());
  EXPECT_TRUE(records.is_last);
  EXPECT_TRUE(ask_for<std::vector<stuck_run>>(peer, control::list_stuck{}).empty());
  EXPECT_EQ(ask_for<control::runtime_status>(peer, control::ask_status{}).process_id,
            static_cast<std::uint32_t>(::getpid()));
}

TEST_F(ControlServer, AnswersEveryRequestOfCheckpoints) {
  serve();
  raw_peer peer(folder);
  const auto run = ask_for<start_reply>(peer, start_request{"doubled", "two", "", "[1]"}).run;
  EXPECT_TRUE(ask_for<control::checkpoint_list>(peer, control::list_checkpoints{run}).rows.empty());
  EXPECT_EQ(ask_for<error>(peer, control::trim_run{run}).code, errc::not_found);
  const auto taken = ask_for<taken_checkpoint>(peer, control::take_one{run});
  EXPECT_EQ(taken.at, journal::first_sequence);
  const journal::checkpoint_id id{run, taken.at};
  const auto listed = ask_for<control::checkpoint_list>(peer, control::list_checkpoints{run});
  ASSERT_EQ(listed.rows.size(), 1u);
  EXPECT_EQ(listed.rows[0].at, taken.at);
  EXPECT_FALSE(listed.trimmed);
  ask_for<control::done>(peer, control::verify_one{id});

  const auto row = world.store().checkpoint(id).value().value();
  const auto piece = ask_for<control::checkpoint_piece>(peer, control::read_checkpoint{id, 0});
  EXPECT_EQ(piece.bytes, row.bytes);
  EXPECT_EQ(piece.total, row.bytes.size());
  EXPECT_EQ(piece.roots, row.roots);
  const auto end =
      ask_for<control::checkpoint_piece>(peer, control::read_checkpoint{id, row.bytes.size() - 3});
  EXPECT_EQ(end.bytes, row.bytes.substr(row.bytes.size() - 3));
  EXPECT_TRUE(end.roots.empty());
  EXPECT_TRUE(
      ask_for<control::checkpoint_piece>(peer, control::read_checkpoint{id, ~std::uint64_t{0}})
          .bytes.empty());
  auto wanted = row.roots;
  wanted.push_back({});
  const auto nodes = ask_for<control::node_page>(peer, control::read_nodes{wanted});
  ASSERT_EQ(nodes.nodes.size(), wanted.size());
  EXPECT_EQ(nodes.nodes.front(), world.store().node(wanted.front()).value());
  EXPECT_EQ(nodes.nodes.back(), "");

  EXPECT_EQ(ask_for<control::trimmed_through>(peer, control::trim_run{run}).at, taken.at);
  const auto after = ask_for<control::checkpoint_list>(peer, control::list_checkpoints{run});
  ASSERT_TRUE(after.trimmed);
  EXPECT_EQ(after.trimmed->through, taken.at);
  EXPECT_EQ(ask_for<error>(peer, control::trim_run{run}).code, errc::trimmed);
  EXPECT_EQ(ask_for<error>(peer, control::read_checkpoint{{run, journal::sequence{9}}, 0}).code,
            errc::not_found);
  EXPECT_EQ(ask_for<error>(peer, control::verify_one{{run, journal::sequence{9}}}).code,
            errc::not_found);
  ask_for<control::done>(peer, signal_request{"two", "number", "20", ""});
  EXPECT_EQ(ask_for<run_outcome>(peer, control::wait_for_outcome{"two"}).result, "41");
}

TEST_F(ControlServer, NodesComeInPages) {
  serve();
  std::vector<journal::stored_node> stored;
  std::vector<journal::hash256> wanted;
  for (char c = 'a'; c < 'e'; ++c) {
    const std::string bytes(100, c);
    const std::span text(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
    stored.push_back({journal::hash_of(text), bytes});
    wanted.push_back(stored.back().hash);
  }
  ASSERT_TRUE(world.store().put_nodes(stored, world.store().opened()));
  const auto page = read_node_page(world.store(), wanted, 100, 101).value();
  EXPECT_EQ(page.nodes, (std::vector{stored[0].bytes, stored[1].bytes}));
  EXPECT_EQ(read_node_page(world.store(), wanted, 3, 1'000)->nodes.size(), 3u);
  // One that is too large for a page comes alone.
  EXPECT_EQ(read_node_page(world.store(), wanted, 100, 1)->nodes.size(), 1u);
  raw_peer peer(folder);
  const std::vector<journal::hash256> none(control::max_page_rows + 5);
  EXPECT_EQ(ask_for<control::node_page>(peer, control::read_nodes{none}).nodes.size(),
            control::max_page_rows);
}

TEST_F(ControlServer, ErrorsKeepTheirType) {
  serve();
  raw_peer peer(folder);
  const auto code_of = [&](const control::request& what) {
    return ask_for<error>(peer, what).code;
  };
  EXPECT_EQ(code_of(start_request{"tripled", "x", "", "[]"}), errc::unknown_workflow);
  EXPECT_EQ(code_of(start_request{"doubled", "x", "", "[\"one\"]"}), errc::wrong_type);
  EXPECT_EQ(code_of(start_request{"doubled", std::string(2'000, 'x'), "", "[1]"}),
            errc::limit_exceeded);
  EXPECT_EQ(code_of(signal_request{"nobody", "number", "1", ""}), errc::not_found);
  EXPECT_EQ(code_of(signal_request{"nobody", "number", "not json", ""}), errc::bad_input);
  EXPECT_EQ(code_of(control::find_run{"nobody"}), errc::not_found);
  EXPECT_EQ(code_of(control::wait_for_outcome{"nobody"}), errc::not_found);
  EXPECT_EQ(code_of(query_request{"nobody", "plus_addend", "[1]"}), errc::not_found);
  ask_for<start_reply>(peer, start_request{"doubled", "two", "", "[1]"});
  EXPECT_EQ(code_of(query_request{"two", "plus", "[1]"}), errc::unknown_query);
  EXPECT_EQ(code_of(query_request{"two", "plus_addend", "[\"1\"]"}), errc::wrong_type);
  EXPECT_EQ(code_of(query_request{"two", "plus_addend", "not json"}), errc::wrong_type);
  EXPECT_EQ(code_of(query_request{"two", "plus_addend", "[-1]"}), errc::query_failed);
}

TEST_F(ControlServer, WaitsForARunThatIsNotOver) {
  serve();
  raw_peer waiting(folder);
  ask(waiting, start_request{"doubled", "two", "", "[0]"});
  EXPECT_FALSE(ask(waiting, control::wait_for_outcome{"two"}));
  world.advance(1h);
  EXPECT_FALSE(waiting.is_closed());
  raw_peer other(folder);
  ask(other, signal_request{"two", "number", "4", ""});
  EXPECT_EQ(std::get<run_outcome>(waiting.reply().value()).result, "8");
}

TEST_F(ControlServer, HistoriesComeInPages) {
  serve();
  raw_peer peer(folder);
  const auto run = ask_for<start_reply>(peer, start_request{"doubled", "two", "", "[0]"}).run;
  ask(peer, signal_request{"two", "number", "4", ""});
  const auto all = world.store().read_raw(run, journal::first_sequence, 100).value();
  ASSERT_GE(all.size(), 2u);
  auto from = journal::first_sequence;
  std::vector<std::string> paged;
  for (bool is_last = false; !is_last; from = journal::next(from)) {
    auto page = ask_for<control::record_page>(peer, control::read_history{run, from, 1});
    is_last = page.is_last;
    ASSERT_LE(page.raw.size(), 1u);
    if (!page.raw.empty()) paged.push_back(page.raw.front());
  }
  EXPECT_EQ(paged, all);
}

TEST_F(ControlServer, HostileFramesAreRefusedAndHarmNobodyElse) {
  serve();
  raw_peer peer(folder);
  const std::pair<std::string, errc> hostile[] = {
      {std::string("\xFF\xFF\xFF\xFF", 4), errc::limit_exceeded},
      {std::string("\0\0\0\x40", 4), errc::limit_exceeded},  // 1 GiB
      {std::string("\x07\0\0\0", 4), errc::bad_input},
      {std::string("\x08\0\0\0\xFF\xFF\xFF\xFF\0\0\0\0", 12), errc::limit_exceeded},  // segments
      {std::string("\x10\0\0\0", 4) + std::string(16, '\x5A'), errc::limit_exceeded},
      {std::string("\x10\0\0\0\0\0\0\0\xFF\xFF\xFF\0", 12) + std::string(8, '\0'),
       errc::bad_input}};
  for (const auto& [bytes, code] : hostile) {
    raw_peer attacker(folder);
    attacker.send(bytes);
    EXPECT_EQ(refusal(attacker).code, code);
    expect_served(peer);
  }
}

TEST_F(ControlServer, AHalfSentFrameIsClosedAfterItsTime) {
  serve({.frame_timeout = 10s, .idle_timeout = 60s});
  raw_peer slow(folder);
  const auto frame = control::encode(1, control::request(control::ask_status{})).value();
  slow.send(frame.substr(0, frame.size() - 1));
  world.settle();
  world.advance(9s);
  EXPECT_FALSE(slow.is_closed());
  world.advance(2s);
  EXPECT_TRUE(slow.is_closed());
}

TEST_F(ControlServer, AnIdleConnectionIsClosedAfterItsTime) {
  serve({.idle_timeout = 60s});
  raw_peer idle(folder), half_a_header(folder);
  half_a_header.send("\x10");
  expect_served(idle);
  world.advance(59s);
  EXPECT_FALSE(idle.is_closed());
  world.advance(2s);
  EXPECT_TRUE(idle.is_closed());
  EXPECT_TRUE(half_a_header.is_closed());
}

TEST_F(ControlServer, DeadlinesDoNotFollowAWallClockThatJumps) {
  serve({.frame_timeout = 10s, .idle_timeout = 60s});
  raw_peer idle(folder), slow(folder);
  const auto frame = control::encode(1, control::request(control::ask_status{})).value();
  slow.send(frame.substr(0, 20));
  world.settle();
  for (const auto jump : {10 * 365 * 24h, -24h, -20 * 365 * 24h}) {
    world.clock.set(world.clock.now() + jump);
    world.settle();
    EXPECT_FALSE(idle.is_closed());
    EXPECT_FALSE(slow.is_closed());
  }
  world.advance(11s);
  EXPECT_TRUE(slow.is_closed());
  EXPECT_FALSE(idle.is_closed());
  world.advance(50s);
  EXPECT_TRUE(idle.is_closed());
}

TEST_F(ControlServer, AReplyThatNobodyTakesIsGivenUp) {
  serve({.write_timeout = 30s});
  // Replies of 2 MB, far more than a socket's buffer.
  const journal::payload large = "\"" + std::string(1'900'000, 'x') + "\"";
  world.start("doubled", "two", "[1]");
  for (int i = 0; i < 3; ++i) world.signal("two", "other", large);
  raw_peer slow(folder);
  slow.send(
      control::encode(1, control::request(control::read_history{world.run_of("two")})).value());
  world.settle();
  world.advance(29s);
  world.advance(2s);
  std::size_t got = 0;
  while (!slow.is_closed()) got = slow.received().size();
  EXPECT_LT(got, 1'900'000u);
}

TEST_F(ControlServer, OneConnectionTooManyIsToldSo) {
  serve({.connections = 3});
  auto first = std::make_unique<raw_peer>(folder);
  raw_peer second(folder), third(folder);
  world.settle();
  for (int i = 0; i < 100; ++i) {
    raw_peer fourth(folder);
    const auto told = refusal(fourth);
    EXPECT_EQ(told.code, errc::limit_exceeded);
    EXPECT_THAT(told.message, HasSubstr("3 connections"));
  }
  first.reset();
  world.settle();
  raw_peer next_one(folder);
  expect_served(next_one);
}

TEST_F(ControlServer, AWaiterThatWentAwayFreesItsPlace) {
  serve({.connections = 1});
  {
    raw_peer waiting(folder);
    ask(waiting, start_request{"doubled", "two", "", "[0]"});
    EXPECT_FALSE(ask(waiting, control::wait_for_outcome{"two"}));
  }
  world.settle();
  raw_peer next_one(folder);
  expect_served(next_one);
  // The answer that the first one wanted finds nobody.
  ask(next_one, signal_request{"two", "number", "4", ""});
  expect_served(next_one);
}

TEST_F(ControlServer, ASecondRequestBeforeTheReplyIsRefused) {
  serve();
  raw_peer hasty(folder);
  ask(hasty, start_request{"doubled", "two", "", "[0]"});
  hasty.send(control::encode(1, control::request(control::wait_for_outcome{"two"})).value());
  world.settle();
  hasty.send(control::encode(2, control::request(control::ask_status{})).value());
  EXPECT_EQ(refusal(hasty).code, errc::bad_input);
}

TEST_F(ControlServer, TheSocketIsForItsOwnerOnly) {
  const auto before = ::umask(0);
  serve();
  ::umask(before);
  struct stat seen{};
  ASSERT_EQ(::stat((folder / "control.sock").c_str(), &seen), 0);
  EXPECT_TRUE(S_ISSOCK(seen.st_mode));
  EXPECT_EQ(seen.st_mode & 07777, 0600u);
}

TEST_F(ControlServer, ASocketOfADeadProcessIsReplaced) {
  {
    const int dead = ::socket(AF_UNIX, SOCK_STREAM, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    (folder / "control.sock").string().copy(address.sun_path, sizeof(address.sun_path) - 1);
    ASSERT_EQ(::bind(dead, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
    ::close(dead);
  }
  serve();
  raw_peer peer(folder);
  expect_served(peer);
  close();
  EXPECT_FALSE(std::filesystem::exists(folder / "control.sock"));
}

TEST_F(ControlServer, AFileInItsPlaceIsNotRemoved) {
  std::ofstream(folder / "control.sock") << "mine";
  const auto refused = control_server::open(
      folder, {world.running(), world.store(), world.clock, world.io().get_executor(), {}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::io_error);
  EXPECT_TRUE(std::filesystem::exists(folder / "control.sock"));
}

TEST_F(ControlServer, ALongFolderIsReachedAllTheSame) {
  folder /= std::string(120, 'd');
  std::filesystem::create_directory(folder);
  serve();
  {
    raw_peer peer(folder);
    expect_served(peer);
  }
  close();
  EXPECT_FALSE(std::filesystem::exists(folder / "control.sock"));
  folder = folder.parent_path();
}

TEST_F(ControlServer, ClosingEndsEveryConnection) {
  serve();
  raw_peer idle(folder), waiting(folder);
  ask(waiting, start_request{"doubled", "two", "", "[0]"});
  ask(waiting, control::wait_for_outcome{"two"});
  close();
  EXPECT_TRUE(idle.is_closed());
  EXPECT_TRUE(waiting.is_closed());
}

}  // namespace
}  // namespace theus
