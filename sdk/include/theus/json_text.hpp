#pragma once

#include <string>
#include <string_view>

#include <theus/codec/error.hpp>

namespace theus {

// `text` checked and written again as `encode` would write it: compact, keys in the order given,
// the same escapes. An integer that fits 64 bits keeps its digits; every other number becomes the
// shortest digits of the nearest double. Equal results mean equal payloads.
// Throws codec_error: with line and offset where the text is not JSON, else with a path.
std::string canonical_json(std::string_view text, const codec_limits& limits = {});

// The same, indented by two spaces, a member or element per line, for people.
std::string pretty_json(std::string_view text, const codec_limits& limits = {});

// The same of text that is compact, such as what `encode` wrote: numbers stay as they are.
std::string indent_json(std::string_view compact);

}  // namespace theus
