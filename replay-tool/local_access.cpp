#include "local_access.hpp"

#include "theus/journal/trimming.hpp"
#include "theus/runtime/queries.hpp"
#include "theus/runtime/recovery.hpp"
#include "theus/runtime/system_clock.hpp"
#include "theus/runtime/take_checkpoint.hpp"
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
    : app_(app), store_(std::move(store)), nodes_(*store_), clock_(make_system_clock()) {}

offline_recorder local_access::recorder() {
  return or_throw(offline_recorder::open(app_.bound(), *store_, *clock_, entropy_));
}

start_reply local_access::start(const start_request& request) {
  return or_throw(recorder().start(request));
}

void local_access::signal(const signal_request& request) { or_throw(recorder().signal(request)); }

void local_access::settle(const settle_request& request) { or_throw(recorder().settle(request)); }

void local_access::cancel(const std::string& workflow_id, const std::string& reason) {
  or_throw(recorder().cancel(workflow_id, reason));
}

void local_access::terminate(const std::string& workflow_id, const std::string& reason) {
  or_throw(recorder().terminate(workflow_id, reason));
}

void local_access::pause(const std::string& workflow_id, const std::string& reason) {
  or_throw(recorder().pause(workflow_id, reason));
}

void local_access::resume(const std::string& workflow_id) {
  or_throw(recorder().resume(workflow_id));
}

run_outcome local_access::wait(const std::string& workflow_id,
                               std::optional<std::chrono::milliseconds>) {
  const auto row = find(workflow_id);
  if (row.status == journal::run_status::running) {
    throw error_exception(needs_a_runtime("workflow '" + workflow_id + "' has not finished"));
  }
  return or_throw(read_outcome(*store_, row.run));
}

update_reply local_access::update(const update_request& request) {
  throw error_exception(
      needs_a_runtime("workflow '" + request.workflow_id + "' cannot be updated"));
}

journal::payload local_access::query(const query_request& request) {
  return or_throw(query_offline(app_.bound(), *store_, request));
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
  return or_throw(decode_checkpoint(row->bytes, nodes_));
}

std::optional<checkpoint> local_access::newest_checkpoint(journal::run_id run,
                                                          journal::sequence through) {
  return or_throw(find_checkpoint(*store_, nodes_, run, through)).newest;
}

control::checkpoint_list local_access::checkpoints(journal::run_id run) {
  return or_throw(list_checkpoints(*store_, run));
}

std::optional<journal::anchor_place> local_access::trimmed(journal::run_id run) {
  return or_throw(store_->trimmed(run));
}

taken_checkpoint local_access::take_checkpoint(journal::run_id run) {
  return or_throw(theus::take_checkpoint(*store_, nodes_, app_.bound(), run));
}

std::optional<error> local_access::verify_checkpoint(const journal::checkpoint_id& id) {
  const auto good = theus::verify_checkpoint(*store_, nodes_, app_.bound(), id);
  return good ? std::nullopt : std::optional(good.error());
}

journal::sequence local_access::trim(journal::run_id run) {
  journal::record r;
  r.raw_time = clock_->now();
  auto anchor = or_throw(newest_anchor(*store_, nodes_, app_.bound(), run));
  const auto through = anchor.through;
  r.body = std::move(anchor);
  const auto head = or_throw(store_->head_of(run)).value();
  const auto unit =
      or_throw(journal::unit::make(run, or_throw(store_->acquire_epoch()), head, std::move(r)));
  const auto answer = store_->append({&unit, 1}).front();
  if (answer.status == journal::append_status::committed) return through;
  throw error_exception(answer.why.value_or(
      error{errc::io_error, "run " + run.to_string() + " could not be trimmed"}));
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
