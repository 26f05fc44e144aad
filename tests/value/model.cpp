#include "value/model.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include "theus/value/edit.hpp"

#include "support/long_run.hpp"

namespace theus::test {
namespace {

void require(bool holds, const char* what) {
  if (!holds) throw std::logic_error(what);
}

std::vector<std::string> keys_of(const std::map<std::string, model>& map) {
  std::vector<std::string> keys;
  for (const auto& [key, item] : map) keys.push_back(key);
  return keys;
}

map built_map(const std::map<std::string, model>& model_map, random_source& random) {
  std::vector<std::string> keys = keys_of(model_map);
  std::shuffle(keys.begin(), keys.end(), random);
  map m;
  for (const std::string& key : keys) {
    if (below(random, 8) == 0) {
      const std::string passing = random_key(random);
      if (!model_map.contains(passing)) {
        m.put(passing, 1);
        m.put(key, nullptr);
        require(m.erase(passing), "a key that was put is erased");
      }
    }
    m.put(key, built(model_map.at(key), random));
  }
  return m;
}

list built_list(const std::vector<model>& models, random_source& random) {
  list l;
  for (const model& m : models) {
    l.push_back(below(random, 4) == 0 ? value() : built(m, random));
    if (below(random, 8) == 0) {
      const std::size_t more = below(random, 40);
      for (std::size_t i = 0; i < more; ++i) l.push_back("passing");
      for (std::size_t i = 0; i < more; ++i) l.pop_back();
    }
    if (l.back() == value()) l.set(l.size() - 1, built(m, random));
  }
  return l;
}

void change_list(list& l, std::vector<model>& models, random_source& random) {
  const std::size_t size = models.size();
  const model fresh = random_model(random, below(random, 8) == 0 ? 2 : 0);
  switch (size == 0 ? 0 : below(random, 8)) {
    case 0:
    case 1:
    case 2:
      models.push_back(fresh);
      l.push_back(built(fresh, random));
      return;
    case 3:
      models.pop_back();
      l.pop_back();
      return;
    case 4: {
      const std::size_t at = below(random, size + 1);
      models.insert(models.begin() + static_cast<std::ptrdiff_t>(at), fresh);
      l.insert(at, built(fresh, random));
      return;
    }
    case 5: {
      const std::size_t at = below(random, size);
      models.erase(models.begin() + static_cast<std::ptrdiff_t>(at));
      l.erase(at);
      return;
    }
    default: {
      const std::size_t at = below(random, size);
      value element = l[at];
      change(element, models[at], random);
      l.set(at, element);
    }
  }
}

void change_map(map& m, std::map<std::string, model>& models, random_source& random) {
  const std::string key = random_key(random);
  const auto there = models.find(key);
  if (there == models.end() || below(random, 4) == 0) {
    const model fresh = random_model(random, below(random, 8) == 0 ? 2 : 0);
    require(m.put(key, built(fresh, random)) == (there == models.end()), "put says what is new");
    models[key] = fresh;
  } else if (below(random, 2) == 0) {
    models.erase(there);
    require(m.erase(key), "what is there is erased");
  } else {
    value item = m.at(key);
    change(item, there->second, random);
    m.put(key, item);
  }
}

}  // namespace

std::size_t operations(std::size_t usual) { return testing::is_long_run() ? 1'000'000 : usual; }

std::string random_key(random_source& random) {
  const std::size_t number = below(random, 300);
  if (number == 0) return "";
  if (number % 7 == 0)
    return "a key of more bytes than a value holds itself " + std::to_string(number);
  if (number % 5 == 0) return "/~ \"ключ\" " + std::to_string(number);
  return std::to_string(number);
}

value random_scalar(random_source& random) {
  const std::uint64_t bits = random();
  switch (below(random, 8)) {
    case 0:
      return nullptr;
    case 1:
      return bits % 2 == 0;
    case 2:
      return static_cast<std::int64_t>(bits);
    case 3:
      return bits % 16 == 0 ? -0.0 : static_cast<double>(bits) / 3;
    case 4:
      return std::string(bits % 20, 's');
    case 5:
      return std::string(bits % 300, 'l');
    case 6:
      return std::as_bytes(std::span(&bits, 1)).first(bits % 9);
    default:
      return bits % 100;
  }
}

model random_model(random_source& random, unsigned depth) {
  model m;
  const std::size_t what = depth == 0 ? 0 : below(random, 3);
  if (what == 0) {
    m.scalar = random_scalar(random);
  } else if (what == 1) {
    m.is = model::kind::list;
    for (std::size_t i = below(random, below(random, 8) == 0 ? 70 : 6); i > 0; --i)
      m.list.push_back(random_model(random, depth - 1));
  } else {
    m.is = model::kind::map;
    for (std::size_t i = below(random, 10); i > 0; --i)
      m.map[random_key(random)] = random_model(random, depth - 1);
  }
  return m;
}

value built(const model& m, random_source& random) {
  switch (m.is) {
    case model::kind::list:
      return built_list(m.list, random);
    case model::kind::map:
      return built_map(m.map, random);
    default:
      return m.scalar;
  }
}

model read(const value& v) {
  model m;
  if (v.is_list()) {
    m.is = model::kind::list;
    for (const value& element : v.as_list()) {
      require(element == v.as_list()[m.list.size()], "iteration and index agree");
      m.list.push_back(read(element));
    }
    require(m.list.size() == v.as_list().size(), "a list has as many elements as it says");
  } else if (v.is_map()) {
    m.is = model::kind::map;
    for (const auto& [key, item] : v.as_map()) {
      require(v.as_map().find(key) == &item, "iteration and lookup agree");
      require(m.map.emplace(key, read(item)).second, "a key comes once");
    }
    require(m.map.size() == v.as_map().size(), "a map has as many entries as it says");
  } else {
    m.scalar = v;
  }
  return m;
}

void change(value& v, model& m, random_source& random) {
  if (m.is == model::kind::list && v.is_list()) {
    change_list(v.edit_list(), m.list, random);
  } else if (m.is == model::kind::map && v.is_map()) {
    change_map(v.edit_map(), m.map, random);
  } else {
    m = random_model(random, 1);
    v = built(m, random);
  }
}

void change_by_path(value& v, model& m, random_source& random) {
  path at;
  model* here = &m;
  while (here->is != model::kind::scalar && below(random, 6) != 0) {
    if (here->is == model::kind::list) {
      if (here->list.empty()) break;
      const std::size_t index = below(random, here->list.size());
      at /= index;
      here = &here->list[index];
    } else {
      if (here->map.empty()) break;
      auto next = here->map.lower_bound(random_key(random));
      if (next == here->map.end()) next = here->map.begin();
      at /= next->first;
      here = &next->second;
    }
  }
  const model fresh = random_model(random, below(random, 8) == 0 ? 2 : 0);
  if (here->is == model::kind::map && below(random, 2) == 0) {
    const std::string key = random_key(random);
    at /= key;
    if (below(random, 2) == 0) {
      require(erase(v, at).value() == (here->map.erase(key) == 1), "erase says what was there");
      return;
    }
    here = &here->map[key];
  } else if (here->is == model::kind::list && below(random, 2) == 0) {
    at /= here->list.size();
    here->list.emplace_back();
    here = &here->list.back();
  } else if (at.empty()) {
    return;
  }
  *here = fresh;
  put(v, at, built(fresh, random)).value();
}

}  // namespace theus::test
