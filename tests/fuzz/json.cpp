#include <algorithm>
#include <limits>
#include <optional>
#include <string>

#include "theus/codec.hpp"
#include "theus/json_text.hpp"

#include "fuzz/targets.hpp"
#include "sdk/codec_types.hpp"

namespace theus::fuzz {
namespace {

constexpr unsigned deepest = codec_limits{}.max_depth;

unsigned depth_of(std::string_view canonical) {
  unsigned depth = 0;
  unsigned most = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < canonical.size(); ++i) {
    const char c = canonical[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      most = std::max(most, ++depth);
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return most;
}

void check(const codec_error& refusal, std::size_t text_bytes) {
  require(refusal.kind() >= codec_errc::syntax && refusal.kind() <= codec_errc::malformed_text,
          "a refusal has a kind");
  require(*refusal.what() != '\0', "a refusal says why");
  require(refusal.path().empty() || refusal.path().front() == '/', "a path is a JSON Pointer");
  require(refusal.offset() == codec_error::no_offset || refusal.offset() <= text_bytes,
          "an offset lies within the text");
}

// What `work` gives; nothing when it refuses. Another exception than codec_error ends the process.
template <class Work>
auto unless_refused(std::string_view text, Work work) -> std::optional<decltype(work())> {
  try {
    return work();
  } catch (const codec_error& refusal) {
    check(refusal, text.size());
    return std::nullopt;
  }
}

template <class T>
void as(std::string_view text) {
  const auto value = unless_refused(text, [&] { return decode<T>(text); });
  if (!value) return;
  std::string written;
  try {
    written = encode(*value);
  } catch (const codec_error& refusal) {
    // A member that was missing is written, and may be one level deeper than what was there.
    require(refusal.kind() == codec_errc::too_deep, "what was read can be written");
    return;
  }
  const T again = decode<T>(written);
  require(again == *value, "a value survives encoding");
  require(encode(again) == written, "equal values have equal bytes");
  require(canonical_json(written) == written, "what is written is canonical");
}

}  // namespace

void json(input bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const auto canonical = unless_refused(text, [&] { return canonical_json(text); });
  if (canonical) {
    constexpr codec_limits large{.max_bytes = std::numeric_limits<int>::max()};
    require(depth_of(*canonical) <= deepest, "what is accepted is at most 64 deep");
    require(canonical_json(*canonical, large) == *canonical,
            "canonical text is its own canonical form");
    require(canonical_json(pretty_json(text), large) == *canonical, "pretty text means the same");
  } else if (!unless_refused(text, [&] { return json_document(text).root().kind(); })) {
    return;
  }
  // Otherwise only a number is refused that no double holds; a type need not have room for it.
  const char first = text[text.find_first_not_of(" \t\r\n")];
  if (first == '[') {
    as<std::vector<testing::order>>(text);
    as<std::tuple<std::string, std::set<std::uint8_t>, std::optional<testing::color>>>(text);
    as<std::vector<testing::everything>>(text);
    as<std::vector<testing::tree>>(text);
    as<std::pair<theus::bytes, std::chrono::milliseconds>>(text);
  } else if (first == '{') {
    as<testing::everything>(text);
    as<testing::tree>(text);
    as<testing::dog>(text);
    as<std::map<std::string, std::vector<double>>>(text);
    as<std::map<std::int64_t, std::optional<float>>>(text);
    as<std::variant<std::monostate, std::int64_t, std::string, testing::tree>>(text);
  } else {
    as<std::optional<double>>(text);
    as<theus::uuid>(text);
    as<std::string>(text);
  }
}

}  // namespace theus::fuzz
