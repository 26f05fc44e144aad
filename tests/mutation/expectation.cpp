#include "mutation/expectation.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "theus/runtime/diagnosis.hpp"
#include "theus/runtime/replayer.hpp"

#include "mutation/recording.hpp"

namespace theus::mutation {
namespace {

std::shared_ptr<const workflow_type> type() {
  return scripted_application().bound().workflows.find("scripted")->second;
}

}  // namespace

std::optional<mismatch> replayed(std::span<const journal::stored_record> records, how what) {
  const auto code = type();
  replayer again(*code, journal::run_id{}, replayer::check::everything);
  if (what != how::from_zero) {
    for (const auto& each : records) again.know(each.value);
  }
  for (std::size_t i = 0; i < records.size(); ++i) {
    auto found = again.feed(records[i]);
    if (!found) continue;
    explain_cause(*found, again.state(), records.subspan(i), invented_results::yes);
    return found;
  }
  return std::nullopt;
}

recorded_visits::recorded_visits(std::span<const journal::stored_record> records) {
  const auto code = type();
  replayer again(*code, journal::run_id{}, replayer::check::everything);
  journal::sequence at{};
  visitor() = [&](const visit& v) {
    visits_.push_back({v, at});
    if (v.what == "left") left_.push_back(v.where);
  };
  for (const auto& each : records) {
    at = each.value.at;
    const auto found = again.feed(each);
    EXPECT_FALSE(found) << found->explain();
  }
  visitor() = nullptr;
}

bool recorded_visits::is_at(const located& v, const place& p) const {
  return v.what.uid == p.uid && v.what.what == p.what;
}

bool recorded_visits::is_affected(const located& v, const mutation& m, how what) const {
  return is_at(v, m.first) && (what == how::from_zero || !is_hidden(v.what));
}

bool recorded_visits::is_hidden(const visit& v) const {
  return std::ranges::any_of(left_, [&](const auto& over) { return v.where.starts_with(over); });
}

std::optional<journal::sequence> recorded_visits::expected(const mutation& m, how what) const {
  if (m.cause.empty()) return std::nullopt;
  std::optional<journal::sequence> first;
  bool persists = false;
  for (auto each = visits_.begin(); each != visits_.end(); ++each) {
    if (!is_affected(*each, m, what)) continue;
    const auto healed =
        !m.heals ? visits_.end()
                 : std::find_if(each, visits_.end(), [&](auto& v) { return is_at(v, *m.heals); });
    persists = healed == visits_.end();
    if (!persists && healed->turn == each->turn) continue;  // within a turn nobody sees it
    if (!first) first = each->turn;
  }
  const bool compares_state = what != how::recovery || m.cause != "state differs";
  return compares_state || persists ? first : std::nullopt;
}

bool recorded_visits::may_be_missed(const mutation& m, how what) const {
  return what != how::from_zero && m.cause == "state differs" && m.heals && !left_.empty();
}

std::vector<std::string> recorded_visits::causes(const mutation& m, how what) const {
  std::vector<std::string> right{m.cause};
  const auto first =
      std::ranges::find_if(visits_, [&](const auto& each) { return is_affected(each, m, what); });
  const bool is_told = !m.told_by || std::any_of(first, visits_.end(), [&](const auto& each) {
    return is_at(each, *m.told_by);
  });
  if (!is_told) right.insert(right.end(), m.otherwise.begin(), m.otherwise.end());
  return right;
}

}  // namespace theus::mutation
