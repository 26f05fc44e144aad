#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "theus/value/value.hpp"

// The plain containers that values are compared with.
namespace theus::test {

using random_source = std::mt19937_64;

inline std::size_t below(random_source& random, std::size_t limit) {
  return static_cast<std::size_t>(random() % limit);
}

// 1,000,000 with THEUS_LONG, `usual` otherwise.
std::size_t operations(std::size_t usual);

struct model {
  enum class kind { scalar, list, map };
  kind is = kind::scalar;
  value scalar;  // neither a list nor a map
  std::vector<model> list;
  std::map<std::string, model> map;

  friend bool operator==(const model&, const model&) = default;
};

// One of a few hundred: short, long, empty, with every kind of character.
std::string random_key(random_source& random);
value random_scalar(random_source& random);
model random_model(random_source& random, unsigned depth);

// Built by adding everything in a random order, with what is taken away again in between.
value built(const model& m, random_source& random);

// The same read back through the public interface, asking for every part in every way there is.
model read(const value& v);

// One change somewhere in the tree, to both: part by part through the containers, or by its path.
void change(value& v, model& m, random_source& random);
void change_by_path(value& v, model& m, random_source& random);

}  // namespace theus::test
