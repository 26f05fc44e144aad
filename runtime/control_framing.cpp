#include "control_framing.hpp"

#include <algorithm>

#include "theus/runtime/control_messages.hpp"

namespace theus::control {
namespace {

constexpr std::size_t word_bytes = 8;

std::uint32_t little_endian(const std::uint8_t* at) {
  return std::uint32_t(at[0]) | std::uint32_t(at[1]) << 8 | std::uint32_t(at[2]) << 16 |
         std::uint32_t(at[3]) << 24;
}

}  // namespace

error bad_frame(const std::string& why) {
  return {errc::bad_input, "not a control message: " + why};
}

error too_large(std::size_t bytes, std::size_t max_bytes) {
  return {errc::limit_exceeded, "a control frame of " + std::to_string(bytes) +
                                    " bytes is larger than one may be (" +
                                    std::to_string(max_bytes) + ")"};
}

error other_version(unsigned theirs, unsigned ours) {
  return {errc::unknown_version, "the client speaks version " + std::to_string(theirs) +
                                     " of the control protocol, this runtime version " +
                                     std::to_string(ours) + "; use the runtime's own binary"};
}

result<std::uint32_t> length_in(std::span<const std::uint8_t, frame_header_bytes> header,
                                std::uint32_t max_bytes) {
  const std::uint32_t length = little_endian(header.data());
  if (length > max_bytes) return too_large(length, max_bytes);
  if (length < word_bytes || length % word_bytes != 0) {
    return bad_frame("its length is not a multiple of a word");
  }
  return length;
}

std::string framed(std::string_view message) {
  std::string frame(frame_header_bytes, '\0');
  for (std::size_t i = 0; i < frame_header_bytes; ++i) {
    frame[i] = static_cast<char>(message.size() >> (8 * i) & 0xFF);
  }
  frame += message;
  return frame;
}

std::string joined(std::span<const journal::hash256> hashes) {
  std::string bytes;
  bytes.reserve(hashes.size() * sizeof(journal::hash256::bytes));
  for (const auto& each : hashes) bytes.append(each.bytes.begin(), each.bytes.end());
  return bytes;
}

std::optional<std::vector<journal::hash256>> split(std::span<const std::uint8_t> bytes) {
  constexpr std::size_t hash_bytes = sizeof(journal::hash256::bytes);
  if (bytes.size() % hash_bytes != 0) return std::nullopt;
  std::vector<journal::hash256> hashes(bytes.size() / hash_bytes);
  for (std::size_t i = 0; i < hashes.size(); ++i) {
    std::ranges::copy(bytes.subspan(i * hash_bytes, hash_bytes), hashes[i].bytes.begin());
  }
  return hashes;
}

journal::run_id run_in(std::span<const std::uint8_t> bytes) {
  journal::run_id run;
  if (bytes.size() != run.bytes.size()) throw malformed{"a run id that is not 16 bytes long"};
  std::ranges::copy(bytes, run.bytes.begin());
  return run;
}

std::vector<journal::hash256> hashes_in(std::span<const std::uint8_t> bytes) {
  auto hashes = split(bytes);
  if (!hashes) throw malformed{"hashes that are not 32 bytes long"};
  return std::move(*hashes);
}

journal::hash256 hash_in(std::span<const std::uint8_t> bytes) {
  const auto hashes = hashes_in(bytes);
  if (hashes.size() != 1) throw malformed{"a hash that is not 32 bytes long"};
  return hashes.front();
}

journal::run_status status_in(std::uint8_t value) {
  if (value > static_cast<std::uint8_t>(journal::run_status::terminated)) {
    throw malformed{"an unknown run status"};
  }
  return static_cast<journal::run_status>(value);
}

result<void> check_segments(std::span<const std::uint8_t> message) {
  if (message.size() < word_bytes || message.size() % word_bytes != 0) {
    return bad_frame("its length is not a multiple of a word");
  }
  const std::uint32_t more_segments = little_endian(message.data());
  if (more_segments < max_segments) return {};
  return error{errc::limit_exceeded,
               "a control message has more than " + std::to_string(max_segments) + " segments"};
}

}  // namespace theus::control
