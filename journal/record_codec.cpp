#include <algorithm>
#include <array>
#include <cstring>

#include <capnp/message.h>
#include <capnp/serialize.h>

#include "theus/journal/codec.hpp"

#include "packing.hpp"
#include "record_form.hpp"
#include "record_size.hpp"
#include "word_buffer.hpp"

// Records as bytes: the message of record_form.hpp, packed, behind a byte for its format level.
namespace theus::journal {
namespace {

constexpr int nesting_limit = 64;

[[noreturn]] void refuse(std::string what) {
  throw malformed_record{errc::corrupt, std::move(what)};
}

// The words from the second one on: the segment behind its table.
kj::ArrayPtr<capnp::word> segment_in(word_buffer& buffer, std::size_t words) {
  return kj::arrayPtr(reinterpret_cast<capnp::word*>(buffer.data()) + 1, words - 1);
}

// Of a segment table with one segment: its words, and the table's own one.
std::size_t one_segment_words(std::span<const std::uint8_t> bytes) {
  std::array<std::uint32_t, 2> table;
  std::memcpy(table.data(), bytes.data(), sizeof table);
  if (table[0] != 0) refuse("it has " + std::to_string(std::uint64_t(table[0]) + 1) + " segments");
  return std::size_t(table[1]) + 1;
}

record decode_packed(std::span<const std::uint8_t> packed, const limits& bounds) {
  const std::optional<std::size_t> words = unpacked_words(packed);
  if (!words) refuse("its packing is cut short");
  if (*words > bounds.record_bytes / sizeof(capnp::word)) {
    throw malformed_record{errc::limit_exceeded, "a record unpacks to " +
                                                     std::to_string(*words * sizeof(capnp::word)) +
                                                     " bytes, more than its limit allows"};
  }
  if (*words < 2) refuse("it is shorter than any record");
  word_buffer buffer(*words);
  unpack(packed, buffer.bytes());
  if (one_segment_words(buffer.bytes()) != *words) refuse("its segment has another size");
  capnp::ReaderOptions options;
  // Each object is read once; a message whose pointers share objects costs more and is refused.
  options.traversalLimitInWords = *words + 64;
  options.nestingLimit = nesting_limit;
  const kj::ArrayPtr<const capnp::word> segment = segment_in(buffer, *words);
  const kj::ArrayPtr<const capnp::word> segments[1] = {segment};
  capnp::SegmentArrayMessageReader message(segments, options);
  return read_record(message, bounds);
}

bool concerns_family(const event& e) {
  const auto* start = std::get_if<started>(&e);
  return std::holds_alternative<child_ended>(e) || (start != nullptr && start->parent);
}

bool concerns_family(const command& c) {
  const auto* gone = std::get_if<withdraw>(&c);
  return std::holds_alternative<start_child>(c) ||
         (gone != nullptr && gone->what == withdraw::target::child);
}

bool is_timed(const command& c) {
  const auto* call = std::get_if<schedule_activity>(&c);
  return call != nullptr && !call->timeouts.empty();
}

bool concerns_promise(const event& e) { return std::holds_alternative<promise_settled>(e); }

bool concerns_promise(const command& c) {
  const auto* gone = std::get_if<withdraw>(&c);
  return std::holds_alternative<create_promise>(c) ||
         (gone != nullptr && gone->what == withdraw::target::promise);
}

bool concerns_update(const event& e) { return std::holds_alternative<update_accepted>(e); }
bool concerns_update(const command& c) { return std::holds_alternative<complete_update>(c); }

bool concerns_ending(const event& e) {
  const auto* ended = std::get_if<child_ended>(&e);
  return std::holds_alternative<terminated>(e) || std::holds_alternative<paused>(e) ||
         std::holds_alternative<resumed>(e) ||
         (ended != nullptr && ended->how == child_ended::ending::terminated);
}

bool concerns_ending(const command& c) {
  const auto* child = std::get_if<start_child>(&c);
  return child != nullptr && child->on_parent_close != parent_close::usual;
}

// An anchor keeps what a parent had asked for, too.
std::uint8_t level_of(const anchor& a) {
  const bool is_newer =
      !a.children.empty() || std::ranges::any_of(a.starts, [](const start_child& c) {
        return c.on_parent_close != parent_close::usual;
      });
  return is_newer ? 4 : a.is_in_family() ? 3 : 2;
}

std::uint8_t level_of(const record& r) {
  const auto is_promise = [](const auto& each) { return concerns_promise(each); };
  const auto is_update = [](const auto& each) { return concerns_update(each); };
  const auto is_family = [](const auto& each) { return concerns_family(each); };
  const auto is_ending = [](const auto& each) { return concerns_ending(each); };
  if (const auto* a = std::get_if<anchor>(&r.body)) return level_of(*a);
  const auto* t = std::get_if<turn>(&r.body);
  if (t != nullptr && std::ranges::any_of(t->commands, is_timed)) return 4;
  if (std::ranges::any_of(events_of(r), is_promise)) return 4;
  if (t != nullptr && std::ranges::any_of(t->commands, is_promise)) return 4;
  if (std::ranges::any_of(events_of(r), is_update)) return 4;
  if (t != nullptr && std::ranges::any_of(t->commands, is_update)) return 4;
  if (std::ranges::any_of(events_of(r), is_ending)) return 4;
  if (t != nullptr && std::ranges::any_of(t->commands, is_ending)) return 4;
  if (std::ranges::any_of(events_of(r), is_family)) return 3;
  if (t == nullptr) return 1;
  if (std::ranges::any_of(t->commands, is_family)) return 3;
  const bool is_newer = std::ranges::any_of(t->commands, [](const command& c) {
    return std::holds_alternative<open_scope>(c) || std::holds_alternative<close_scope>(c) ||
           std::holds_alternative<version_marker>(c);
  });
  return is_newer || !t->notes.empty() ? 2 : 1;
}

}  // namespace

result<std::string> encode(const record& r, const limits& bounds) {
  const auto words = checked_words(r, bounds);
  if (!words) return words.error();
  word_buffer buffer(*words);
  capnp::MallocMessageBuilder message(segment_in(buffer, *words));
  write_record(message, r);
  const auto segments = message.getSegmentsForOutput();
  if (segments.size() != 1) return error{errc::limit_exceeded, "a record exceeds its own measure"};
  const std::array<std::uint32_t, 2> head{0, std::uint32_t(segments[0].size())};
  std::memcpy(buffer.data(), head.data(), sizeof head);
  std::string bytes;
  bytes.reserve(1 + (segments[0].size() + 1) * 5);
  bytes.push_back(char(level_of(r)));
  pack(buffer.bytes().first((segments[0].size() + 1) * sizeof(capnp::word)), bytes);
  return bytes;
}

result<record> decode(std::span<const std::uint8_t> bytes, const limits& bounds) {
  if (bytes.empty()) return error{errc::corrupt, "a record is empty"};
  if (bytes[0] > format_level) {
    return error{errc::unknown_version, "a record has format level " + std::to_string(bytes[0]) +
                                            ", this build reads up to " +
                                            std::to_string(format_level)};
  }
  if (bytes[0] == 0) return error{errc::corrupt, "a record has format level 0"};
  try {
    return decode_packed(bytes.subspan(1), bounds);
  } catch (const malformed_record& bad) {
    if (bad.code == errc::limit_exceeded) return error{bad.code, bad.what};
    return error{bad.code, "a record is malformed: " + bad.what};
  } catch (const kj::Exception& bad) {
    return error{errc::corrupt,
                 std::string("a record is malformed: ") + bad.getDescription().cStr()};
  }
}

}  // namespace theus::journal
