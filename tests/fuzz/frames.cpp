#include <cstring>

#include "fuzz/targets.hpp"
#include "runtime/control_frames.hpp"

namespace theus::fuzz {
namespace {

using control::frame_header_bytes;

input message_in(const std::string& frame) {
  return input(reinterpret_cast<const std::uint8_t*>(frame.data()), frame.size())
      .subspan(frame_header_bytes);
}

template <class Read>
void there_and_back(input message, Read read) {
  const auto got = read(message);
  if (!got) {
    const errc code = got.error().code;
    require(
        code == errc::bad_input || code == errc::limit_exceeded || code == errc::unknown_version,
        "a frame is refused with one of three errors");
    require(!got.error().message.empty(), "a refusal says why");
    return;
  }
  const auto written = control::encode(got->number, got->what);
  require(written.has_value(), "what was read can be written");
  const auto again = read(message_in(*written));
  require(again.has_value() && again->number == got->number, "what was written can be read");
  require(again->what.index() == got->what.index(), "a message keeps its kind");
  require(control::encode(again->number, again->what).value() == *written,
          "a message survives the wire");
}

}  // namespace

void frames(input bytes) {
  if (bytes.size() < frame_header_bytes) return;
  const auto length =
      control::length_in(bytes.first<frame_header_bytes>(), control::max_frame_bytes);
  if (length) {
    require(*length <= control::max_frame_bytes && *length % 8 == 0, "a length is bounded");
  } else {
    require(length.error().code == errc::limit_exceeded || length.error().code == errc::bad_input,
            "a length is refused with one of two errors");
  }
  // The message is read whatever its header says: the header alone decides how much is taken.
  const input message = bytes.subspan(frame_header_bytes);
  there_and_back(message, control::decode_request);
  there_and_back(message, control::decode_reply);
}

}  // namespace theus::fuzz
