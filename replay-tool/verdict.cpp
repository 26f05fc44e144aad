#include "verdict.hpp"

#include <algorithm>

#include "theus/journal/codec.hpp"
#include "theus/journal/trimming.hpp"
#include "theus/runtime/cause_in_child.hpp"
#include "theus/runtime/diagnosis.hpp"
#include "theus/runtime/recovery.hpp"

#include "node_map.hpp"
#include "record_chain.hpp"

namespace theus::tool {

namespace {

// Of a trimmed run: its checkpoint, if it is the one that an anchor among the records names.
std::optional<checkpoint> beginning_of(const journal::history& h) {
  if (!h.behind) return std::nullopt;
  const auto refuse = [&](const std::string& why) {
    throw error_exception({errc::corrupt, "run " + h.run.to_string() + ": " + why});
  };
  const auto& row = h.behind->checkpoint;
  const bool is_named = std::ranges::any_of(h.records, [&](const std::string& raw) {
    const auto record =
        journal::decode({reinterpret_cast<const std::uint8_t*>(raw.data()), raw.size()});
    const auto* anchor = record ? std::get_if<journal::anchor>(&record->body) : nullptr;
    return anchor && anchor->through == row.id.at && anchor->manifest == journal::manifest_of(row);
  });
  if (!is_named) refuse("no anchor names its checkpoint");
  node_map nodes;
  for (const auto& each : h.behind->nodes) nodes.add(each);
  auto read = decode_checkpoint(row.bytes, nodes);
  if (!read) refuse("its checkpoint cannot be read: " + read.error().message);
  if (read->run != h.run || read->head.at != row.id.at) refuse("its checkpoint is of another run");
  return std::move(*read);
}

}  // namespace

const char* name(verdict::kind what) {
  switch (what) {
    case verdict::kind::fits:
      return "fits";
    case verdict::kind::mismatch:
      return "mismatch";
    case verdict::kind::unknown_workflow:
      return "unknown_workflow";
    case verdict::kind::throws:
      return "throws";
  }
  return "?";
}

bool verifier::begin(const journal::started* start) {
  if (!start) {
    throw error_exception(
        {errc::corrupt, "the first record of run " + seen_.run.to_string() + " starts no run"});
  }
  seen_.workflow_id = start->workflow_id;
  seen_.workflow_type = start->workflow_type;
  seen_.explanation = why_not_replayable(*start, registry_);
  if (!seen_.explanation.empty()) {
    seen_.what = verdict::kind::unknown_workflow;
    return false;
  }
  const auto& type = *registry_.workflows.find(start->workflow_type)->second;
  replay_ = std::make_unique<replayer>(type, seen_.run, replayer::check::everything,
                                       registry_.watched({}));
  return true;
}

bool verifier::begin(const checkpoint& trimmed) {
  if (!begin(started_in(trimmed))) return false;
  for (const auto& turn : trimmed.turns) replay_->know(turn);
  return true;
}

bool verifier::resume(const checkpoint& trimmed) {
  std::string damage;
  auto found = theus::resume(*replay_, trimmed, damage);
  if (!damage.empty()) throw error_exception({errc::corrupt, damage});
  if (!found) return true;
  seen_.what = verdict::kind::mismatch;
  seen_.explanation = found->explain();
  seen_.difference = std::move(*found);
  return false;
}

bool verifier::know(const journal::record& later) {
  if (!replay_ && !begin(started_in(later))) return false;
  replay_->know(later);
  return true;
}

bool verifier::feed(const journal::stored_record& record) {
  if (!later_.empty()) {
    later_.push_back(record);
    return later_.size() < records_for_a_cause;
  }
  if (!replay_ && !begin(started_in(record.value))) return false;
  ++seen_.records;
  if (std::holds_alternative<journal::turn>(record.value.body)) ++seen_.turns;
  auto found = replay_->feed(record);
  if (!found) return true;
  seen_.what = verdict::kind::mismatch;
  seen_.difference = std::move(*found);
  later_.push_back(record);
  return true;
}

void verifier::conclude() {
  if (later_.empty()) return;
  mismatch& found = *seen_.difference;
  explain_in_child(found, replay_->state(), later_);
  later_.clear();
  seen_.explanation = found.explain();
}

const verdict& verifier::seen() {
  conclude();
  return seen_;
}

void verifier::try_next_turn(journal::wall_time now) {
  if (!replay_ || !seen().fits() || replay_->state().is_finished()) return;
  std::vector<event_batch> intakes;
  for (const auto& each : replay_->unconsumed()) {
    intakes.push_back({each.raw_time, each.time, each.events});
  }
  std::vector<journal::event> due;
  for (auto& timer : replay_->state().due_timers(now)) due.push_back(std::move(timer));
  const event_batch own{now, std::max(now, replay_->head().time), due};
  const auto stepped = replay_->state().step(intakes, own);
  if (const auto* bug = std::get_if<workflow_bug>(&stepped)) {
    seen_.what = verdict::kind::throws;
    seen_.explanation = bug->explain();
  }
}

void replay_run(verifier& into, journal::run_id run, extent how, journal_access& journal) {
  const auto trimmed = journal.beginning(run);
  const auto behind = trimmed ? trimmed->head : journal::head();
  if (trimmed && !into.begin(*trimmed)) return;
  // A runtime may append meanwhile: what was not known is not fed.
  std::optional<std::uint64_t> left;
  if (how == extent::open_scopes) {
    left = 0;
    for_each_record(journal, run, behind, [&](const auto& record) {
      ++*left;
      return into.know(record.value);
    });
    if (!into.seen().fits()) return;
  }
  if (trimmed && !into.resume(*trimmed)) return;
  for_each_record(journal, run, behind, [&](const auto& record) {
    if (left && (*left)-- == 0) return false;
    return into.feed(record);
  });
}

verdict verify_run(const registry& what, journal::run_id run, extent how, journal_access& journal) {
  return unless_trimmed([&] {
    verifier checking(what, run);
    replay_run(checking, run, how, journal);
    return checking.seen();
  });
}

verdict verify_history(const registry& what, extent how, const journal::history& h) {
  const auto trimmed = beginning_of(h);
  verifier checking(what, h.run);
  const auto each = [&](const auto& take) {
    record_chain chain(h.run, trimmed ? trimmed->head : journal::head());
    bool goes_on = true;
    for (const auto& raw : h.records) {
      const auto record = chain.next(raw);
      if (!record) throw error_exception(record.error());
      goes_on = goes_on && take(*record);
    }
  };
  if (trimmed && !checking.begin(*trimmed)) return checking.seen();
  if (how == extent::open_scopes)
    each([&](const journal::stored_record& record) { return checking.know(record.value); });
  if (trimmed && checking.seen().fits()) checking.resume(*trimmed);
  if (checking.seen().fits())
    each([&](const journal::stored_record& record) { return checking.feed(record); });
  return checking.seen();
}

}  // namespace theus::tool
