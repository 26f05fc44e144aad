#include "captured_journal.hpp"

namespace theus::benchmarks {

using journal::space;

result<std::optional<std::string>> captured_journal::get(space where, std::string_view key) {
  const auto found = in(where).find(key);
  if (found == in(where).end()) return std::optional<std::string>();
  return std::optional(found->second);
}

result<void> captured_journal::scan(space where, std::string_view from, std::string_view until,
                                    const visitor& visit) {
  for (auto at = in(where).lower_bound(from); at != in(where).end() && at->first < until; ++at) {
    if (!visit(at->first, at->second)) break;
  }
  return {};
}

result<std::optional<captured_journal::key_value>> captured_journal::last(space where,
                                                                          std::string_view from,
                                                                          std::string_view until) {
  auto at = in(where).lower_bound(until);
  if (at == in(where).begin() || (--at)->first < from) return std::optional<key_value>();
  return std::optional(key_value(at->first, at->second));
}

result<void> captured_journal::prepare(const journal::batch& changes,
                                       const journal::journal_head& head) {
  last_commit_ = changes;
  promised_ = head;
  return write(changes);
}

result<void> captured_journal::write(const journal::batch& changes) {
  for (const journal::change& c : changes) {
    if (c.where == space::records && in(c.where).size() > 10'000) in(c.where).clear();
    if (c.value) {
      in(c.where).insert_or_assign(c.key, *c.value);
    } else {
      in(c.where).erase(c.key);
    }
  }
  return {};
}

result<void> captured_journal::promise(const journal::journal_head& head) {
  promised_ = head;
  return {};
}

}  // namespace theus::benchmarks
