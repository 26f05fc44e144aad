#include <algorithm>

#include "theus/journal/store.hpp"

#include "hash.hpp"

namespace theus::journal {
namespace {

result<void> check_length(sequence at, const limits& bounds) {
  if (number(at) <= bounds.records_per_run) return {};
  return error{errc::limit_exceeded, "a run has more records than limits::records_per_run (" +
                                         std::to_string(bounds.records_per_run) + ")"};
}

result<unit::entry> chained(const head& after, record r, const limits& bounds) {
  r.at = next(after.at);
  r.time = after.at == before_first ? r.raw_time : std::max(r.raw_time, after.time);
  r.previous = after.hash;
  if (auto ok = check_length(r.at, bounds); !ok) return ok.error();
  auto bytes = encode(r, bounds);
  if (!bytes) return bytes.error();
  const hash256 hash = sha256({bytes_of(*bytes)});
  return unit::entry{std::move(r), std::move(*bytes), hash};
}

result<unit::entry> adopted(const head& after, std::string raw, const limits& bounds) {
  auto r = decode(bytes_of(raw), bounds);
  if (!r) return r.error();
  if (r->at != next(after.at) || r->previous != after.hash) {
    return error{errc::corrupt,
                 "record " + std::to_string(number(r->at)) + " does not continue the one before"};
  }
  if (auto ok = check_length(r->at, bounds); !ok) return ok.error();
  const hash256 hash = sha256({bytes_of(raw)});
  return unit::entry{std::move(*r), std::move(raw), hash};
}

}  // namespace

result<unit> unit::make(run_id run, epoch owner, const head& after, record r,
                        const limits& bounds) {
  auto first = chained(after, std::move(r), bounds);
  if (!first) return first.error();
  unit made(run, owner);
  made.entries_.push_back(std::move(*first));
  return made;
}

result<unit> unit::adopt(run_id run, epoch owner, const head& after, std::vector<std::string> raw,
                         const limits& bounds) {
  if (raw.empty()) return error{errc::bad_input, "there are no records to take over"};
  unit made(run, owner);
  made.entries_.reserve(raw.size());
  for (std::string& bytes : raw) {
    auto entry =
        adopted(made.entries_.empty() ? after : made.resulting_head(), std::move(bytes), bounds);
    if (!entry) return entry.error();
    made.entries_.push_back(std::move(*entry));
  }
  return made;
}

result<unit> unit::adopt_trimmed(run_id run, epoch owner, std::vector<std::string> raw,
                                 const limits& bounds) {
  if (raw.empty()) return error{errc::bad_input, "there are no records to take over"};
  const auto first = decode(bytes_of(raw.front()), bounds);
  if (!first) return first.error();
  if (first->at <= first_sequence) {
    return error{errc::corrupt, "the records of a trimmed run begin with its first"};
  }
  head after;
  after.at = sequence{number(first->at) - 1};
  after.hash = first->previous;
  auto made = adopt(run, owner, after, std::move(raw), bounds);
  if (!made) return made;
  for (std::size_t i = 0; i < made->entries_.size(); ++i) {
    const auto* a = std::get_if<anchor>(&made->entries_[i].value.body);
    if (a == nullptr) continue;
    if (a->through > after.at) break;
    if (a->through == after.at) made->behind_ = i;
  }
  if (made->behind() == nullptr || made->behind()->last != after.hash) {
    return error{errc::corrupt, "no anchor vouches for what came before record " +
                                    std::to_string(number(first->at))};
  }
  return made;
}

const anchor* unit::behind() const {
  return behind_ ? &std::get<anchor>(entries_[*behind_].value.body) : nullptr;
}

result<void> unit::add(record r, const limits& bounds) {
  auto entry = chained(resulting_head(), std::move(r), bounds);
  if (!entry) return entry.error();
  entries_.push_back(std::move(*entry));
  return {};
}

head unit::resulting_head() const {
  const entry& last = entries_.back();
  return {last.value.at, last.hash, last.value.time};
}

}  // namespace theus::journal
