#include "theus/journal/trimming.hpp"

#include "keyed_store.hpp"
#include "keys.hpp"

// Anchors: when one is accepted, what it erases, and where a trimmed run begins (rule 7).
namespace theus::journal {
namespace {

constexpr std::size_t page_records = 1'000;

error refused(run_id run, sequence at, const std::string& why) {
  return {errc::bad_input, "the anchor of run " + run.to_string() + " at record " +
                               std::to_string(number(at)) + " " + why};
}

}  // namespace

result<std::optional<keys::anchor_row>> keyed_store::anchor_row(run_id run) {
  const auto value = engine_->get(space::rows, keys::anchor(run));
  if (!value) return value.error();
  if (!*value) return std::optional<keys::anchor_row>();
  auto row = keys::parse_anchor_value(**value);
  if (!row) {
    return error{errc::corrupt,
                 "the anchor row of run " + run.to_string() + " is malformed; rebuild the rows"};
  }
  return row;
}

result<anchor_place> keyed_store::place_of(run_id run, const keys::anchor_row& row) {
  const auto stored = fetch(run, row.at);
  if (!stored) return stored.error();
  const auto* found = std::get_if<anchor>(&stored->value.body);
  if (found == nullptr || found->through != row.through) {
    return error{errc::corrupt, "run " + run.to_string() + " record " +
                                    std::to_string(number(row.at)) +
                                    " is not the anchor that it was"};
  }
  return anchor_place{found->through, row.at, found->last, found->manifest};
}

result<std::optional<anchor_place>> keyed_store::trimmed(run_id run) {
  for (;;) {
    const auto row = anchor_row(run);
    if (!row) return row.error();
    if (!*row) return std::optional<anchor_place>();
    const auto place = place_of(run, **row);
    if (place) return std::optional(*place);
    // A later trim takes the anchor before away, and brings another row.
    const auto now = anchor_row(run);
    if (!now) return now.error();
    if (*now && (*now)->at == (*row)->at) return place.error();
  }
}

error keyed_store::trimmed_error(run_id run, sequence through) const {
  const std::string last = std::to_string(number(through));
  return {errc::trimmed, "records 1 to " + last + " of run " + run.to_string() +
                             " were trimmed; its history begins with its checkpoint at " + last};
}

// By the records alone: the one that names what comes before the first of them.
result<std::optional<record>> keyed_store::newest_anchor(run_id run) {
  sequence at = before_first;
  const auto first =
      engine_->scan(space::records, keys::record(run, first_sequence),
                    keys::record(run, sequence{UINT64_MAX}), [&](std::string_view key, auto) {
                      keys::cursor c(key);
                      c.run();
                      at = sequence{c.u64()};
                      return false;
                    });
  if (!first) return first.error();
  if (at == before_first) return std::optional<record>();
  const sequence through{number(at) - 1};
  for (std::optional<record> found;;) {
    sequence last = before_first;
    const auto page =
        read_page(run, at, page_records, [&](std::string_view, record&& r, const hash256&) {
          last = r.at;
          const auto* a = std::get_if<anchor>(&r.body);
          if (a != nullptr && a->through == through) found = std::move(r);
        });
    if (!page) return page.error();
    if (found || last == before_first) return found;
    at = next(last);
  }
}

result<void> keyed_store::check_checkpoint(run_id run, const anchor& a) {
  const auto row = checkpoint({run, a.through});
  if (!row) return row.error();
  const std::string which =
      "run " + run.to_string() + " at record " + std::to_string(number(a.through));
  if (!*row) return error{errc::bad_input, "there is no checkpoint of " + which};
  if (manifest_of(**row) == a.manifest) return {};
  return error{errc::bad_input, "the checkpoint of " + which + " is not the anchor's"};
}

result<void> keyed_store::check_anchor(const unit& u, const unit::entry& e, const head& before) {
  const auto& a = std::get<anchor>(e.value.body);
  if (a.through == before_first || a.through > before.at) {
    return refused(u.run(), e.value.at, "trims records that are not there yet");
  }
  const auto row = anchor_row(u.run());
  if (!row) return row.error();
  if (*row && a.through <= (*row)->through) {
    return refused(u.run(), e.value.at,
                   "trims no more than the one at record " + std::to_string(number((*row)->at)));
  }
  const auto stored = fetch(u.run(), a.through);
  if (!stored) return stored.error();
  if (stored->hash != a.last)
    return refused(u.run(), e.value.at, "names another record than is there");
  const auto known = instance(u.run());
  if (!known) return known.error();
  if (!*known || (*known)->workflow_id != a.workflow_id ||
      (*known)->workflow_type != a.workflow_type || (*known)->request_id != a.request_id ||
      (*known)->started_at != a.started_at || (*known)->parent != a.parent) {
    return refused(u.run(), e.value.at, "describes another run");
  }
  if ((*known)->status != run_status::running) {
    // The turn with the result is the last record, or there are anchors behind it.
    for (sequence at = before.at; at > a.through; at = sequence{number(at) - 1}) {
      const auto later = fetch(u.run(), at);
      if (!later) return later.error();
      if (!std::holds_alternative<anchor>(later->value.body)) return check_checkpoint(u.run(), a);
    }
    return refused(u.run(), e.value.at, "trims the turn that ended the run");
  }
  return check_checkpoint(u.run(), a);
}

result<void> keyed_store::stage_anchor(const unit& u, const unit::entry& e, const head& before,
                                       staging& s) {
  if (auto ok = check_anchor(u, e, before); !ok) return ok;
  const auto& a = std::get<anchor>(e.value.body);
  const auto row = anchor_row(u.run());
  if (!row) return row.error();
  const sequence first = *row ? next((*row)->through) : first_sequence;
  s.changes.push_back({space::records, keys::record(u.run(), first), std::nullopt,
                       number(a.through) - number(first)});
  s.anchored.emplace_back(checkpoint_id{u.run(), a.through}, a.manifest);
  return {};
}

result<std::optional<hash256>> keyed_store::manifest_wanted(const checkpoint_id& id) {
  if (auto begun = under_way_.anchored(id)) return begun;
  const auto row = anchor_row(id.run);
  if (!row) return row.error();
  if (!*row || (*row)->through != id.at) return std::optional<hash256>();
  const auto place = trimmed(id.run);
  if (!place) return place.error();
  return std::optional((*place)->manifest);
}

}  // namespace theus::journal
