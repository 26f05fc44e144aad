#include "query_answer.hpp"

#include <exception>
#include <optional>
#include <typeinfo>
#include <utility>

#include <boost/core/demangle.hpp>

#include "theus/runtime/turn_guard.hpp"

#include "loader.hpp"
#include "surroundings.hpp"

namespace theus {
namespace {

std::string shown(const query_type& query, const seen_run& run) {
  return "query '" + query.name() + "' of workflow '" + run.workflow_type + "'";
}

error failed(const query_type& query, const seen_run& run, const std::string& how) {
  return {errc::query_failed, shown(query, run) + " " + how};
}

result<journal::payload> call(const query_type& query, const seen_run& run,
                              const journal::payload& arguments) {
  try {
    return query.answer(run, arguments);
  } catch (const std::exception& e) {
    return failed(query, run, "threw " + boost::core::demangle(typeid(e).name()) + ": " + e.what());
  } catch (...) {
    return failed(query, run, "threw something that is not a std::exception");
  }
}

// The guard wants to know whose code runs: a machine of the type, which makes no step.
query_answer call_watched(const query_type& query, const seen_run& run,
                          const journal::payload& arguments, const registry& what) {
  const auto type = what.workflows.find(run.workflow_type);
  if (!what.guard || type == what.workflows.end()) return {call(query, run, arguments), {}};
  machine code(*type->second);
  code.stand_at(run.time);
  guarded_step watched(what.guard.get(), code);
  query_answer made{call(query, run, arguments), {}};
  if (!watched.end()) return made;
  guard_findings found = watched.take_findings();
  if (found.forbidden) {
    made.answered =
        failed(query, run, "called " + found.forbidden->name + ": " + found.forbidden->report);
  }
  made.noted = std::move(found.noted);
  return made;
}

query_answer call_in(surroundings::kind which, const query_type& query, const seen_run& run,
                     const journal::payload& arguments, const registry& what) {
  const surroundings around(which);
  std::optional<query_answer> made;
  around.call([&] { made = call_watched(query, run, arguments, what); });
  return std::move(*made);
}

std::string text_of(const result<journal::payload>& answered) {
  return answered ? *answered : answered.error().message;
}

query_answer call_twice(const query_type& query, const seen_run& run,
                        const journal::payload& arguments, const registry& what) {
  query_answer first = call_in(surroundings::kind::first, query, run, arguments, what);
  const query_answer second = call_in(surroundings::kind::second, query, run, arguments, what);
  if (text_of(first.answered) == text_of(second.answered)) return first;
  first.answered = failed(query, run,
                          "did not answer the same twice: " + text_of(first.answered) +
                              ", once more " + text_of(second.answered) +
                              "; see \"What a workflow may use\" in docs/determinism.md");
  return first;
}

}  // namespace

result<const query_type*> find_query(const registry& what, const std::string& workflow_type,
                                     const std::string& name) {
  if (!what.workflows.contains(workflow_type)) {
    return error{errc::unknown_workflow,
                 "no workflow named '" + workflow_type + "' is bound in this application"};
  }
  const auto of_type = what.queries.find(workflow_type);
  if (of_type == what.queries.end()) {
    return error{errc::unknown_query, "workflow '" + workflow_type + "' has no queries"};
  }
  const auto found = of_type->second.find(name);
  if (found != of_type->second.end()) return found->second.get();
  std::string there;
  for (const auto& [known, query] : of_type->second) there += (there.empty() ? "" : ", ") + known;
  return error{errc::unknown_query,
               "workflow '" + workflow_type + "' has no query '" + name + "'; there are: " + there};
}

seen_run see(const machine& body, const journal::instance_row& row) {
  return {row.run,    row.workflow_id,   row.workflow_type, body.context().tree(),
          body.now(), body.is_finished()};
}

result<seen_run> see_in_journal(journal::store& store, node_archive& archive, const registry& what,
                                const journal::instance_row& row, const machine_limits& bounds,
                                std::vector<std::string>& damaged) {
  auto loaded = load_run(store, archive, what, row.run, bounds);
  if (!loaded) return loaded.error();
  if (const auto* aside = std::get_if<set_aside_run>(&*loaded)) {
    return error{aside->is_mismatch ? errc::mismatch : errc::unknown_version, aside->reason};
  }
  auto* run = std::get_if<loaded_run>(&*loaded);
  if (!run) return error{errc::not_found, "run " + row.run.to_string() + " has no records"};
  damaged = std::move(run->damaged);
  return see(*run->body, row);
}

query_answer answer_query(const query_type& query, const seen_run& run,
                          const journal::payload& arguments, const registry& what,
                          const engine_options& options) {
  query_answer made = options.paranoid ? call_twice(query, run, arguments, what)
                                       : call_watched(query, run, arguments, what);
  const std::size_t most = options.bounds.payload_bytes;
  if (made.answered && made.answered->size() > most) {
    made.answered = error{errc::limit_exceeded, "the answer of " + shown(query, run) + " has " +
                                                    std::to_string(made.answered->size()) +
                                                    " bytes, more than " + std::to_string(most) +
                                                    " (payload_bytes)"};
  } else if (!made.answered && made.answered.error().code == errc::wrong_type) {
    made.answered = error{errc::wrong_type, "the arguments do not fit " + shown(query, run) + ": " +
                                                made.answered.error().message};
  }
  return made;
}

}  // namespace theus
