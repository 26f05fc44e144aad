#include <utility>

#include <theus/value/edit.hpp>
#include <theus/value/patch.hpp>

#include "encoding.hpp"
#include "flat_form.hpp"

namespace theus {
namespace {

using step = path::step;
using tree::flat_reader;

// The first byte of a step: a key (length, bytes), an index (a length), or what was read from text
// and may be either (length, bytes).
enum class step_tag : std::uint8_t { key = 0, index = 1, either = 2 };

// The first byte of a change, before its path and value.
enum class change_tag : std::uint8_t { erase = 0, put = 1 };

void write_step(std::string& out, const step& s) {
  if (s.is == step::kind::index) {
    if (s.index > value_limits::entries)
      tree::refuse_limit("the index of an element", s.index, value_limits::entries);
    tree::put_byte(out, step_tag::index);
    return tree::put_length(out, s.index);
  }
  if (s.key.size() > value_limits::key_bytes)
    tree::refuse_limit("bytes of a key", s.key.size(), value_limits::key_bytes);
  (void)value(s.key);  // refuses what is not UTF-8
  tree::put_byte(out, s.is == step::kind::key ? step_tag::key : step_tag::either);
  tree::put_text(out, s.key);
}

void refuse_depth(std::size_t containers) {
  if (containers > value_limits::depth)
    tree::refuse_limit("nested maps and lists", containers, value_limits::depth);
}

void read_step(flat_reader& in, path& at) {
  switch (static_cast<step_tag>(in.number(1))) {
    case step_tag::key:
      at /= in.key();
      return;
    case step_tag::index: {
      const std::uint64_t index = in.length();
      if (index > value_limits::entries)
        tree::refuse_limit("the index of an element", index, value_limits::entries);
      at /= index;
      return;
    }
    case step_tag::either: {
      const std::string_view text = in.key();
      in.require(text.find_first_of("/~") == text.npos,
                 "a step that is no index is said to be one");
      path parsed = path::parse("/" + std::string(text)).value();
      in.require(parsed.steps()[0].is == step::kind::either,
                 "a step that is no index is said to be one");
      at.append(parsed.steps()[0]);
      return;
    }
  }
  in.corrupt("a step is of no known kind");
}

value_patch::change read_change(flat_reader& in) {
  value_patch::change change;
  const auto tag = static_cast<change_tag>(in.number(1));
  in.require(tag == change_tag::erase || tag == change_tag::put, "a change is of no known kind");
  const std::size_t steps = in.count(2, value_limits::depth, "nested maps and lists");
  for (std::size_t i = 0; i < steps; ++i) read_step(in, change.where);
  if (tag == change_tag::put)
    change.to = in.read(static_cast<unsigned>(steps));
  else
    in.require(steps != 0, "the tree itself is not erased");
  return change;
}

}  // namespace

value_patch patch_of(const value_diff& changes) {
  value_patch patch;
  patch.changes.reserve(changes.changes.size());
  for (const value_change& change : changes.changes)
    patch.changes.push_back({change.where, change.after});
  return patch;
}

result<void> apply(value& tree, const value_patch& changes) {
  value changed = tree;
  for (const value_patch::change& change : changes.changes) {
    if (change.to) {
      if (auto done = put(changed, change.where, *change.to); !done) return done;
      continue;
    }
    const auto erased = erase(changed, change.where);
    if (!erased) return erased.error();
    if (!*erased)
      return error{errc::not_found,
                   "at \"" + change.where.to_string() + "\": there is nothing to erase"};
  }
  tree = std::move(changed);
  return {};
}

std::string encode(const value_patch& changes) {
  std::string out;
  tree::put_byte(out, tree::flat_tag::patch);
  tree::put_length(out, changes.changes.size());
  for (const value_patch::change& change : changes.changes) {
    const std::vector<step>& steps = change.where.steps();
    refuse_depth(steps.size() + (change.to ? change.to->depth() : 0));
    if (steps.empty() && !change.to)
      tree::refuse(errc::bad_input, "a patch cannot erase the tree itself");
    tree::put_byte(out, change.to ? change_tag::put : change_tag::erase);
    tree::put_length(out, steps.size());
    for (const step& s : steps) write_step(out, s);
    if (change.to) tree::write_flat(out, *change.to);
  }
  return out;
}

result<value_patch> decode_patch(std::string_view bytes, const flat_limits& limits) {
  try {
    flat_reader in(bytes, tree::flat_tag::patch, "a patch", limits);
    value_patch patch;
    for (std::size_t left = in.count(3, limits.values, "changes of a patch"); left > 0; --left)
      patch.changes.push_back(read_change(in));
    in.require_end();
    return patch;
  } catch (const error_exception& e) {
    return error{e.code(), e.what()};
  }
}

}  // namespace theus
