#include "theus/runtime/recovery.hpp"

#include <algorithm>

namespace theus {
namespace {

constexpr std::size_t checkpoints_tried = 16;

bool opens_scopes(const journal::record& r) {
  const auto* turn = std::get_if<journal::turn>(&r.body);
  return turn && std::ranges::any_of(turn->commands, [](const journal::command& c) {
           return std::holds_alternative<journal::open_scope>(c);
         });
}

bool closes_scopes(const journal::record& r) {
  const auto* turn = std::get_if<journal::turn>(&r.body);
  return turn && std::ranges::any_of(turn->commands, [](const journal::command& c) {
           return std::holds_alternative<journal::close_scope>(c);
         });
}

// The records of a run, page by page.
class pages {
 public:
  pages(journal::store& store, journal::run_id run, journal::sequence from,
        journal::sequence through, std::vector<journal::stored_record> first = {})
      : store_(store), run_(run), next_(from), through_(through), first_(std::move(first)) {}

  // Empty at the end.
  result<std::vector<journal::stored_record>> take() {
    if (at_end_ || next_ > through_) return std::vector<journal::stored_record>();
    auto page = first_.empty() ? store_.read(run_, next_, replay_page_records)
                               : result<std::vector<journal::stored_record>>(std::move(first_));
    first_.clear();
    if (!page) return page;
    at_end_ = page->size() < replay_page_records;
    std::erase_if(*page, [this](const auto& each) { return each.value.at > through_; });
    if (page->empty()) {
      at_end_ = true;
    } else {
      next_ = next(page->back().value.at);
    }
    return page;
  }
  bool at_end() const { return at_end_ || next_ > through_; }

 private:
  journal::store& store_;
  journal::run_id run_;
  journal::sequence next_;
  journal::sequence through_;
  std::vector<journal::stored_record> first_;
  bool at_end_ = false;
};

}  // namespace

std::string why_not_replayable(const journal::started& start, const registry& what) {
  if (start.semantics != known_semantics) {
    return "the run was started under semantics " + std::to_string(start.semantics) +
           ", which this build does not know; it goes on with a newer one";
  }
  if (!what.workflows.contains(start.workflow_type)) {
    return "no workflow named '" + start.workflow_type + "' is bound in this application";
  }
  return {};
}

const journal::started* started_in(const journal::record& first) {
  return journal::opening_in(first);
}

const journal::started* started_in(const checkpoint& c) {
  if (c.turns.empty() || c.turns.front().steps.empty()) return nullptr;
  const auto* first = std::get_if<journal::event>(&c.turns.front().steps.front().what);
  return first ? std::get_if<journal::started>(first) : nullptr;
}

bool concerns_one_checkpoint(errc code) {
  return code == errc::corrupt || code == errc::not_found || code == errc::unknown_version ||
         code == errc::limit_exceeded || code == errc::bad_input;
}

result<found_checkpoint> find_checkpoint(journal::store& store, node_archive& archive,
                                         journal::run_id run, journal::sequence through) {
  found_checkpoint found;
  const auto known = store.checkpoints(run, checkpoints_tried);
  if (!known) return known.error();
  for (const auto& id : *known) {
    if (id.at > through) continue;
    // A collection beside this leaves what it reads.
    node_archive::saving reading(archive);
    const auto row = store.checkpoint(id);
    if (row && *row) {
      for (const auto& root : (*row)->roots) (void)reading.holds(root);
    }
    auto read = !row    ? result<checkpoint>(row.error())
                : !*row ? result<checkpoint>(error{errc::not_found, "it is gone"})
                        : decode_checkpoint((*row)->bytes, archive);
    if (read && (read->run != run || read->head.at != id.at || !started_in(*read))) {
      read = error{errc::corrupt, "it is not of this run and sequence"};
    }
    if (read) {
      found.newest = std::move(*read);
      return found;
    }
    if (!concerns_one_checkpoint(read.error().code)) return read.error();
    found.unusable.push_back(id);
    found.damaged.push_back("checkpoint of run " + run.to_string() + " at " +
                            std::to_string(journal::number(id.at)) +
                            " is not used: " + read.error().message);
  }
  return found;
}

result<replayed_tail> replay_run(journal::store& store, journal::run_id run, const checkpoint* from,
                                 replayer& into, journal::sequence through, bool from_zero,
                                 std::vector<journal::stored_record> read_already) {
  replayed_tail done;
  const auto behind = from ? next(from->head.at) : journal::first_sequence;
  pages reading(store, run, behind, through, std::move(read_already));
  auto page = reading.take();
  if (!page) return page.error();
  // Ends are to be known before what they end is begun.
  bool knows_ends = from_zero;
  const auto know_all = [&]() -> result<void> {
    for (const auto& each : *page) into.know(each.value);
    pages ahead = reading;
    while (!ahead.at_end()) {
      const auto later = ahead.take();
      if (!later) return later.error();
      for (const auto& each : *later) into.know(each.value);
    }
    knows_ends = true;
    return {};
  };
  if (from) {
    for (const auto& turn : from->turns) into.know(turn);
    if (auto known = know_all(); !known) return known.error();
    std::string damage;
    // Whether the code or the checkpoint is at fault, an earlier one or the records will tell.
    if (const auto found = resume(into, *from, damage)) damage = found->explain();
    if (!damage.empty()) return error{errc::corrupt, damage};
  }
  while (!page->empty()) {
    if (!knows_ends &&
        std::ranges::any_of(*page, [](const auto& each) { return opens_scopes(each.value); })) {
      if (auto known = know_all(); !known) return known.error();
    }
    for (const auto& each : *page) {
      ++done.records;
      done.bytes += each.size_bytes;
      done.has_ends = done.has_ends || closes_scopes(each.value);
      done.found = into.feed(each);
      if (done.found) return done;
    }
    if (reading.at_end()) break;
    page = reading.take();
    if (!page) return page.error();
  }
  return done;
}

result<journal::sequence> last_settled_turn(journal::store& store, journal::run_id run,
                                            journal::sequence from, journal::sequence through) {
  pages reading(store, run, from, through);
  journal::sequence settled = journal::before_first;
  journal::sequence waiting = journal::before_first;  // the last intake that a turn has to consume
  while (!reading.at_end()) {
    const auto page = reading.take();
    if (!page) return page.error();
    for (const auto& each : *page) {
      if (const auto* turn = std::get_if<journal::turn>(&each.value.body)) {
        if (turn->consumed_through >= waiting) waiting = journal::before_first;
        if (waiting == journal::before_first) settled = each.value.at;
      } else if (std::ranges::any_of(journal::events_of(each.value), is_consumable)) {
        waiting = each.value.at;
      }
    }
  }
  return settled;
}

}  // namespace theus
