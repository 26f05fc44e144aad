#include "anchor_check.hpp"

#include <algorithm>
#include <tuple>

namespace theus::journal {
namespace {

template <class T, class Key>
bool is_in_order(const std::vector<T>& all, Key key) {
  return std::ranges::adjacent_find(
             all, [&](const T& x, const T& y) { return !(key(x) < key(y)); }) == all.end();
}

}  // namespace

std::string fault_in(const anchor& a, sequence at) {
  if (a.through == before_first || a.through >= at) return "an anchor trims what comes after it";
  if (a.tasks.empty() != (a.tasks_from == before_first)) return "an anchor's tasks have no record";
  for (const anchor::task& t : a.tasks) {
    if (t.asked < a.tasks_from || t.asked > a.through)
      return "an anchor's task is of another record";
  }
  const bool is_named =
      std::ranges::none_of(a.starts, &std::string::empty, &start_child::workflow_id) &&
      std::ranges::none_of(a.cancels, &std::string::empty, &anchor::child_cancel::workflow_id) &&
      std::ranges::none_of(a.children, &std::string::empty, &anchor::open_child::workflow_id);
  if (!is_named) return "an anchor's child has no workflow id";
  const bool is_told = std::ranges::all_of(a.children, [](const anchor::open_child& c) {
    return c.closing == parent_close::cancel || c.closing == parent_close::terminate;
  });
  if (!is_told) return "an anchor's open child hears nothing of its parent's end";
  const bool is_sorted =
      is_in_order(a.tasks, [](const anchor::task& t) { return std::tie(t.command); }) &&
      is_in_order(a.messages, [](const send_signal& m) { return std::tie(m.id); }) &&
      is_in_order(a.starts, [](const start_child& c) { return std::tie(c.id); }) &&
      is_in_order(a.cancels, [](const anchor::child_cancel& c) { return std::tie(c.id); }) &&
      is_in_order(a.children, [](const anchor::open_child& c) { return std::tie(c.id); }) &&
      is_in_order(a.wakeups,
                  [](const anchor::wakeup& w) { return std::tie(w.due, w.command, w.is_retry); });
  return is_sorted ? "" : "what an anchor lists is not in order";
}

}  // namespace theus::journal
