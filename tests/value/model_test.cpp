#include "value/model.hpp"

#include <gtest/gtest.h>

// Random operations, on values and on plain containers: both hold the same, equal content has equal
// roots whatever the order of edits, and versions that were kept stay as they were.
namespace theus::test {
namespace {

struct version {
  value v;
  model m;
};

void expect_same(const version& of, random_source& random) {
  ASSERT_EQ(read(of.v), of.m);
  const value again = built(of.m, random);
  ASSERT_EQ(again, of.v);
  ASSERT_EQ(again.root(), of.v.root());
  ASSERT_EQ(again.depth(), of.v.depth());
}

TEST(Model, RandomChangesOfTreesEqualThoseOfPlainContainers) {
  random_source random(1);
  const std::size_t count = operations(100'000);
  std::vector<version> versions(6);
  for (version& each : versions) {
    each.m.is = model::kind::map;
    each.v = map();
  }
  for (std::size_t i = 0; i < count; ++i) {
    version& one = versions[below(random, versions.size())];
    if (below(random, 64) == 0) {
      version& other = versions[below(random, versions.size())];
      other = one;  // both are changed from now on
    }
    if (i % 4'000 == 0) one = versions.back() = {map(), {model::kind::map, {}, {}, {}}};
    if (below(random, 2) == 0)
      change(one.v, one.m, random);
    else
      change_by_path(one.v, one.m, random);
    if (below(random, 16) == 0) (void)one.v.root();  // digests that changes have to forget
    if (i % (count / 20) == 0) expect_same(one, random);
    if (HasFatalFailure()) FAIL() << "after " << i << " operations";
  }
  for (const version& each : versions) expect_same(each, random);
}

TEST(Model, RandomChangesOfOneMapEqualThoseOfAPlainOne) {
  random_source random(2);
  const std::size_t count = operations(100'000);
  map m, kept;
  std::map<std::string, std::int64_t> model, kept_model;
  const auto expect_equal = [&](const map& is, const std::map<std::string, std::int64_t>& should) {
    ASSERT_EQ(is.size(), should.size());
    for (const auto& [key, item] : should) {
      ASSERT_EQ(is.at(key), value(item));
    }
    std::size_t seen = 0;
    for (const auto& [key, item] : is) {
      ++seen;
      ASSERT_EQ(should.at(std::string(key)), item.as_integer());
    }
    ASSERT_EQ(seen, should.size());
    map again;
    for (const auto& [key, item] : should) again.put(key, item);
    ASSERT_EQ(value(again).root(), value(is).root());
  };
  for (std::size_t i = 0; i < count; ++i) {
    // Sizes go up and down, so that nodes of every shape come and go.
    const bool grows = i / 2'000 % 2 == 0;
    const std::string key = "key" + std::to_string(below(random, 3'000));
    if (below(random, 8) < (grows ? 6u : 2u)) {
      ASSERT_EQ(m.put(key, std::int64_t(i)), !model.contains(key));
      model[key] = std::int64_t(i);
    } else {
      ASSERT_EQ(m.erase(key), model.erase(key) == 1);
      ASSERT_FALSE(m.contains(key));
    }
    if (i % 1'000 == 500) {
      kept = m;
      kept_model = model;
    }
    if (i % 10'000 == 0) {
      expect_equal(m, model);
      expect_equal(kept, kept_model);
    }
    if (HasFatalFailure()) FAIL() << "after " << i << " operations";
  }
  for (const auto& [key, item] : kept_model) {
    ASSERT_TRUE(m.erase(key) == (model.erase(key) == 1));
  }
  expect_equal(m, model);
}

TEST(Model, Rule28ListsOfEverySizeEqualPlainOnesAndHaveTheRootsOfTheirContent) {
  random_source random(3);
  list grown;
  std::vector<std::int64_t> model;
  std::vector<list> versions(1);
  for (std::int64_t i = 0; i < 2'200; ++i) {  // past two levels of 32
    grown.push_back(i);
    versions.push_back(grown);
  }
  list shrunk = grown;
  for (std::size_t size = versions.size() - 1;; --size) {
    ASSERT_EQ(shrunk.size(), size);
    ASSERT_EQ(versions[size].size(), size);
    ASSERT_EQ(value(shrunk).root(), value(versions[size]).root()) << size;
    for (std::size_t i = 0; i < size && size % 97 == 0; ++i) {
      ASSERT_EQ(versions[size][i], value(static_cast<std::int64_t>(i)));
    }
    if (size == 0) break;
    shrunk.pop_back();
  }
}

TEST(Model, Rule28RandomChangesOfOneLongListEqualThoseOfAPlainOne) {
  random_source random(4);
  const std::size_t count = operations(100'000);
  list l, kept;
  std::vector<std::int64_t> model, kept_model;
  const auto expect_equal = [&](const list& is, const std::vector<std::int64_t>& should) {
    ASSERT_EQ(is.size(), should.size());
    std::size_t at = 0;
    for (const value& element : is) {
      ASSERT_EQ(element, value(should[at++]));
    }
    ASSERT_EQ(at, should.size());
    list again;
    for (const std::int64_t element : should) again.push_back(element);
    ASSERT_EQ(value(again).root(), value(is).root());
    ASSERT_EQ(again, is);
  };
  for (std::size_t i = 0; i < count; ++i) {
    const auto element = static_cast<std::int64_t>(i);
    const bool grows = i / 30'000 % 2 == 0;
    if (model.empty() || below(random, 8) < (grows ? 5u : 1u)) {
      l.push_back(element);
      model.push_back(element);
    } else if (below(random, 2) == 0) {
      const std::size_t at = below(random, model.size());
      l.set(at, element);
      model[at] = element;
    } else {
      l.pop_back();
      model.pop_back();
    }
    if (i % 1'000 == 500) {
      kept = l;
      kept_model = model;
    }
    if (i % 10'000 == 0) {
      expect_equal(l, model);
      expect_equal(kept, kept_model);
    }
    if (HasFatalFailure()) FAIL() << "after " << i << " operations";
  }
  expect_equal(l, model);
}

}  // namespace
}  // namespace theus::test
