#include "support/interpreter.hpp"

namespace theus::testing {

std::int64_t mixed(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(a) * 1'000'003u +
                                   static_cast<std::uint64_t>(b));
}

std::int64_t touch(context& ctx, const std::string& op, std::int64_t number) {
  const std::string key = "k" + std::to_string(number);
  const auto place = ctx["written"][key];
  const auto before = place.value_or<std::int64_t>(0);
  const std::int64_t after = mixed(before, number + 1);
  if (op == "put") {
    place = after;
  } else if (op == "patch") {
    if (!ctx["written"].exists()) ctx["written"].put(map());
    ctx["written"].patch(map{{key, after}, {"patched", number}});
  } else if (op == "erase") {
    return place.erase() ? before : -3;
  } else if (op == "fill") {
    // Large enough for nodes of its own.
    const auto filled = ctx["filled"]["f" + std::to_string(number)];
    const auto old = filled.value_or<std::string>("");
    filled = std::string(400, static_cast<char>('a' + (old.empty() ? 0 : old[0] - 'a' + 1) % 26));
    return old.empty() ? 0 : old[0];
  } else {
    const auto earlier = ctx.snapshot();
    place = after;
    if (before % 2 == 0) ctx.restore(earlier);
  }
  return before;
}

std::vector<std::string> touched_by(const std::string& op, std::int64_t number) {
  const std::string digits = std::to_string(number);
  if (op == "put" || op == "erase" || op == "restore") return {"/written/k" + digits};
  if (op == "patch") return {"/written"};
  if (op == "fill") return {"/written/k" + digits, "/filled/f" + digits};
  return {};
}

}  // namespace theus::testing
