#include "control_frames.hpp"

#include <control.capnp.h>

#include <cstring>
#include <utility>

#include <capnp/message.h>
#include <capnp/serialize.h>

#include "control_replies.hpp"
#include "control_requests.hpp"

namespace theus::control {
namespace {

result<std::string> frame_of(capnp::MallocMessageBuilder& message, std::size_t max_bytes) {
  const auto segments = message.getSegmentsForOutput();
  const std::size_t size = capnp::computeSerializedSizeInWords(segments) * sizeof(capnp::word);
  if (size > max_bytes) return too_large(size, max_bytes);
  const auto flat = capnp::messageToFlatArray(segments);
  const auto bytes = flat.asBytes();
  return framed(std::string_view(reinterpret_cast<const char*>(bytes.begin()), bytes.size()));
}

// Cap'n Proto reads words: the bytes are copied to where words may lie. `read` gets the message.
template <class Message, class Read>
result<numbered<Message>> decoded(std::span<const std::uint8_t> message, Read read) {
  if (auto ok = check_segments(message); !ok) return ok.error();
  const std::size_t word_count = message.size() / sizeof(capnp::word);
  try {
    auto words = kj::heapArray<capnp::word>(word_count);
    std::memcpy(words.begin(), message.data(), message.size());
    capnp::ReaderOptions limits;
    limits.traversalLimitInWords = 2 * word_count + 1'024;
    limits.nestingLimit = max_nesting;
    capnp::FlatArrayMessageReader reader(words, limits);
    return read(reader);
  } catch (const malformed& e) {
    return bad_frame(e.why);
  } catch (const kj::Exception& e) {
    return bad_frame(std::string(e.getDescription().cStr(), e.getDescription().size()));
  }
}

}  // namespace

result<std::string> encode(std::uint64_t number, const request& what) {
  capnp::MallocMessageBuilder message;
  auto root = message.initRoot<wire::Request>();
  root.setVersion(wire::VERSION);
  root.setNumber(number);
  std::visit(request_writer{root}, what);
  return frame_of(message, max_frame_bytes);
}

result<std::string> encode(std::uint64_t number, const reply& what) {
  capnp::MallocMessageBuilder message;
  auto root = message.initRoot<wire::Reply>();
  root.setNumber(number);
  std::visit(reply_writer{root}, what);
  return frame_of(message, max_frame_bytes);
}

result<numbered<request>> decode_request(std::span<const std::uint8_t> message) {
  return decoded<request>(message,
                          [](capnp::FlatArrayMessageReader& reader) -> result<numbered<request>> {
                            const auto root = reader.getRoot<wire::Request>();
                            if (root.getVersion() != wire::VERSION) {
                              return other_version(root.getVersion(), wire::VERSION);
                            }
                            return numbered<request>{root.getNumber(), request_of(root)};
                          });
}

result<numbered<reply>> decode_reply(std::span<const std::uint8_t> message) {
  return decoded<reply>(message,
                        [](capnp::FlatArrayMessageReader& reader) -> result<numbered<reply>> {
                          const auto root = reader.getRoot<wire::Reply>();
                          return numbered<reply>{root.getNumber(), reply_of(root)};
                        });
}

}  // namespace theus::control
