#pragma once

#include <theus/codec/anatomy.hpp>
#include <theus/runtime/uuid.hpp>

namespace theus {

// Recorded as its text.
template <>
struct payload_codec<uuid> {
  static void write(json_writer& out, const uuid& value) { out.text(value.to_string()); }
  static uuid read(json_view in) {
    const auto value = uuid::parse(in.text());
    if (!value) in.fail(codec_errc::malformed_text, "not a UUID");
    return *value;
  }
};

}  // namespace theus
