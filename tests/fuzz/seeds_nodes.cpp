#include <limits>
#include <span>

#include "theus/value/blob_nodes.hpp"
#include "theus/value/storage.hpp"

#include "fuzz/seeds.hpp"
#include "fuzz/targets.hpp"

namespace theus::fuzz {
namespace {

std::string sized(const std::string& node) { return little_endian(node.size(), 2) + node; }

// Puts a number in place of each hash of a node that went before.
struct unlinking : node_sink {
  std::map<std::string, std::size_t> numbers;  // by the hash's bytes
  std::string written;

  static std::string text_of(const journal::hash256& hash) {
    return {hash.bytes.begin(), hash.bytes.end()};
  }

  result<bool> holds(const journal::hash256& node) override {
    return numbers.contains(text_of(node));
  }
  result<void> put(const journal::hash256& node, std::string_view bytes) override {
    std::string plain(bytes);
    for (const auto& [hash, number] : numbers)
      for (auto at = plain.find(hash); at != std::string::npos; at = plain.find(hash))
        plain.replace(at, hash.size(), "\xFE\xED" + std::string(1, static_cast<char>(number)));
    numbers.emplace(text_of(node), numbers.size());
    written += sized(plain);
    return {};
  }
};

std::string nodes_of(const value& v) {
  unlinking sink;
  save(v, sink).value();
  return sink.written;
}

list counted(int size) {
  list l;
  for (int i = 0; i < size; ++i) l.push_back(i % 3);
  return l;
}

map numbered(int size) {
  map m;
  for (int i = 0; i < size; ++i) m.put("k" + std::to_string(i), i);
  return m;
}

}  // namespace

seeds nodes_seeds() {
  using namespace std::string_literals;
  seeds all;
  all["null"] = nodes_of(nullptr);
  all["scalars"] = nodes_of(list::of(nullptr, true, false, -1, 1.5, "text",
                                     std::as_bytes(std::span("bytes", 5)), list(), map()));
  all["not_numbers"] = nodes_of(list::of(std::numeric_limits<double>::quiet_NaN(), -0.0,
                                         std::numeric_limits<double>::infinity()));
  all["long_text"] = nodes_of(std::string(129, 'x'));
  all["texts"] = nodes_of(map{{"string", std::string(200, 's')},
                              {"bytes", std::as_bytes(std::span("0123456789abcdef", 16))}});
  all["small_map"] = nodes_of(map{{"a", 1}, {"b", map{{"c", list::of(1)}}}});
  all["map_of_60"] = nodes_of(numbered(60));
  all["list_of_33"] = nodes_of(counted(33));
  all["list_of_1100"] = nodes_of(counted(1'100));
  all["shared_subtree"] = nodes_of(list::of(numbered(3), numbered(3), list::of(numbered(3))));
  all["amplified"] = [] {
    value v = list::of("x");
    for (int i = 0; i < 20; ++i) v = list::of(v, v, v, v);
    return nodes_of(v);
  }();
  all["nested_70"] = [] {
    std::string nodes = sized("\x13\x01\x00"s);
    for (int i = 0; i < 70; ++i) nodes += sized("\x13\x01\x0A\xFE\xED"s + static_cast<char>(i));
    return nodes;
  }();
  all["missing_reference"] = sized("\x13\x01\x0A\xFE\xED\x07"s);
  all["map_in_place_of_list"] = nodes_of(numbered(2)) + sized("\x13\x01\x0A\xFE\xED\x00"s);
  all["spine_of_other_size"] = sized("\x13\x01\x00"s) + sized("\x15\x21\xFE\xED\x00\xFE\xED\x00"s);
  all["huge_spine"] =
      sized("\x13\x01\x00"s) + sized("\x15\xFF\xFF\xFF\xFF\x0F\xFE\xED\x00\xFE\xED\x00"s);
  all["empty_branch"] = sized("\x11\x00\0\0\0\0\0\0\0\0"s);
  all["collision_of_65535"] = sized("\x12\xFF\xFF"s);
  const std::string chunk = encode_chunk(std::as_bytes(std::span("content", 7)));
  const auto placeholder = [](char number) { return "\xFE\xED"s + number; };
  all["blobs"] = [] {
    unlinking sink;
    const blob mentioned{hash_of_node("anything"), 70'000};
    sink.numbers.emplace(unlinking::text_of(mentioned.hash), 255);
    save(map{{"held", mentioned}, {"empty", blob()}, {"in_a_list", list::of(mentioned)}}, sink)
        .value();
    return sink.written;
  }();
  all["chunk"] = sized(chunk);
  all["blob_of_two_chunks"] =
      sized(chunk) + sized("\x1B\x00\x87\x80\x04"s + placeholder(0) + placeholder(0));
  all["version_2"] = sized("\x21\x00"s);
  return all;
}

}  // namespace theus::fuzz
