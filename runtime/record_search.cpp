#include "theus/runtime/record_search.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <ranges>

namespace theus {
namespace {

constexpr std::uint64_t page_records = 64;

// From the newest on, until `look` has seen enough.
result<void> read_backwards(journal::store& store, journal::run_id run,
                            const std::function<bool(const journal::record&)>& look) {
  const auto head = store.head_of(run);
  if (!head) return head.error();
  if (!*head) return {};
  std::uint64_t page = page_records;
  for (std::uint64_t last = journal::number((*head)->at); last > 0;) {
    const std::uint64_t first = last > page ? last - page + 1 : 1;
    const auto records = store.read(run, journal::sequence{first}, last - first + 1);
    if (!records && records.error().code == errc::trimmed && page > 1) {
      page = 1;  // some of them are there
      continue;
    }
    if (!records) return records.error();
    for (const auto& each : *records | std::views::reverse) {
      if (look(each.value)) return {};
    }
    last = first - 1;
  }
  return {};
}

// True: the rest says nothing new of it.
bool look(const journal::record& r, const std::string& update_id, recorded_update& found) {
  if (const auto* turn = std::get_if<journal::turn>(&r.body)) {
    for (const auto& c : turn->commands) {
      const auto* done = std::get_if<journal::complete_update>(&c);
      if (!done || done->update_id != update_id) continue;
      found = {true, done->outcome};
      return true;
    }
  }
  found.is_accepted = std::ranges::any_of(journal::events_of(r), [&](const journal::event& e) {
    const auto* accepted = std::get_if<journal::update_accepted>(&e);
    return accepted && accepted->update_id == update_id;
  });
  return found.is_accepted;
}

}  // namespace

result<recorded_update> find_update(journal::store& store, journal::run_id run,
                                    const std::string& update_id) {
  recorded_update found;
  const auto read = read_backwards(
      store, run, [&](const journal::record& r) { return look(r, update_id, found); });
  if (!read) return read.error();
  return found;
}

result<bool> has_received(journal::store& store, journal::run_id run,
                          const std::string& request_id) {
  bool found = false;
  const auto read = read_backwards(store, run, [&](const journal::record& r) {
    found = std::ranges::any_of(journal::events_of(r), [&](const journal::event& e) {
      const auto* signal = std::get_if<journal::signal_received>(&e);
      return signal && signal->request_id == request_id;
    });
    return found;
  });
  if (!read) return read.error();
  return found;
}

}  // namespace theus
