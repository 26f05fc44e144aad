#include <malloc.h>

#include <cstdlib>
#include <new>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "theus/value/value.hpp"

// Counts what is allocated, in every build: a program of its own, because it replaces new.
namespace {

std::size_t bytes_in_use = 0;

}  // namespace

void* operator new(std::size_t size) {
  void* const block = std::malloc(size);
  if (block == nullptr) throw std::bad_alloc();
  bytes_in_use += malloc_usable_size(block);
  return block;
}
void operator delete(void* block) noexcept {
  bytes_in_use -= malloc_usable_size(block);
  std::free(block);
}
void operator delete(void* block, std::size_t) noexcept { operator delete(block); }

namespace theus {
namespace {

TEST(Versions, TenThousandWithOneChangeEachTakeLessThanTenKibibytesEach) {
  value tree = map();
  for (int i = 0; i < 300'000; ++i) tree.edit_map().put("key" + std::to_string(i), i);
  std::vector<value> versions;
  versions.reserve(10'000);
  const std::size_t before = bytes_in_use;
  for (int i = 0; i < 10'000; ++i) {
    tree.edit_map().put("key" + std::to_string(i * 29), "changed");
    versions.push_back(tree);
  }
  const std::size_t each = (bytes_in_use - before) / versions.size();
  RecordProperty("bytes", static_cast<int>(each));
  EXPECT_LT(each, 10u * 1024);
  EXPECT_GT(each, 500u);  // a version is no less than the path to its change
  EXPECT_EQ(versions[0].as_map().at("key29"), value(29));
}

TEST(Versions, GiveAllBackWhenTheyGo) {
  const std::size_t before = bytes_in_use;
  {
    map m;
    list l;
    for (int i = 0; i < 5'000; ++i) {
      m.put("a key that lies in a node of its own " + std::to_string(i), list::of(i, map()));
      l.push_back(m);
    }
  }
  EXPECT_EQ(bytes_in_use, before);
}

}  // namespace
}  // namespace theus
