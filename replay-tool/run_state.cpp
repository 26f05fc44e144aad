#include "run_state.hpp"

#include "theus/runtime/finished_scopes.hpp"
#include "theus/runtime/recovery.hpp"

#include "json_out.hpp"
#include "record_chain.hpp"

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
  into.inner_waits = from.inner_waits();
  into.is_deadlocked = from.is_deadlocked();
  for (const reentry_node* each : from.open_reentries()) {
    if (each->own_branch() == nullptr) continue;
    const bool loop = each->command().what == journal::open_scope::kind::loop;
    const std::string path = scope_path(each->id());
    into.open.push_back({loop ? path + "/" + std::to_string(each->iteration()) : path,
                         loop ? "loop" : "phase", each->command().name, each->iteration(),
                         each->own_branch()->tree(), each->around().tree()});
  }
}

// From that checkpoint on, or from the first record; absent: the code does not fit, as `seen` says.
std::optional<run_state> state_from(const checkpoint* from, const registry& code,
                                    const journal::instance_row& run,
                                    std::optional<std::uint64_t> at, extent how,
                                    journal_access& journal, verdict& seen) {
  verifier replaying(code, run.run);
  const auto fits = [&] { return (seen = replaying.seen()).fits(); };
  run_state state{run, 0, {}, false, map(), {}, {}, false};
  const auto behind = from ? from->head : journal::head();
  std::uint64_t last = state.turn = journal::number(behind.at);
  state.time = behind.time;
  std::uint64_t known = 0;
  if (from) replaying.begin(*from);
  for_each_record(journal, run.run, behind, [&](const journal::stored_record& record) {
    if (!fits() || (at && journal::number(record.value.at) > *at)) return false;
    ++known;
    last = journal::number(record.value.at);
    return how == extent::from_zero || replaying.know(record.value);
  });
  if (at && (*at == 0 || *at > last))
    throw error_exception({errc::not_found, "run " + run.run.to_string() + " has " +
                                                std::to_string(last) + " records; there is no " +
                                                std::to_string(*at)});
  if (!fits() || (from && !replaying.resume(*from))) {
    fits();
    return std::nullopt;
  }
  for_each_record(journal, run.run, behind, [&](const journal::stored_record& record) {
    if (known == 0) return false;
    --known;
    if (std::holds_alternative<journal::turn>(record.value.body)) {
      state.turn = journal::number(record.value.at);
      state.time = record.value.time;
    }
    return replaying.feed(record);
  });
  if (!fits()) return std::nullopt;
  take_contexts(replaying.state(), state);
  return state;
}

// From the newest checkpoint that fits; absent: there is none.
std::optional<run_state> state_by_checkpoint(const registry& code, const journal::instance_row& run,
                                             std::optional<std::uint64_t> at,
                                             const std::optional<journal::anchor_place>& trimmed,
                                             journal_access& journal) try {
  const auto from = journal.newest_checkpoint(run.run, at ? journal::sequence{*at} : last_sequence);
  if (!from || (trimmed && from->head.at < trimmed->through)) return std::nullopt;
  verdict seen;
  return state_from(&*from, code, run, at, extent::open_scopes, journal, seen);
} catch (const error_exception& e) {
  if (e.code() != errc::corrupt) throw;
  return std::nullopt;  // whether it or a record is at fault, the records will tell
}

run_state found_state(const registry& code, const journal::instance_row& run,
                      std::optional<std::uint64_t> at, extent how, journal_access& journal) {
  const auto trimmed = journal.trimmed(run.run);
  if (how != extent::from_zero) {
    if (auto state = state_by_checkpoint(code, run, at, trimmed, journal)) {
      return std::move(*state);
    }
  }
  const auto from = journal.beginning(run.run);
  verdict seen;
  auto state = state_from(from ? &*from : nullptr, code, run, at, how, journal, seen);
  if (!state) refuse(seen, run.run.to_string());
  return std::move(*state);
}

}  // namespace

std::string open_scope::described() const {
  const std::string named = kind + " '" + shown(name) + "'";
  if (iteration == 0) return named + " " + path;
  return named + " " + path.substr(0, path.rfind('/')) + ", iteration " + std::to_string(iteration);
}

run_state state_at(const registry& code, const journal::instance_row& run,
                   std::optional<std::uint64_t> at, extent how, journal_access& journal) {
  const auto trimmed = journal.trimmed(run.run);
  if (trimmed && at && *at < journal::number(trimmed->through)) {
    refuse_trimmed(run.run, journal::number(trimmed->through));
  }
  return unless_trimmed([&] { return found_state(code, run, at, how, journal); });
}

}  // namespace theus::tool
