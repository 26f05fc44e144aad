#pragma once

#include <string>

#include "theus/journal/errc.hpp"
#include "theus/journal/limits.hpp"
#include "theus/journal/record.hpp"

namespace capnp {
class MessageBuilder;
class MessageReader;
}  // namespace capnp

namespace theus::journal {

// Thrown by what reads a record and caught where its reading began: a malformed one unwinds from
// any depth.
struct malformed_record {
  errc code;
  std::string what;
};

// Records as the messages that records.capnp describes. What is written fits checked_words().
void write_record(capnp::MessageBuilder& to, const record& r);
// Throws malformed_record, and kj::Exception for what is not a message.
record read_record(capnp::MessageReader& from, const limits& bounds);

}  // namespace theus::journal
