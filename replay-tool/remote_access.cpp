#include "remote_access.hpp"

#include <algorithm>
#include <iterator>

#include "record_chain.hpp"

namespace theus::tool {
namespace {

constexpr std::chrono::seconds answer_timeout{30};
constexpr const char* needs_no_runtime =
    "a trimmed run is exported and imported while no runtime holds the journal: stop it first";

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

journal::history remote_access::history_of(journal::run_id run) try {
  journal::history h{run, {}};
  record_chain chain(run);
  for (auto from = journal::first_sequence;;) {
    auto page = records(run, from);
    from = journal::sequence{journal::number(from) + page.raw.size()};
    for (const auto& raw : page.raw) {
      const auto record = or_throw(chain.next(raw));
      // It was trimmed meanwhile: what came before would be of no use.
      if (std::holds_alternative<journal::anchor>(record.value.body)) {
        throw error_exception({errc::trimmed, "run " + run.to_string() + " was trimmed"});
      }
    }
    std::ranges::move(page.raw, std::back_inserter(h.records));
    if (page.is_last || page.raw.empty()) return h;
  }
} catch (const error_exception& e) {
  if (e.code() != errc::trimmed) throw;
  throw error_exception({errc::trimmed, e.what() + std::string("; ") + needs_no_runtime});
}

void remote_access::import(journal::history h) {
  if (h.behind) {
    throw error_exception({errc::trimmed, "run " + h.run.to_string() +
                                              " comes with a checkpoint; " + needs_no_runtime});
  }
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
