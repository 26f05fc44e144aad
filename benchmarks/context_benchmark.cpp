#include <algorithm>
#include <atomic>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include <benchmark/benchmark.h>

#include <theus/runtime/branch.hpp>
#include <theus/runtime/context_writes.hpp>
#include <theus/value/diff.hpp>
#include <theus/value/value.hpp>

// What does a workflow's state cost? Maps and lists of values against std::unordered_map,
// std::vector and their deep copies, at 100, 10,000 and 1,000,000 entries; hashing and counting
// references by themselves. String keys and values that both lie in their containers.
namespace {

using theus::list;
using theus::map;
using theus::value;

using plain_map = std::unordered_map<std::string, std::string>;
using plain_vector = std::vector<std::string>;

// Keys in a random order, so that no container profits from the order of insertion.
const std::vector<std::string>& keys(std::int64_t count) {
  static std::vector<std::string> made;
  static std::int64_t made_for = 0;
  if (made_for != count) {
    made.clear();
    for (std::int64_t i = 0; i < count; ++i) made.push_back("key" + std::to_string(i * 7919));
    std::shuffle(made.begin(), made.end(), std::mt19937_64(7));
    made_for = count;
  }
  return made;
}

map filled_map(std::int64_t count) {
  map m;
  for (const std::string& key : keys(count)) m.put(key, key);
  return m;
}

plain_map filled_plain_map(std::int64_t count) {
  plain_map m;
  for (const std::string& key : keys(count)) m.emplace(key, key);
  return m;
}

list filled_list(std::int64_t count) {
  list l;
  for (std::int64_t i = 0; i < count; ++i) l.push_back("value");
  return l;
}

// Walks through the keys in an order other than that of insertion.
class next_key {
 public:
  explicit next_key(std::int64_t count) : keys_(keys(count)) {}
  const std::string& operator()() {
    at_ = (at_ + 611'953) % keys_.size();
    return keys_[at_];
  }

 private:
  const std::vector<std::string>& keys_;
  std::size_t at_ = 0;
};

void lookup_unordered_map(benchmark::State& state) {
  const plain_map m = filled_plain_map(state.range(0));
  next_key key(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(m.find(key())->second.data());
}

void lookup_map(benchmark::State& state) {
  const map m = filled_map(state.range(0));
  next_key key(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(m.find(key()));
}

void update_unordered_map_in_place(benchmark::State& state) {
  plain_map m = filled_plain_map(state.range(0));
  next_key key(state.range(0));
  for (auto _ : state) m[key()] = "changed";
}

void update_unordered_map_by_deep_copy(benchmark::State& state) {
  plain_map m = filled_plain_map(state.range(0));
  next_key key(state.range(0));
  for (auto _ : state) {
    plain_map copy = m;
    copy[key()] = "changed";
    benchmark::DoNotOptimize(copy);
  }
}

// The version before is kept until the next one is made.
void update_map_persistent(benchmark::State& state) {
  map m = filled_map(state.range(0));
  next_key key(state.range(0));
  for (auto _ : state) {
    map next = m;
    next.put(key(), "changed");
    m = std::move(next);
  }
}

void update_map_persistent_root_every_100(benchmark::State& state) {
  map m = filled_map(state.range(0));
  (void)value(m).root();
  next_key key(state.range(0));
  int updates = 0;
  for (auto _ : state) {
    map next = m;
    next.put(key(), ++updates);
    m = std::move(next);
    if (updates % 100 == 0) benchmark::DoNotOptimize(value(m).root());
  }
}

void update_map_in_place(benchmark::State& state) {
  map m = filled_map(state.range(0));
  next_key key(state.range(0));
  for (auto _ : state) m.put(key(), "changed");
}

void insert_unordered_map(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(filled_plain_map(state.range(0)));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void insert_map(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(filled_map(state.range(0)));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void iterate_unordered_map(benchmark::State& state) {
  const plain_map m = filled_plain_map(state.range(0));
  for (auto _ : state)
    for (const auto& [key, item] : m) benchmark::DoNotOptimize(item.data());
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void iterate_map(benchmark::State& state) {
  const map m = filled_map(state.range(0));
  for (auto _ : state)
    for (const auto& [key, item] : m) benchmark::DoNotOptimize(&item);
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void push_vector(benchmark::State& state) {
  for (auto _ : state) {
    plain_vector v;
    for (std::int64_t i = 0; i < state.range(0); ++i) v.push_back("value");
    benchmark::DoNotOptimize(v);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void push_list(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(filled_list(state.range(0)));
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void push_list_persistent(benchmark::State& state) {
  for (auto _ : state) {
    list l;
    for (std::int64_t i = 0; i < state.range(0); ++i) {
      list next = l;
      next.push_back("value");
      l = std::move(next);
    }
    benchmark::DoNotOptimize(l);
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void index_vector(benchmark::State& state) {
  const plain_vector v(static_cast<std::size_t>(state.range(0)), "value");
  std::size_t at = 0;
  for (auto _ : state) {
    at = (at + 611'953) % v.size();
    benchmark::DoNotOptimize(v[at].data());
  }
}

void index_list(benchmark::State& state) {
  const list l = filled_list(state.range(0));
  const auto size = static_cast<std::size_t>(state.range(0));
  std::size_t at = 0;
  for (auto _ : state) {
    at = (at + 611'953) % size;
    benchmark::DoNotOptimize(&l[at]);
  }
}

void update_list_persistent(benchmark::State& state) {
  list l = filled_list(state.range(0));
  std::size_t at = 0;
  for (auto _ : state) {
    at = (at + 611'953) % l.size();
    list next = l;
    next.set(at, "changed");
    l = std::move(next);
  }
}

void update_vector_by_deep_copy(benchmark::State& state) {
  const plain_vector v(static_cast<std::size_t>(state.range(0)), "value");
  for (auto _ : state) {
    plain_vector copy = v;
    copy[copy.size() / 2] = "changed";
    benchmark::DoNotOptimize(copy);
  }
}

void snapshot(benchmark::State& state) {
  const value v = filled_map(state.range(0));
  for (auto _ : state) {
    value copy = v;
    benchmark::DoNotOptimize(copy);
  }
}

// As ctx.restore() does it, and notes it for the turn's record.
void restore(benchmark::State& state) {
  theus::context_writes written;
  theus::branch context(written);
  context.restore(filled_map(state.range(0)));
  const value earlier = context.tree();
  for (auto _ : state) {
    written.clear();
    context.restore(earlier);
  }
}

// All nodes, none of which has a digest; building them is not measured.
void hash_whole_map(benchmark::State& state) {
  for (auto _ : state) {
    state.PauseTiming();
    value v = filled_map(state.range(0));
    state.ResumeTiming();
    benchmark::DoNotOptimize(v.root());
    state.PauseTiming();
    v = nullptr;
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

// Diffs two versions with ten keys changed.
void diff_of_ten(benchmark::State& state) {
  const value before = filled_map(state.range(0));
  value after = before;
  next_key key(state.range(0));
  for (int i = 0; i < 10; ++i) after.edit_map().put(key(), "changed");
  for (auto _ : state) benchmark::DoNotOptimize(theus::diff(before, after));
}

// The 32 counts of a node's children, as copying the node raises and dropping it lowers them.
template <class Count>
void count_references(benchmark::State& state) {
  struct alignas(64) counted {
    Count refs{1};
  };
  std::vector<counted> nodes(32);
  for (auto _ : state) {
    for (counted& each : nodes) {
      if constexpr (std::is_same_v<Count, std::uint32_t>)
        ++each.refs;
      else
        each.refs.fetch_add(1, std::memory_order_relaxed);
    }
    benchmark::ClobberMemory();
    for (counted& each : nodes) {
      if constexpr (std::is_same_v<Count, std::uint32_t>)
        --each.refs;
      else
        each.refs.fetch_sub(1, std::memory_order_acq_rel);
    }
    benchmark::ClobberMemory();
  }
  state.SetItemsProcessed(state.iterations() * 32);
}

void sizes(benchmark::internal::Benchmark* b) { b->Arg(100)->Arg(10'000)->Arg(1'000'000); }

BENCHMARK(lookup_unordered_map)->Apply(sizes);
BENCHMARK(lookup_map)->Apply(sizes);
BENCHMARK(update_unordered_map_in_place)->Apply(sizes);
BENCHMARK(update_unordered_map_by_deep_copy)->Apply(sizes);
BENCHMARK(update_map_in_place)->Apply(sizes);
BENCHMARK(update_map_persistent)->Apply(sizes);
BENCHMARK(update_map_persistent_root_every_100)->Apply(sizes);
BENCHMARK(insert_unordered_map)->Apply(sizes);
BENCHMARK(insert_map)->Apply(sizes);
BENCHMARK(iterate_unordered_map)->Apply(sizes);
BENCHMARK(iterate_map)->Apply(sizes);
BENCHMARK(push_vector)->Apply(sizes);
BENCHMARK(push_list)->Apply(sizes);
BENCHMARK(push_list_persistent)->Apply(sizes);
BENCHMARK(index_vector)->Apply(sizes);
BENCHMARK(index_list)->Apply(sizes);
BENCHMARK(update_vector_by_deep_copy)->Apply(sizes);
BENCHMARK(update_list_persistent)->Apply(sizes);
BENCHMARK(snapshot)->Apply(sizes);
BENCHMARK(restore)->Apply(sizes);
BENCHMARK(hash_whole_map)->Apply(sizes);
BENCHMARK(diff_of_ten)->Apply(sizes);
BENCHMARK(count_references<std::uint32_t>);
BENCHMARK(count_references<std::atomic<std::uint32_t>>);

}  // namespace
