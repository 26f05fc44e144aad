#include <cstdlib>
#include <functional>
#include <new>
#include <string>

#include <gtest/gtest.h>

#include "theus/value/edit.hpp"
#include "theus/value/json.hpp"
#include "theus/value/patch.hpp"
#include "theus/value/storage.hpp"

#include "value/memory_nodes.hpp"

// Every allocation of every operation fails once: a program of its own, because it replaces new.
namespace {

std::size_t blocks_in_use = 0;
std::size_t allocations = 0;
std::size_t failing = 0;  // the allocation that fails; none when 0

}  // namespace

void* operator new(std::size_t size) {
  if (++allocations == failing) throw std::bad_alloc();
  void* const block = std::malloc(size);
  if (block == nullptr) throw std::bad_alloc();
  ++blocks_in_use;
  return block;
}
void operator delete(void* block) noexcept {
  blocks_in_use -= block != nullptr;
  std::free(block);
}
void operator delete(void* block, std::size_t) noexcept { operator delete(block); }

namespace theus::test {
namespace {

// What the tree may be after an operation that met bad_alloc.
enum class after { as_before, valid };

using operation = std::function<void(value&)>;

std::string key_of(int i) { return "key that lies in a node of its own " + std::to_string(i); }

map map_of(int size) {
  map m;
  for (int i = 0; i < size; ++i) m.put(key_of(i), i);
  return m;
}

list list_of(int size) {
  list l;
  for (int i = 0; i < size; ++i) l.push_back(std::string(20, 'e'));
  return l;
}

value tree() {
  return map{{"map", map_of(80)},
             {"list", list_of(70)},
             {"deep", map{{"a", list::of(map{{"b", list_of(33)}}, 1)}}},
             {"text", std::string(300, 't')}};
}

// Runs the operation on a tree of its own, and on one that a copy shares, with every allocation
// failing once: it ends with bad_alloc or as if none had failed, no copy changes and nothing leaks.
void expect_safe(const operation& run, after promised = after::as_before) {
  const value before = tree();
  value result = before;
  run(result);
  for (const bool shared : {false, true}) {
    std::size_t failures = 0;
    for (std::size_t n = 1;; ++n) {
      const std::size_t blocks = blocks_in_use;
      bool failed = false, reached = false, kept = true, right = true;
      {
        value v = tree();
        const value copy = shared ? v : value();
        allocations = 0;
        failing = n;
        try {
          run(v);
        } catch (const std::bad_alloc&) {
          failed = true;
        }
        failing = 0;
        reached = allocations >= n;
        if (failed && promised == after::as_before) kept = v == before;
        if (shared) kept = kept && copy == before && copy.root() == before.root();
        if (failed && promised == after::as_before) run(v);
        if (!failed || promised == after::as_before)
          right = v == result && v.root() == result.root();
        if (failed && promised == after::valid) right = test::rebuilt(v).root() == v.root();
      }
      ASSERT_TRUE(kept) << "allocation " << n << (shared ? " of a shared tree" : "");
      ASSERT_TRUE(right) << "allocation " << n << (shared ? " of a shared tree" : "");
      ASSERT_EQ(blocks_in_use, blocks) << "allocation " << n;
      failures += failed;
      if (!reached) break;
      ASSERT_TRUE(failed) << "allocation " << n << " failed and nobody said so";
    }
    EXPECT_GT(failures, 0u);
  }
}

path at(std::string_view pointer) { return path::parse(pointer).value(); }

map& map_in(value& v) { return v.edit_map(); }

TEST(FailingAllocation, LeavesAMapAsItWas) {
  expect_safe([](value& v) { map_in(v).put(key_of(1), "new, and not short at all"); });
  expect_safe([](value& v) { map_in(v).put("text", std::string(200, 'n')); });
  expect_safe([](value& v) {
    map m = v.as_map().at("map").as_map();
    map grown = m;
    for (int i = 80; i < 120; ++i) grown.put(key_of(i), i);
    map_in(v).put("map", std::move(grown));
  });
}

TEST(FailingAllocation, LeavesAChangeByPathUndone) {
  expect_safe([](value& v) { put(v, at("/deep/a/0/b/20"), std::string(40, 'x')).value(); });
  expect_safe([](value& v) { put(v, at("/deep/a/0/b/-"), std::string(40, 'x')).value(); });
  expect_safe([](value& v) { put(v, at("/list/-"), std::string(40, 'x')).value(); });
  expect_safe([](value& v) { put(v, at("/new/way/there"), list_of(40)).value(); });
  expect_safe([](value& v) { put(v, path() / "map" / key_of(40), std::string(40, 'x')).value(); });
  expect_safe([](value& v) { erase(v, path() / "map" / key_of(40)).value(); });
  expect_safe([](value& v) { patch(v, at("/map"), map_of(85)).value(); });
}

TEST(FailingAllocation, LeavesAPatchUnmade) {
  value changed = tree();
  put(changed, at("/list/3"), "x").value();
  put(changed, at("/deep/a/0/b/-"), std::string(40, 'x')).value();
  erase(changed, path() / "map" / key_of(7)).value();
  const value_patch patch = patch_of(diff(tree(), changed));
  const std::string bytes = encode(patch);
  expect_safe([&](value& v) { apply(v, patch).value(); });
  expect_safe([&](value& v) { apply(v, decode_patch(bytes).value()).value(); });
  expect_safe([&](value& v) { apply(v, diff(v, changed)).value(); });
  expect_safe([&](value& v) { v = merge(tree(), v, changed).merged; });
}

TEST(FailingAllocation, LeavesAListWholeOrEmpty) {
  // insert and erase may leave the list that they change empty: the tree around it is whole.
  expect_safe([](value& v) {
    list l = v.as_map().at("list").as_list();
    l.insert(3, "x");
    map_in(v).put("list", std::move(l));
  });
  expect_safe([](value& v) { erase(v, at("/list/3")).value(); }, after::valid);
  expect_safe([](value& v) { erase(v, at("/list/69")).value(); }, after::valid);
}

TEST(FailingAllocation, LeavesWhatIsReadAndWrittenWhole) {
  expect_safe([](value& v) { (void)value(v).root(), map_in(v).put("new", std::string(99, 'n')); });
  expect_safe([](value& v) { v = decode_flat(encode_flat(v)).value(); });
  expect_safe([](value& v) { v = from_json(to_json(v).value()).value(); });
  expect_safe([](value& v) {
    memory_nodes nodes;
    v = load(save(v, nodes).value().root, nodes).value();
  });
}

}  // namespace
}  // namespace theus::test
