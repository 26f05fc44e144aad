#include "local_access.hpp"

#include "theus/journal/trimming.hpp"
#include "theus/runtime/node_archive.hpp"
#include "theus/runtime/queries.hpp"
#include "theus/runtime/system_clock.hpp"
#include "theus/value/storage.hpp"

#include "record_chain.hpp"
#include "verdict.hpp"

namespace theus::tool {
namespace {

constexpr std::uint32_t page_rows = 1'000;

template <class T>
T or_throw(result<T> answer) {
  if (!answer) throw error_exception(answer.error());
  if constexpr (!std::is_void_v<T>) return std::move(*answer);
}

error needs_a_runtime(const std::string& what) {
  return {errc::journal_in_use, what + ", and no runtime holds the journal; start one with `run`"};
}

}  // namespace

local_access::local_access(const application& app, std::unique_ptr<journal::store> store)
    : app_(app), store_(std::move(store)), clock_(make_system_clock()) {}

offline_recorder local_access::recorder() {
  return or_throw(offline_recorder::open(app_.bound(), *store_, *clock_, entropy_));
}

start_reply local_access::start(const start_request& request) {
  return or_throw(recorder().start(request));
}

void local_access::signal(const signal_request& request) { or_throw(recorder().signal(request)); }

void local_access::cancel(const std::string& workflow_id, const std::string& reason) {
  or_throw(recorder().cancel(workflow_id, reason));
}

run_outcome local_access::wait(const std::string& workflow_id,
                               std::optional<std::chrono::milliseconds>) {
  const auto row = find(workflow_id);
  if (row.status == journal::run_status::running) {
    throw error_exception(needs_a_runtime("workflow '" + workflow_id + "' has not finished"));
  }
  return or_throw(read_outcome(*store_, row.run));
}

control::instance_page local_access::instances(const journal::instance_filter& filter,
                                               std::uint32_t limit) {
  auto rows = or_throw(store_->instances(filter, limit));
  const bool is_last = rows.size() < limit;
  return {std::move(rows), is_last};
}

journal::instance_row local_access::find(const std::string& id) {
  return or_throw(find_instance(*store_, id));
}

control::record_page local_access::records(journal::run_id run, journal::sequence from) {
  auto page =
      or_throw(read_raw_page(*store_, run, from, control::max_page_rows, control::max_page_bytes));
  return {std::move(page.raw), page.is_last};
}

journal::history local_access::history_of(journal::run_id run) {
  return or_throw(journal::export_history(*store_, run, {}, references_of));
}

std::optional<checkpoint> local_access::beginning(journal::run_id run) {
  const auto row = or_throw(journal::anchored_checkpoint(*store_, run));
  if (!row) return std::nullopt;
  node_archive nodes(*store_);
  return or_throw(decode_checkpoint(row->bytes, nodes));
}

void local_access::import(journal::history h) {
  or_throw(journal::import_history(*store_, or_throw(store_->acquire_epoch()), std::move(h), {},
                                   references_of));
}

std::vector<stuck_run> local_access::stuck() {
  std::vector<stuck_run> found;
  journal::instance_filter running{journal::run_status::running, "", std::nullopt};
  for (;;) {
    const auto page = instances(running, page_rows);
    for (const auto& row : page.rows) {
      verifier checking(app_.bound(), row.run);
      replay_run(checking, row.run, extent::open_scopes, *this);
      const auto now = clock_->now();
      checking.try_next_turn(now);
      if (!checking.seen().fits()) {
        found.push_back({row.run, row.workflow_id, checking.seen().explanation, 0, now});
      }
    }
    if (page.is_last) return found;
    running.after = page.rows.back().run;
  }
}

void local_access::retry(const std::string& workflow_id) {
  find(workflow_id);
  throw error_exception(needs_a_runtime("nothing is tried while nothing runs"));
}

control::runtime_status local_access::status() {
  const auto trouble = store_->trouble();
  return {0, trouble ? trouble->message : "", {}};
}

}  // namespace theus::tool
