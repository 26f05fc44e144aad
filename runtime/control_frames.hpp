#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "theus/runtime/control_messages.hpp"

#include "control_framing.hpp"

// What is in the frames of the control socket. The one place that sees the generated form of
// control.capnp.
namespace theus::control {

// Header and message. Errors: limit_exceeded.
result<std::string> encode(std::uint64_t number, const request& what);
result<std::string> encode(std::uint64_t number, const reply& what);

template <class Message>
struct numbered {
  std::uint64_t number = 0;
  Message what;
};

// `message` is a frame without its header. Nothing in it is trusted: segments, pointers, nesting
// and enumerations are checked. Errors: bad_input, limit_exceeded, unknown_version.
result<numbered<request>> decode_request(std::span<const std::uint8_t> message);
result<numbered<reply>> decode_reply(std::span<const std::uint8_t> message);

}  // namespace theus::control
