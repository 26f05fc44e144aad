#include "remote_access.hpp"

namespace theus::tool {
namespace {

constexpr std::chrono::seconds answer_timeout{30};

template <class T>
T or_throw(result<T> answer) {
  if (!answer) throw error_exception(answer.error());
  return std::move(*answer);
}

}  // namespace

template <class T>
T remote_access::ask(const control::request& what) {
  return or_throw(client_.ask<T>(what, answer_timeout));
}

start_reply remote_access::start(const start_request& request) { return ask<start_reply>(request); }

void remote_access::signal(const signal_request& request) { ask<control::done>(request); }

void remote_access::cancel(const std::string& workflow_id, const std::string& reason) {
  ask<control::done>(control::cancel_run{workflow_id, reason});
}

run_outcome remote_access::wait(const std::string& workflow_id,
                                std::optional<std::chrono::milliseconds> timeout) {
  return or_throw(client_.ask<run_outcome>(control::wait_for_outcome{workflow_id}, timeout));
}

control::instance_page remote_access::instances(const journal::instance_filter& filter,
                                                std::uint32_t limit) {
  return ask<control::instance_page>(control::list_instances{filter, limit});
}

journal::instance_row remote_access::find(const std::string& id) {
  return ask<journal::instance_row>(control::find_run{id});
}

control::record_page remote_access::records(journal::run_id run, journal::sequence from) {
  return ask<control::record_page>(control::read_history{run, from, control::max_page_rows});
}

void remote_access::import(journal::history h) {
  ask<control::done>(control::import_run{std::move(h)});
}

std::vector<stuck_run> remote_access::stuck() {
  return ask<std::vector<stuck_run>>(control::list_stuck{});
}

void remote_access::retry(const std::string& workflow_id) {
  ask<control::done>(control::retry_run{workflow_id});
}

control::runtime_status remote_access::status() {
  return ask<control::runtime_status>(control::ask_status{});
}

}  // namespace theus::tool
