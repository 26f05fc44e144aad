#include "call_comparison.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace theus {
namespace {

using cause = diagnosis::cause;
using calls = std::span<const call>;

// Longer insertions and moves are not looked for.
constexpr std::size_t most_moved = 32;

calls behind(calls from, std::size_t count) { return from.subspan(std::min(count, from.size())); }

cause substitution(const call& before, const call& now) {
  if (before.ends_the_run() != now.ends_the_run()) {
    return before.ends_the_run() ? cause::call_added : cause::call_removed;
  }
  if (before.kind != now.kind) return cause::call_replaced;
  if (before.name == now.name) return cause::argument_changed;
  return before.content == now.content ? cause::call_renamed : cause::call_replaced;
}

// The change that explains the most, so far.
class explanation {
 public:
  // What is left of both behind the change should be the same, as far as both are known.
  // `explained`: so many calls, of both together, are accounted for by the change itself.
  void consider(cause what, std::size_t explained, calls before, calls now) {
    const auto [one, other] = std::ranges::mismatch(before, now, &call::same);
    const auto alike = static_cast<std::size_t>(one - before.begin());
    const bool is_whole = (one == before.end() || other == now.end()) && alike > 0;
    const std::size_t all = explained + 2 * alike;
    if (what_ != cause::unknown && (is_whole < is_whole_ || (is_whole == is_whole_ && all <= all_)))
      return;
    what_ = what;
    is_whole_ = is_whole;
    all_ = all;
  }
  // Both orders were seen whole.
  void consider_swap(std::size_t moved, calls before, calls now) {
    const auto [one, other] = std::ranges::mismatch(before, now, &call::same);
    if (one == before.end() || other == now.end()) {
      const std::size_t all = 2 * moved + 2 * static_cast<std::size_t>(one - before.begin());
      if (is_whole_ && all <= all_) return;
      what_ = cause::order_swapped;
      is_whole_ = true;
      all_ = all;
    }
  }
  cause what() const { return what_; }
  bool is_whole() const { return is_whole_; }

 private:
  cause what_ = cause::unknown;
  bool is_whole_ = false;
  std::size_t all_ = 0;
};

// Where the first of one is found in the other, behind its first.
std::vector<std::size_t> places_of(const call& wanted, calls in) {
  std::vector<std::size_t> found;
  for (std::size_t i = 1; i < std::min(in.size(), most_moved); ++i) {
    if (in[i].same(wanted)) found.push_back(i);
  }
  return found;
}

cause compare(calls recorded, calls now) {
  const call& before = recorded.front();
  const auto comes_later = places_of(before, now);
  const auto came_later = places_of(now.front(), recorded);
  explanation best;
  const cause other = substitution(before, now.front());
  // What was replaced is as good as one removed and one added.
  best.consider(other, other == cause::call_replaced ? 0 : 2, behind(recorded, 1), behind(now, 1));
  for (const std::size_t added : comes_later) {
    best.consider(cause::call_added, 1, recorded, behind(now, added));
  }
  for (const std::size_t removed : came_later) {
    best.consider(cause::call_removed, 1, behind(recorded, removed), now);
  }
  for (const std::size_t first : came_later) {
    for (const std::size_t second : comes_later) {
      const std::size_t both = first + second;
      if (both > recorded.size() || both > now.size()) continue;
      const bool is_swapped =
          std::ranges::equal(recorded.first(first), now.subspan(second, first), &call::same) &&
          std::ranges::equal(recorded.subspan(first, second), now.first(second), &call::same);
      if (is_swapped) best.consider_swap(both, behind(recorded, both), behind(now, both));
    }
  }
  const bool both_orders = !comes_later.empty() && !came_later.empty();
  return both_orders && !best.is_whole() ? cause::order_swapped : best.what();
}

// The innermost scope that both are in.
std::string common_scope(std::string_view a, std::string_view b) {
  const auto differ = std::ranges::mismatch(a, b);
  const bool is_border = (differ.in1 == a.end() || *differ.in1 == '/') &&
                         (differ.in2 == b.end() || *differ.in2 == '/');
  const std::string_view same = a.substr(0, static_cast<std::size_t>(differ.in1 - a.begin()));
  if (is_border) return std::string(same);
  const auto slash = same.rfind('/');
  return std::string(slash == std::string_view::npos ? "" : same.substr(0, slash));
}

std::vector<call> within(const std::string& scope, calls all) {
  std::vector<call> found;
  std::ranges::copy_if(all, std::back_inserter(found), [&](const call& each) {
    return scope.empty() || (each.id.scope + "/").starts_with(scope + "/");
  });
  return found;
}

bool is_substitution(cause what) {
  return what == cause::argument_changed || what == cause::call_renamed ||
         what == cause::call_replaced;
}

}  // namespace

diagnosis::cause compare_calls(std::span<const call> recorded, std::span<const call> now) {
  if (recorded.empty()) return now.empty() ? cause::unknown : cause::call_added;
  if (now.empty()) return cause::call_removed;
  if (recorded.front().same(now.front())) return cause::unknown;
  // What goes on beside it comes in between in another order.
  const std::string scope = common_scope(recorded.front().id.scope, now.front().id.scope);
  const cause inside = compare(within(scope, recorded), within(scope, now));
  if (scope.empty() || !is_substitution(inside)) return inside;
  const cause whole = compare(recorded, now);
  return is_substitution(whole) ? inside : whole;
}

}  // namespace theus
