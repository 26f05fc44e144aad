#include "sweeper.hpp"

#include <algorithm>
#include <atomic>

#include "engine_core.hpp"
#include "retry.hpp"

namespace theus {
namespace {

constexpr std::size_t rows_per_page = 512;

journal::run_id run_of(const journal::task_row& row) { return row.run; }
journal::run_id run_of(const journal::backlog_row& row) { return row.run; }
journal::run_id run_of(const journal::timer_row& row) { return row.run; }

// A timer beyond the horizon is found by a sweep, so sweeps come before the horizon is reached.
std::chrono::microseconds period_of(const engine_options& options) {
  const std::chrono::microseconds half_horizon = options.timer_horizon / 2;
  return std::max<std::chrono::microseconds>(
      std::min<std::chrono::microseconds>(options.sweep_interval, half_horizon),
      std::chrono::milliseconds(1));
}

}  // namespace

sweeper::sweeper(engine_core& core) : core_(core), period_(period_of(core.options)) {}

bool sweeper::is_over() const { return core_.is_stopping() || core_.halted(); }

// While the journal takes nothing, what is due stays on disk and not in memory.
bool sweeper::gives_up() {
  if (is_over()) return true;
  if (!core_.in_trouble()) return false;
  rest();
  return true;
}

void sweeper::begin() {
  core_.post(core_.where.journal, [this] { sweep(); });
}

void sweeper::end() { alarm_.reset(); }

void sweeper::sweep() {
  if (active_ || is_over()) return;
  active_ = true;
  alarm_.reset();
  timers_until_ = later(core_.clock.now(), core_.options.timer_horizon);
  tasks(std::nullopt);
}

template <class Row>
bool sweeper::read_failed(const result<std::vector<Row>>& page) {
  if (page) return false;
  core_.report("sweep: " + page.error().message);
  return true;
}

template <class Row>
void sweeper::spread(const std::vector<Row>& rows, std::function<void()> then) {
  std::vector<std::vector<Row>> by_shard(core_.shard_count());
  for (const auto& row : rows) by_shard[core_.shard_of(run_of(row).shard_key())].push_back(row);
  const auto others =
      std::ranges::count_if(by_shard, [](const auto& some) { return !some.empty(); });
  auto left = std::make_shared<std::atomic<std::ptrdiff_t>>(others);
  for (std::uint32_t i = 0; i < by_shard.size(); ++i) {
    if (by_shard[i].empty()) continue;
    core_.post_rows(i, std::move(by_shard[i]), [this, left, then] {
      if (left->fetch_sub(1) == 1) core_.post(core_.where.journal, then);
    });
  }
}

void sweeper::tasks(std::optional<journal::task_row> after) {
  if (gives_up()) return;
  const auto page = core_.journal.tasks(after, rows_per_page);
  if (read_failed(page) || page->empty()) return backlog(std::nullopt);
  spread(*page, [this, last = page->back()] { tasks(last); });
}

void sweeper::backlog(std::optional<journal::backlog_row> after) {
  if (gives_up()) return;
  const auto page = core_.journal.backlog(after, rows_per_page);
  if (read_failed(page) || page->empty()) return timers(std::nullopt);
  spread(*page, [this, last = page->back()] { backlog(last); });
}

void sweeper::timers(std::optional<journal::timer_row> after) {
  if (gives_up()) return;
  const auto page = core_.journal.timers(timers_until_, after, rows_per_page);
  if (read_failed(page) || page->empty()) return messages(std::nullopt);
  spread(*page, [this, last = page->back()] { timers(last); });
}

void sweeper::messages(std::optional<journal::message_row> after) {
  if (gives_up()) return;
  auto page = core_.journal.messages(after, rows_per_page);
  if (read_failed(page) || page->empty()) return rest();
  for (const auto& row : *page) core_.relay.send(row);
  core_.post(core_.where.journal, [this, last = page->back()] { messages(last); });
}

void sweeper::rest() {
  active_ = false;
  if (!tends_.exchange(true)) {  // else the background is busy for longer than a period
    core_.post(core_.where.background, [this] {
      tends_ = false;
      core_.checkpoints.collect_if_worthwhile();
      core_.retention.sweep();
    });
  }
  alarm_ = core_.clock.set_delay(core_.where.journal, period_, core_.guarded([this] { sweep(); }));
}

}  // namespace theus
