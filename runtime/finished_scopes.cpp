#include "theus/runtime/finished_scopes.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace theus {
namespace {

// A phase has no iterations: all of it is over.
constexpr std::uint32_t all_of_it = std::numeric_limits<std::uint32_t>::max();

}  // namespace

std::string scope_path(const journal::command_id& id) {
  return id.scope.empty() ? std::to_string(id.number) : id.scope + "/" + std::to_string(id.number);
}

void finished_scopes::add(const journal::close_scope& closed) {
  std::uint32_t& through = through_[scope_path(closed.id)];
  through = std::max(through, closed.iteration == 0 ? all_of_it : closed.iteration);
  signals_.insert(closed.consumed.begin(), closed.consumed.end());
}

bool finished_scopes::covers(std::string_view scope) const {
  if (through_.empty()) return false;
  for (std::size_t end = 0; end != std::string_view::npos;) {
    end = scope.find('/', end == 0 ? 0 : end + 1);
    const auto found = through_.find(scope.substr(0, end));
    if (found == through_.end()) continue;
    if (found->second == all_of_it) return true;
    if (end == std::string_view::npos) return false;
    const std::string_view inner = scope.substr(end + 1);
    std::uint32_t iteration = 0;
    (void)std::from_chars(inner.data(), inner.data() + inner.size(), iteration);
    if (iteration <= found->second) return true;
  }
  return false;
}

bool finished_scopes::is_over(const journal::command_id& id, std::uint32_t iteration) const {
  if (through_.empty()) return false;
  const auto found = through_.find(scope_path(id));
  return found != through_.end() && iteration <= found->second;
}

}  // namespace theus
