#include <limits>
#include <span>
#include <string>

#include "theus/value/patch.hpp"

#include "fuzz/seeds.hpp"

namespace theus::fuzz {

seeds patch_seeds() {
  using namespace std::string_literals;
  const value base = map{{"a", map{{"b", 1}}}, {"l", list::of(list::of(1), "x", map())}};
  const auto to = [&](const value& v) { return encode(patch_of(diff(base, v))); };
  seeds all;
  all["nothing"] = to(base);
  all["another"] = to("x");
  all["entries"] = to(map{{"a", map{{"c", 2}}}, {"l", nullptr}, {"new", list::of(1.5, true)}});
  all["list_grown"] = to(map{{"a", map{{"b", 1}}}, {"l", list::of(list::of(1, 2), "x", 3, 4)}});
  all["list_shrunk"] = to(map{{"a", map{{"b", 1}}}, {"l", list::of(list())}});
  all["text_steps"] = "\x19\x02\x01\x02\x00\x01l\x02\x01-\x02\x01\x02\x00\x01l\x02\x01\x31\x00"s;
  all["erased_twice"] =
      "\x19\x02\x00\x01\x00\x01"
      "a\x00\x01\x00\x01"
      "a"s;
  all["changes_of_4_gigabytes"] = "\x19\xFF\xFF\xFF\xFF\x0F"s;
  all["steps_of_4_gigabytes"] = "\x19\x01\x01\xFF\xFF\xFF\xFF\x0F"s;
  all["value"] = encode_flat(map{{"null", nullptr},
                                 {"scalars", list::of(true, false, -1, 1.5, "text")},
                                 {"bytes", std::as_bytes(std::span("bytes", 5))},
                                 {"empty", list::of(list(), map(), "")}});
  all["value_not_numbers"] = encode_flat(list::of(std::numeric_limits<double>::quiet_NaN(), -0.0,
                                                  std::numeric_limits<double>::infinity()));
  all["value_long_text"] = encode_flat(std::string(300, 'x'));
  all["value_nested_64"] = [] {
    std::string bytes = "\x18";
    for (int i = 0; i < 64; ++i) bytes += "\x0A\x01";
    return bytes + "\x02";
  }();
  all["value_nested_2000"] = "\x18" + [] {
    std::string bytes;
    for (int i = 0; i < 2'000; ++i) bytes += "\x0A\x01";
    return bytes;
  }();
  all["value_elements_of_4_gigabytes"] = "\x18\x0A\xFF\xFF\xFF\xFF\x0F"s;
  all["value_entries_of_4_gigabytes"] = "\x18\x0C\xFF\xFF\xFF\xFF\x0F"s;
  all["value_unsorted"] =
      "\x18\x0C\x02\x01"
      "b\x00\x01"
      "a\x00"s;
  all["version_2"] = "\x28\x00"s;
  return all;
}

}  // namespace theus::fuzz
