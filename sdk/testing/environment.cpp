#include "theus/testing/environment.hpp"

#include "theus/journal/history_file.hpp"
#include "theus/runtime/mismatch.hpp"
#include "theus/runtime/offline.hpp"
#include "theus/value/edit.hpp"
#include "theus/value/storage.hpp"

#include "environment_impl.hpp"
#include "run_report.hpp"

namespace theus::testing {
namespace {

template <class Request>
bool unless_finished(Request make) {
  try {
    make();
    return true;
  } catch (const error_exception& e) {
    if (e.code() != errc::run_finished) throw;
    return false;
  }
}

}  // namespace

environment::environment(const application& what, environment_options options)
    : environment(what, std::move(options), nullptr) {}

environment::environment(const application& what, environment_options options,
                         scenario_control* control)
    : impl_(std::make_unique<impl>(what, std::move(options), control)) {}

environment::~environment() = default;

void environment::mock_activity(const std::string& name,
                                std::shared_ptr<const activity_type> with) {
  impl_->outside().mock(name, std::move(with));
}

void environment::fail_attempts(const std::string& name, attempts which, const failure& how) {
  impl_->outside().fail(name, which, failure_of(how));
}

void environment::delay_attempts(const std::string& name, attempts which,
                                 std::chrono::microseconds lasts) {
  impl_->outside().delay(name, which, lasts);
}

std::vector<environment::recorded_attempt> environment::attempts_of_activity(
    const std::string& name) const {
  std::vector<recorded_attempt> found;
  for (const auto& each : impl_->outside().attempts_seen()) {
    if (each.activity != name) continue;
    found.push_back({each.workflow_id, each.idempotency_key, each.number, each.at, each.arguments});
  }
  return found;
}

run_name environment::start_encoded(start_request request) {
  return impl_->start(std::move(request));
}

void environment::signal_encoded(const std::string& workflow_id, const std::string& name,
                                 journal::payload value) {
  impl_->signal(workflow_id, name, std::move(value));
}

void environment::settle_encoded(const std::string& token,
                                 std::variant<journal::payload, journal::failure_info> outcome) {
  impl_->settle(token, std::move(outcome));
}

void environment::cancel(const std::string& workflow_id, const std::string& reason) {
  impl_->cancel(workflow_id, reason);
}

void environment::terminate(const std::string& workflow_id, const std::string& reason) {
  impl_->rule("terminate", workflow_id, [&](engine& e, engine::callback<void> done) {
    e.terminate(workflow_id, reason, std::move(done));
  });
}

void environment::pause(const std::string& workflow_id, const std::string& reason) {
  impl_->rule("pause", workflow_id, [&](engine& e, engine::callback<void> done) {
    e.pause(workflow_id, reason, std::move(done));
  });
}

void environment::resume(const std::string& workflow_id) {
  impl_->rule("resume", workflow_id, [&](engine& e, engine::callback<void> done) {
    e.resume(workflow_id, std::move(done));
  });
}

update_reply environment::update_encoded(update_request request) {
  return impl_->update(std::move(request));
}

journal::payload environment::query_encoded(const query_request& request) const {
  engine_options how = impl_->options().engine;
  how.paranoid = how.paranoid || impl_->options().paranoid;
  auto answered = query_offline(impl_->bound(), impl_->store(), request, how);
  if (!answered) throw error_exception(answered.error());
  return std::move(*answered);
}

run_name environment::find_run(const std::string& workflow_id) const {
  return impl_->find(workflow_id);
}

journal::wall_time environment::now() const { return impl_->clock().now(); }
void environment::advance(std::chrono::microseconds by) { impl_->advance(by); }
void environment::run_until_idle() { impl_->run_until_idle(); }

void environment::kill() {
  impl_->kill("the process is killed, and another one opens the journal");
  impl_->run_until_idle();
}

void environment::require(bool holds, const std::string& what, std::source_location at) {
  if (!holds) impl_->violated(location_of(at) + ": does not hold: " + what);
}

void environment::require(bool holds, const std::string& what, const std::string& where) {
  if (!holds) impl_->violated(where + ": does not hold: " + what);
}

void environment::always(std::string what, std::function<bool()> holds) {
  impl_->always(std::move(what), std::move(holds));
}

void environment::in_any_order(std::vector<std::function<void()>> parts) {
  while (!parts.empty()) {
    const auto next = impl_->choose(parts.size());
    const auto part = std::move(parts[next]);
    parts.erase(parts.begin() + static_cast<std::ptrdiff_t>(next));
    part();
  }
}

const std::vector<std::string>& environment::reports() const { return impl_->reports(); }

std::string environment::transcript() const {
  std::string text;
  for (const auto& line : impl_->transcript()) text += line + "\n";
  return text;
}

journal::store& environment::records() { return impl_->store(); }

const registry& environment::bound() const { return impl_->bound(); }

void environment::refuse_unknown_function() {
  throw error_exception(
      {errc::unknown_workflow, "the application has no workflow with this function"});
}

// ---- updates

bool any_update::is_completed() const {
  return in_->impl_->answer_of(of_.run, update_id_).has_value();
}

update_reply any_update::completed() const { return in_->impl_->finish(of_, update_id_); }

// ---- runs

journal::run_status any_run::status() const { return in_->impl_->status(id()); }

value any_run::context() const { return run_report(in_->bound(), in_->records(), id()).context(); }

value any_run::context_at(std::string_view json_pointer) const {
  const auto where = path::parse(json_pointer);
  if (!where) throw error_exception(where.error());
  auto found = get(context(), *where);
  if (!found) throw error_exception(found.error());
  return std::move(*found);
}

std::map<std::string, std::vector<journal::payload>> any_run::unread_signals() const {
  return run_report(in_->bound(), in_->records(), id()).unread_signals();
}

std::vector<std::string> any_run::waits() const {
  return run_report(in_->bound(), in_->records(), id()).waits();
}

std::string any_run::history() const {
  return run_report(in_->bound(), in_->records(), id()).history();
}

void any_run::save_history(const std::filesystem::path& file) const {
  const auto exported = journal::export_history(in_->records(), id(), {}, references_of);
  if (!exported) throw error_exception(exported.error());
  const auto written = journal::write_history(file, *exported);
  if (!written) throw error_exception(written.error());
}

run_outcome any_run::outcome() const { return in_->impl_->finish(named_); }

journal::failure_info any_run::failure() const {
  const auto ended = outcome();
  if (ended.status == journal::run_status::completed) {
    throw std::logic_error("workflow '" + workflow_id() + "' completed, with " + ended.result);
  }
  return ended.failure;
}

journal::payload any_run::completed() const {
  auto ended = outcome();
  if (ended.status != journal::run_status::completed) {
    throw run_failed(workflow_id(), ended.status, std::move(ended.failure));
  }
  return std::move(ended.result);
}

bool any_run::cancel(const std::string& reason) const {
  return unless_finished([&] { in_->cancel(workflow_id(), reason); });
}

bool any_run::terminate(const std::string& reason) const {
  return unless_finished([&] { in_->terminate(workflow_id(), reason); });
}

bool any_run::pause(const std::string& reason) const {
  return unless_finished([&] { in_->pause(workflow_id(), reason); });
}

bool any_run::resume() const {
  return unless_finished([&] { in_->resume(workflow_id()); });
}

bool any_run::send(const std::string& name, journal::payload value) const {
  return unless_finished([&] { in_->signal_encoded(workflow_id(), name, std::move(value)); });
}

}  // namespace theus::testing
