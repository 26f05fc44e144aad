#include "theus/journal/codec.hpp"

#include "fuzz/record_words.hpp"
#include "fuzz/targets.hpp"
#include "hash.hpp"

namespace theus::fuzz {
namespace {

using journal::bytes_of;

// Tight, so that memory taken before a limit was looked at passes libFuzzer's own limit.
journal::limits tight() {
  journal::limits bounds;
  bounds.record_bytes = 128 * 1024;
  bounds.events_per_record = 1'000;
  bounds.commands_per_record = 1'000;
  return bounds;
}

// A record that was read may have a smaller form than the one this build writes.
journal::limits wide() {
  journal::limits bounds;
  bounds.payload_bytes = bounds.name_bytes = bounds.scope_bytes = bounds.record_bytes;
  return bounds;
}

}  // namespace

void record(input bytes) {
  std::string packed;
  if (!bytes.empty() && bytes[0] == 'w') {
    packed = packed_record(bytes.subspan(1));
    bytes = bytes_of(packed);
  }
  const auto read = journal::decode(bytes, tight());
  if (!read) {
    const errc code = read.error().code;
    require(code == errc::corrupt || code == errc::unknown_version || code == errc::limit_exceeded,
            "a record is refused with one of three errors");
    require(!read.error().message.empty(), "a refusal says why");
    return;
  }
  const auto written = journal::encode(*read, wide());
  require(written.has_value(), "what decodes can be encoded");
  const auto again = journal::decode(bytes_of(*written), wide());
  require(again.has_value(), "what was encoded decodes");
  require(*again == *read, "a record survives encoding");
  require(journal::encode(*again, wide()).value() == *written, "equal records have equal bytes");
}

}  // namespace theus::fuzz
