#include "run_state.hpp"

#include "theus/runtime/finished_scopes.hpp"

#include "json_out.hpp"
#include "record_chain.hpp"
#include "verdict.hpp"

namespace theus::tool {
namespace {

[[noreturn]] void refuse(const verdict& seen, const std::string& id) {
  const auto what =
      seen.what == verdict::kind::unknown_workflow ? errc::unknown_workflow : errc::mismatch;
  const std::string first = seen.explanation.substr(0, seen.explanation.find('\n'));
  throw error_exception({what,
                         "a Context is found by replaying the run, and this binary's code "
                         "does not fit it: " +
                             first + "; `replay " + id + "` says more"});
}

[[noreturn]] void refuse_trimmed(journal::run_id run, std::uint64_t through) {
  throw error_exception({errc::trimmed, "records 1 to " + std::to_string(through) + " of run " +
                                            run.to_string() +
                                            " were trimmed; its Context is known from record " +
                                            std::to_string(through) + " on"});
}

void take_contexts(const machine& from, run_state& into) {
  into.is_finished = from.is_finished();
  into.context = from.context().tree();
  for (const reentry_node* each : from.open_reentries()) {
    if (each->own_branch() == nullptr) continue;
    const bool loop = each->command().what == journal::open_scope::kind::loop;
    const std::string path = scope_path(each->id());
    into.open.push_back({loop ? path + "/" + std::to_string(each->iteration()) : path,
                         loop ? "loop" : "phase", each->command().name, each->iteration(),
                         each->own_branch()->tree(), each->around().tree()});
  }
}

run_state found_state(const registry& code, const journal::instance_row& run,
                      std::optional<std::uint64_t> at, journal_access& journal) {
  verifier replaying(code, run.run);
  run_state state{run, 0, {}, false, map(), {}};
  std::uint64_t known = 0;
  std::uint64_t last = 0;
  const auto trimmed = journal.beginning(run.run);
  const auto behind = trimmed ? trimmed->head : journal::head();
  if (trimmed) {
    last = state.turn = journal::number(trimmed->head.at);
    state.time = trimmed->head.time;
    if (at && *at < last) refuse_trimmed(run.run, last);
    if (!replaying.begin(*trimmed)) refuse(replaying.seen(), run.run.to_string());
  }
  for_each_record(journal, run.run, behind, [&](const journal::stored_record& record) {
    if (at && journal::number(record.value.at) > *at) return false;
    ++known;
    last = journal::number(record.value.at);
    return replaying.know(record.value);
  });
  if (!replaying.seen().fits()) refuse(replaying.seen(), run.run.to_string());
  if (at && (*at == 0 || *at > last))
    throw error_exception({errc::not_found, "run " + run.run.to_string() + " has " +
                                                std::to_string(last) + " records; there is no " +
                                                std::to_string(*at)});
  if (trimmed && !replaying.resume(*trimmed)) refuse(replaying.seen(), run.run.to_string());
  for_each_record(journal, run.run, behind, [&](const journal::stored_record& record) {
    if (known == 0) return false;
    --known;
    if (std::holds_alternative<journal::turn>(record.value.body)) {
      state.turn = journal::number(record.value.at);
      state.time = record.value.time;
    }
    return replaying.feed(record);
  });
  if (!replaying.seen().fits()) refuse(replaying.seen(), run.run.to_string());
  take_contexts(replaying.state(), state);
  return state;
}

}  // namespace

std::string open_scope::described() const {
  const std::string named = kind + " '" + shown(name) + "'";
  if (iteration == 0) return named + " " + path;
  return named + " " + path.substr(0, path.rfind('/')) + ", iteration " + std::to_string(iteration);
}

run_state state_at(const registry& code, const journal::instance_row& run,
                   std::optional<std::uint64_t> at, journal_access& journal) {
  return unless_trimmed([&] { return found_state(code, run, at, journal); });
}

}  // namespace theus::tool
