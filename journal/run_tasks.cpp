#include "run_tasks.hpp"

#include <algorithm>

namespace theus::journal {

run_tasks run_tasks::of_row(const keys::task_count& row) {
  run_tasks made;
  made.from_ = row.from;
  made.stored_ = row;
  return made;
}

run_tasks run_tasks::of_anchor(const anchor& a) {
  run_tasks made;
  made.from_ = a.tasks_from;
  for (const anchor::task& t : a.tasks) made.put(t.command, t.asked);
  return made;
}

void run_tasks::end_record(sequence at) {
  if (pending_.empty()) {
    from_ = before_first;
  } else if (from_ == before_first) {
    from_ = at;
  } else if (number(at) % row_period == 0) {
    from_ = std::ranges::min_element(pending_, {}, [](const auto& p) { return p.second; })->second;
  }
}

std::optional<keys::task_count> run_tasks::row() const {
  if (pending_.empty()) return std::nullopt;
  return keys::task_count{std::uint32_t(pending_.size()), from_};
}

}  // namespace theus::journal
