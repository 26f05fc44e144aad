#include "runtime/control_frames.hpp"

#include <cstring>
#include <random>

#include <gmock/gmock.h>

#include "theus/runtime/promise_state.hpp"

namespace theus::control {
namespace {

using ::testing::HasSubstr;

std::span<const std::uint8_t> message_of(const std::string& frame) {
  return {reinterpret_cast<const std::uint8_t*>(frame.data()) + frame_header_bytes,
          frame.size() - frame_header_bytes};
}

std::span<const std::uint8_t> bytes_of(const std::vector<std::uint64_t>& words) {
  return {reinterpret_cast<const std::uint8_t*>(words.data()), 8 * words.size()};
}

std::array<std::uint8_t, frame_header_bytes> header(std::uint32_t length) {
  std::array<std::uint8_t, frame_header_bytes> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    bytes[i] = static_cast<std::uint8_t>(length >> (8 * i));
  }
  return bytes;
}

journal::run_id some_run() { return journal::run_id::make(7, 8, 9); }

journal::hash256 some_hash(std::uint8_t byte) {
  journal::hash256 hash;
  hash.bytes.fill(byte);
  return hash;
}

numbered<request> there_and_back(const request& what) {
  const auto frame = encode(41, what).value();
  EXPECT_EQ(length_in(std::span<const std::uint8_t, 4>(
                          reinterpret_cast<const std::uint8_t*>(frame.data()), 4),
                      max_frame_bytes)
                .value(),
            frame.size() - frame_header_bytes);
  return decode_request(message_of(frame)).value();
}

numbered<reply> there_and_back(const reply& what) {
  return decode_reply(message_of(encode(42, what).value())).value();
}

journal::instance_row a_row() {
  return {some_run(),
          "id",
          "type",
          "request",
          journal::run_status::failed,
          journal::wall_time(std::chrono::microseconds(5)),
          journal::wall_time(std::chrono::microseconds(-6))};
}

TEST(ControlFrames, RequestsComeBackAsTheyWere) {
  const auto start = there_and_back(start_request{"checkout", "order-ü", "again", "[1]"});
  EXPECT_EQ(start.number, 41u);
  const auto& started = std::get<start_request>(start.what);
  EXPECT_EQ(started.workflow_type, "checkout");
  EXPECT_EQ(started.workflow_id, "order-ü");
  EXPECT_EQ(started.request_id, "again");
  EXPECT_EQ(started.arguments, "[1]");

  const auto listed =
      there_and_back(list_instances{{journal::run_status::running, "checkout", some_run()}, 17});
  const auto& list = std::get<list_instances>(listed.what);
  EXPECT_EQ(list.filter.status, journal::run_status::running);
  EXPECT_EQ(list.filter.after, some_run());
  EXPECT_EQ(list.limit, 17u);
  const auto unfiltered = there_and_back(list_instances{});
  EXPECT_FALSE(std::get<list_instances>(unfiltered.what).filter.status);

  const auto read = there_and_back(read_history{some_run(), journal::sequence{99}, 3});
  EXPECT_EQ(std::get<read_history>(read.what).from, journal::sequence{99});

  const std::string binary("\0\1\2", 3);
  const auto imported = there_and_back(import_run{{some_run(), {"one", binary}}});
  EXPECT_EQ(std::get<import_run>(imported.what).run,
            (journal::history{some_run(), {"one", binary}}));
}

TEST(ControlFrames, RequestsOfCheckpointsComeBackAsTheyWere) {
  const journal::checkpoint_id id{some_run(), journal::sequence{1'000'000'000'000}};
  const auto listed = there_and_back(list_checkpoints{some_run()});
  EXPECT_EQ(std::get<list_checkpoints>(listed.what).run, some_run());
  const auto read = there_and_back(read_checkpoint{id, 5'000'000'000});
  EXPECT_EQ(std::get<read_checkpoint>(read.what).id, id);
  EXPECT_EQ(std::get<read_checkpoint>(read.what).from, 5'000'000'000u);
  const auto nodes = there_and_back(read_nodes{{some_hash(1), some_hash(2)}});
  EXPECT_EQ(std::get<read_nodes>(nodes.what).wanted, (std::vector{some_hash(1), some_hash(2)}));
  EXPECT_EQ(std::get<take_one>(there_and_back(take_one{some_run()}).what).run, some_run());
  EXPECT_EQ(std::get<verify_one>(there_and_back(verify_one{id}).what).id, id);
  EXPECT_EQ(std::get<trim_run>(there_and_back(trim_run{some_run()}).what).run, some_run());
}

TEST(ControlFrames, RepliesOfCheckpointsComeBackAsTheyWere) {
  checkpoint_list list{{{journal::sequence{7}, "", 100, 3}, {journal::sequence{5}, "rot", 0, 0}},
                       std::nullopt};
  const auto plain = std::get<checkpoint_list>(there_and_back(reply(list)).what);
  ASSERT_EQ(plain.rows.size(), 2u);
  EXPECT_EQ(plain.rows[0].at, journal::sequence{7});
  EXPECT_EQ(plain.rows[0].bytes, 100u);
  EXPECT_EQ(plain.rows[0].roots, 3u);
  EXPECT_EQ(plain.rows[1].damage, "rot");
  EXPECT_FALSE(plain.trimmed);
  list.trimmed = {journal::sequence{5}, journal::sequence{9}, some_hash(3), some_hash(4)};
  EXPECT_EQ(std::get<checkpoint_list>(there_and_back(reply(list)).what).trimmed, list.trimmed);

  const auto piece = std::get<checkpoint_piece>(
      there_and_back(reply(checkpoint_piece{99, std::string("\0x", 2), {some_hash(5)}})).what);
  EXPECT_EQ(piece.total, 99u);
  EXPECT_EQ(piece.bytes, std::string("\0x", 2));
  EXPECT_EQ(piece.roots, std::vector{some_hash(5)});
  const auto page = std::get<node_page>(there_and_back(reply(node_page{{"node", ""}})).what);
  EXPECT_EQ(page.nodes, (std::vector<std::string>{"node", ""}));
  const taken_checkpoint made{journal::sequence{8}, journal::sequence{4}, 3, 2, 1, 5, {"spoilt"}};
  const auto taken = std::get<taken_checkpoint>(there_and_back(reply(made)).what);
  EXPECT_EQ(taken.at, made.at);
  EXPECT_EQ(taken.from, made.from);
  EXPECT_EQ(taken.records, 3u);
  EXPECT_EQ(taken.steps, 2u);
  EXPECT_EQ(taken.nodes, 1u);
  EXPECT_EQ(taken.bytes, 5u);
  EXPECT_EQ(taken.damaged, made.damaged);
  const auto through = there_and_back(reply(trimmed_through{journal::sequence{6}}));
  EXPECT_EQ(std::get<trimmed_through>(through.what).at, journal::sequence{6});
}

TEST(ControlFrames, RepliesComeBackAsTheyWere) {
  const auto refused = there_and_back(reply(error{errc::run_finished, "it has finished"}));
  EXPECT_EQ(std::get<error>(refused.what).code, errc::run_finished);
  EXPECT_EQ(std::get<error>(refused.what).message, "it has finished");

  const journal::failure_info failure{"card", "declined", {{"bank", "closed", {}}}};
  const auto ended =
      there_and_back(reply(run_outcome{some_run(), journal::run_status::failed, "", failure}));
  EXPECT_EQ(std::get<run_outcome>(ended.what).failure, failure);

  const auto rows = there_and_back(reply(instance_page{{a_row(), a_row()}, false}));
  EXPECT_EQ(std::get<instance_page>(rows.what).rows, (std::vector{a_row(), a_row()}));
  EXPECT_FALSE(std::get<instance_page>(rows.what).is_last);

  const auto records = there_and_back(reply(record_page{{"raw", ""}, true}));
  EXPECT_EQ(std::get<record_page>(records.what).raw, (std::vector<std::string>{"raw", ""}));

  runtime_status status{99, "full", {}};
  status.counters.turns = 5;
  status.counters.frames = 6;
  const auto told = there_and_back(reply(status));
  EXPECT_EQ(std::get<runtime_status>(told.what).process_id, 99u);
  EXPECT_EQ(std::get<runtime_status>(told.what).counters.turns, 5u);
  EXPECT_EQ(std::get<runtime_status>(told.what).counters.frames, 6u);
}

TEST(ControlFrames, QueriesAndTheirAnswersComeBackAsTheyWere) {
  const auto asked = there_and_back(query_request{"order-ü", "above", "[500]"});
  const auto& query = std::get<query_request>(asked.what);
  EXPECT_EQ(query.id, "order-ü");
  EXPECT_EQ(query.name, "above");
  EXPECT_EQ(query.arguments, "[500]");
  const auto answered = there_and_back(reply(query_reply{R"({"lines":2})"}));
  EXPECT_EQ(std::get<query_reply>(answered.what).value, R"({"lines":2})");
}

TEST(ControlFrames, SettlementsOfPromisesComeBackAsTheyWere) {
  const auto resolved = there_and_back(settle_request{"a token", R"({"lines":2})"});
  EXPECT_EQ(std::get<settle_request>(resolved.what).token, "a token");
  EXPECT_EQ(std::get<settle_request>(resolved.what).outcome, settlement(R"({"lines":2})"));
  const settlement no = journal::failure_info{"late", "too late", {{"clock", "fast", {}}}};
  const auto rejected = there_and_back(settle_request{"a token", no});
  EXPECT_EQ(std::get<settle_request>(rejected.what).outcome, no);
}

TEST(ControlFrames, UpdatesAndTheirAnswersComeBackAsTheyWere) {
  update_request asked{"cart", "add", R"(["a chair",2])", "form-8", update_stage::accepted};
  const auto plain = std::get<update_request>(there_and_back(asked).what);
  EXPECT_EQ(plain.workflow_id, "cart");
  EXPECT_EQ(plain.name, "add");
  EXPECT_EQ(plain.arguments, R"(["a chair",2])");
  EXPECT_EQ(plain.update_id, "form-8");
  EXPECT_EQ(plain.stage, update_stage::accepted);
  EXPECT_FALSE(plain.start);
  asked.stage = update_stage::completed;
  asked.start = start_request{"shop", "cart", "begin", "[1]"};
  const auto with_start = std::get<update_request>(there_and_back(asked).what);
  EXPECT_EQ(with_start.stage, update_stage::completed);
  ASSERT_TRUE(with_start.start);
  EXPECT_EQ(with_start.start->workflow_type, "shop");
  EXPECT_EQ(with_start.start->request_id, "begin");
  EXPECT_EQ(with_start.start->arguments, "[1]");
}

TEST(ControlFrames, StartsWithPoliciesAndSignalsComeBackAsTheyWere) {
  start_request asked{"shop", "cart", "begin", "[1]", id_policy::replace};
  const auto plain = std::get<start_request>(there_and_back(asked).what);
  EXPECT_EQ(plain.policy, id_policy::replace);
  EXPECT_FALSE(plain.signal);
  asked.policy = id_policy::after_failure;
  asked.signal = {"added", R"("a chair")"};
  const auto with_signal = std::get<start_request>(there_and_back(asked).what);
  EXPECT_EQ(with_signal.policy, id_policy::after_failure);
  ASSERT_TRUE(with_signal.signal);
  EXPECT_EQ(with_signal.signal->name, "added");
  EXPECT_EQ(with_signal.signal->value, R"("a chair")");
}

TEST(ControlFrames, LengthIsCheckedBeforeAnythingIsAllocated) {
  EXPECT_EQ(length_in(header(1 << 30), max_frame_bytes).error().code, errc::limit_exceeded);
  EXPECT_EQ(length_in(header(0xFFFFFFFF), max_frame_bytes).error().code, errc::limit_exceeded);
  EXPECT_EQ(length_in(header(max_frame_bytes + 8), max_frame_bytes).error().code,
            errc::limit_exceeded);
  EXPECT_EQ(length_in(header(0), max_frame_bytes).error().code, errc::bad_input);
  EXPECT_EQ(length_in(header(15), max_frame_bytes).error().code, errc::bad_input);
  EXPECT_EQ(length_in(header(max_frame_bytes), max_frame_bytes).value(), max_frame_bytes);
}

TEST(ControlFrames, TooLargeARequestIsRefusedByTheSender) {
  const auto huge = encode(1, signal_request{"id", "name", std::string(max_frame_bytes, 'x'), ""});
  EXPECT_EQ(huge.error().code, errc::limit_exceeded);
}

TEST(ControlFrames, SegmentCountsBeyondTheLimitAreRefused) {
  EXPECT_EQ(decode_request(bytes_of({0xFFFFFFFF, 0, 0})).error().code, errc::limit_exceeded);
  EXPECT_EQ(decode_request(bytes_of({512, 0, 0})).error().code, errc::limit_exceeded);
}

TEST(ControlFrames, SegmentsBeyondTheMessageAreRefused) {
  EXPECT_EQ(decode_request(bytes_of({std::uint64_t{0xFFFFFF} << 32, 0})).error().code,
            errc::bad_input);
  EXPECT_EQ(decode_request(bytes_of({511, 0, 0})).error().code, errc::bad_input);
}

TEST(ControlFrames, PointersBeyondTheSegmentAreRefused) {
  // One segment of one word: a struct far behind the end.
  const auto refused = decode_request(bytes_of({std::uint64_t{1} << 32, 0x0001'0001'0000'FFFC}));
  EXPECT_EQ(refused.error().code, errc::bad_input);
}

TEST(ControlFrames, AnOlderOrNewerClientIsToldTheVersions) {
  // A request whose version is 7: one data word of the two a request has.
  const auto refused = decode_request(bytes_of({std::uint64_t{2} << 32, 0x0000'0001'0000'0000, 7}));
  EXPECT_EQ(refused.error().code, errc::unknown_version);
  EXPECT_THAT(refused.error().message, HasSubstr("version 7"));
}

// Reply 3, an outcome, whose failure names itself as its cause.
TEST(ControlFrames, CyclicPointersEndInAnError) {
  const auto struct_pointer = [](std::int32_t offset, std::uint64_t data, std::uint64_t pointers) {
    return (static_cast<std::uint64_t>(static_cast<std::uint32_t>(offset) << 2)) | data << 32 |
           pointers << 48;
  };
  const std::uint64_t run_data = 1u | 5u << 2 | std::uint64_t{2} << 32 | std::uint64_t{16} << 35;
  const std::vector<std::uint64_t> words{std::uint64_t{13} << 32,
                                         struct_pointer(0, 2, 1),  // the reply
                                         1,                        // its number
                                         3,                        // an outcome
                                         struct_pointer(0, 1, 3),  //
                                         2,                        // failed
                                         run_data,
                                         0,                         // no result
                                         struct_pointer(0, 0, 3),   // the failure
                                         0,                         // no type
                                         0,                         // no message
                                         struct_pointer(-3, 0, 3),  // its cause: the failure
                                         1,
                                         2};
  const auto refused = decode_reply(bytes_of(words));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, errc::bad_input);
  EXPECT_THAT(refused.error().message, HasSubstr("too many causes"));

  auto without_cycle = words;
  without_cycle[11] = 0;
  EXPECT_TRUE(decode_reply(bytes_of(without_cycle)));
}

// Whatever is in a frame, decoding gives a message or an error.
TEST(ControlFrames, DamagedFramesAreReadOrRefused) {
  const std::vector<std::string> good{
      encode(1, request(start_request{"checkout", "id", "again", "[1,2]"})).value(),
      encode(5, request(query_request{"id", "above", "[1,2]"})).value(),
      encode(7, request(settle_request{"a token", journal::failure_info{"late", "no", {}}}))
          .value(),
      encode(6, reply(query_reply{R"({"lines":2})"})).value(),
      encode(2, request(import_run{{some_run(), {"one", "two"}}})).value(),
      encode(3, reply(instance_page{{a_row(), a_row()}, false})).value(),
      encode(4, reply(run_outcome{some_run(),
                                  journal::run_status::failed,
                                  "",
                                  {"card", "declined", {{"bank", "closed", {}}}}}))
          .value()};
  std::mt19937 random(20261122);
  std::size_t read = 0, refused = 0;
  const auto count = [&](bool was_read) { ++(was_read ? read : refused); };
  for (int round = 0; round < 50'000; ++round) {
    std::string frame = good[random() % good.size()];
    for (auto changes = 1 + random() % 4; changes > 0; --changes) {
      frame[frame_header_bytes + random() % (frame.size() - frame_header_bytes)] =
          static_cast<char>(random() % 3 == 0 ? 0xFF : random());
    }
    count(decode_request(message_of(frame)).has_value());
    count(decode_reply(message_of(frame)).has_value());
  }
  EXPECT_GT(read, 1'000u);
  EXPECT_GT(refused, 1'000u);
}

}  // namespace
}  // namespace theus::control
