#include "theus/testing/survives_crashes.hpp"

#include <vector>

#include "theus/runtime/record_text.hpp"

#include "rehearsal.hpp"

namespace theus::testing {
namespace {

// What each append of the reference holds, in words.
using append_texts = std::map<std::uint64_t, std::string>;

rehearsal reference_of(const application& what, const scenario& run, const crash_options& options,
                       append_texts& appends) {
  scenario_control control;
  control.hears_of_records = [&](std::uint64_t append, journal::run_id of,
                                 const journal::record& record) {
    std::string& text = appends[append];
    text += "  run " + of.to_string() + "\n";
    for (const auto& line : lines_of(record)) text += "  " + line + "\n";
  };
  return {what, options.environment, run, control};
}

std::string place_of(const kill_point& where, const append_texts& appends) {
  const auto text = appends.find(where.append);
  return std::string("killed right ") +
         (where.when == kill_point::moment::before ? "before" : "behind") + " append " +
         std::to_string(where.append) + ":\n" + (text != appends.end() ? text->second : "");
}

// What is not as in the reference; "" when all is.
std::string difference(const rehearsal& reference, const rehearsal& killed, bool with_contexts) {
  if (!killed.holds()) return killed.failure() + "\n";
  std::string text;
  for (const auto& [which, expected] : reference.endings()) {
    const auto found = killed.endings().find(which);
    if (found == killed.endings().end()) {
      text += "workflow " + which + " was never started\n";
    } else if (found->second.how != expected.how) {
      text += "workflow " + which + ": " + found->second.how + "\nwithout kills: " + expected.how +
              "\n";
    } else if (with_contexts && found->second.root != expected.root) {
      text += "workflow " + which + ": the root of its Context is " + found->second.root +
              "\nwithout kills: " + expected.root + "\n";
    }
  }
  for (const auto& [which, ending] : killed.endings()) {
    if (!reference.endings().contains(which)) text += "workflow " + which + " is one more\n";
  }
  return text;
}

}  // namespace

crash_finding survives_crashes(const application& what, const scenario& run,
                               crash_options options) {
  append_texts appends;
  const rehearsal reference = reference_of(what, run, options, appends);
  if (!reference.holds()) {
    return {false, "without any kill: " + reference.failure() + "\n" + reference.transcript(), 0,
            1};
  }
  if (reference.skipped()) {
    return {true, "the scenario is skipped: " + *reference.skipped() + "\n", 0, 0};
  }
  if (reference.appends() == 0) {
    return {false, "the scenario makes no append to the journal: nothing was killed\n", 0, 0};
  }
  std::string text;
  std::uint64_t kills = 0;
  std::uint64_t misses = 0;
  for (std::uint64_t append = 1; append <= reference.appends(); ++append) {
    for (const auto when : {kill_point::moment::before, kill_point::moment::behind}) {
      scenario_control control;
      control.dies_at = kill_point{append, when};
      ++kills;
      const rehearsal killed(what, options.environment, run, control);
      const auto differs = difference(reference, killed, options.compares_contexts);
      if (differs.empty()) continue;
      if (misses++ >= options.most_shown) continue;
      text += place_of(*control.dies_at, appends) + differs + "what happened:\n" +
              killed.transcript() + "\n";
    }
  }
  text += std::to_string(kills - misses) + " of " + std::to_string(kills) +
          " kills, before and behind each of " + std::to_string(reference.appends()) +
          " appends, change nothing\n";
  return {misses == 0, text, kills, misses};
}

}  // namespace theus::testing
