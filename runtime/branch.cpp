#include "theus/runtime/branch.hpp"

#include <algorithm>
#include <utility>

#include "theus/runtime/context_writes.hpp"
#include <theus/value/diff.hpp>
#include <theus/value/edit.hpp>
#include <theus/value/patch.hpp>

namespace theus {
namespace {

bool is_within(const path& at, const path& around) {
  const auto& outer = around.steps();
  const auto& inner = at.steps();
  return outer.size() <= inner.size() && std::equal(outer.begin(), outer.end(), inner.begin());
}

bool covers(const std::optional<std::vector<path>>& declared, const path& at) {
  return declared &&
         std::ranges::any_of(*declared, [&](const path& each) { return is_within(at, each); });
}

std::string quoted(const path& at) { return "'" + at.to_string() + "'"; }

bool same_at(const path& at, const value& a, const value& b) {
  const value* const x = find(a, at);
  const value* const y = find(b, at);
  return x && y ? *x == *y : x == y;
}

}  // namespace

branch::branch(const branch& outer, std::string scope, scope_contract bounds)
    : outer_(&outer),
      written_(outer.written_),
      scope_(std::move(scope)),
      tree_(outer.tree_),
      base_(outer.tree_),
      bounds_(std::move(bounds)) {}

std::optional<std::int32_t> branch::version_of(std::string_view change) const {
  const auto found = versions_.find(change);
  return found == versions_.end() ? std::nullopt : std::optional(found->second);
}

void branch::follow(std::string_view change, std::int32_t version) {
  versions_.emplace(change, version);
}

journal::hash256 branch::root() const {
  return tree_.as_map().empty() ? journal::hash256() : tree_.root();
}

value branch::get(const path& at) const {
  check_read(at);
  return theus::get(tree_, at).value();
}

std::optional<value> branch::find(const path& at) const {
  check_read(at);
  const value* const found = theus::find(tree_, at);
  return found ? std::optional(*found) : std::nullopt;
}

void branch::put(const path& at, value v) {
  if (at.empty()) return restore(std::move(v));
  check_write(at);
  const value noted = v;
  theus::put(tree_, at, std::move(v)).value();
  if (written_) written_->add(scope_, context_write::kind::put, at, noted);
}

void branch::patch(const path& at, const map& changes) {
  check_write(at);
  theus::patch(tree_, at, changes).value();
  if (written_) written_->add(scope_, context_write::kind::patch, at, changes);
}

bool branch::erase(const path& at) {
  check_write(at);
  const bool erased = theus::erase(tree_, at).value();
  if (erased && written_) written_->add(scope_, context_write::kind::erase, at, nullptr);
  return erased;
}

void branch::restore(value tree) {
  (void)tree.as_map();  // a Context is a map
  if (bounds_.writes) check_changes(diff(tree_, tree).changes);
  if (written_) written_->add(scope_, context_write::kind::restore, {}, tree);
  tree_ = std::move(tree);
}

branch::merge_result branch::merge(const branch& inner) const {
  merge_result done;
  if (inner.bounds_.reads) {
    for (const path& each : *inner.bounds_.reads) {
      if (!same_at(each, inner.base_, tree_)) done.conflicts.push_back(each);
    }
  }
  value_merge merged = theus::merge(inner.base_, tree_, inner.tree_, changed_alike::conflicts);
  for (value_conflict& each : merged.conflicts) done.conflicts.push_back(std::move(each.where));
  if (!done.conflicts.empty()) return done;
  const value_diff changed = diff(tree_, merged.merged);
  check_changes(changed.changes);
  if (!changed.changes.empty()) done.changes = encode(patch_of(changed));
  done.tree = std::move(merged.merged);
  return done;
}

result<void> branch::apply(const std::string& changes) {
  if (changes.empty()) return {};
  const auto decoded = decode_patch(changes);
  if (!decoded) return decoded.error();
  return theus::apply(tree_, *decoded);
}

// What the inside of a phase reads, the phase reads.
void branch::check_read(const path& at) const {
  if (outer_) outer_->check_read(at);
  if (!bounds_.reads || covers(bounds_.reads, at) || covers(bounds_.writes, at)) return;
  throw contract_violated("the phase reads " + quoted(at) +
                          " of the Context, which its .reads(…) and .writes(…) do not name");
}

void branch::check_write(const path& at) const {
  if (!bounds_.writes || covers(bounds_.writes, at)) return;
  throw contract_violated("the phase writes " + quoted(at) +
                          " of the Context, which its .writes(…) does not name");
}

void branch::check_changes(const std::vector<value_change>& changes) const {
  if (!bounds_.writes) return;
  for (const value_change& each : changes) {
    if (each.before && each.after) {
      check_write(each.where);
    } else {
      check_whole(each.where, each.after ? *each.after : *each.before);
    }
  }
}

// Writing something makes the maps on the way to it, and going back takes them away.
void branch::check_whole(const path& at, const value& whole) const {
  const auto leads_on = [&](const path& each) { return is_within(each, at); };
  if (!whole.is_map() || covers(bounds_.writes, at) ||
      std::ranges::none_of(*bounds_.writes, leads_on)) {
    return check_write(at);
  }
  for (const auto& [key, each] : whole.as_map()) check_whole(at / key, each);
}

}  // namespace theus
