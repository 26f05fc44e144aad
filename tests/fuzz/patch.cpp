#include "theus/value/patch.hpp"

#include <string>
#include <string_view>

#include "fuzz/targets.hpp"

namespace theus::fuzz {
namespace {

constexpr flat_limits few{.bytes = 1024 * 1024, .values = 100'000};

void check(const error& refusal) {
  require(refusal.code == errc::corrupt || refusal.code == errc::unknown_version ||
              refusal.code == errc::limit_exceeded,
          "bytes are refused with a documented error");
  require(!refusal.message.empty(), "a refusal says why");
}

void check_value(std::string_view bytes) {
  const auto decoded = decode_flat(bytes, few);
  if (!decoded) return check(decoded.error());
  require(decoded->depth() <= value_limits::depth, "a value that is read is not too deep");
  require(encode_flat(*decoded) == bytes, "what is read as a value is its only form");
}

void check_patch(std::string_view bytes, const value& base) {
  const auto decoded = decode_patch(bytes, few);
  if (!decoded) return check(decoded.error());
  require(encode(*decoded) == bytes, "what is read as a patch is its only form");
  value tree = base;
  const auto applied = apply(tree, *decoded);
  if (!applied) {
    require(tree == base, "a patch is made whole or not at all");
    require(!applied.error().message.empty(), "a refusal says why");
    return;
  }
  require(tree.depth() <= value_limits::depth, "no patch makes a tree too deep");
  const value_patch again = patch_of(diff(base, tree));
  const auto same = decode_patch(encode(again));
  require(same && *same == again, "the patch between two trees is read as it was written");
  value other = base;
  require(apply(other, again) && other == tree, "the patch between two trees leads there");
}

}  // namespace

void patch(input bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  check_value(text);
  check_patch(text, map());
  check_patch(text, map{{"a", map{{"b", 1}}}, {"l", list::of(list::of(1), "x", map())}});
}

}  // namespace theus::fuzz
