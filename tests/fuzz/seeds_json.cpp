#include "theus/codec.hpp"

#include "fuzz/seeds.hpp"
#include "sdk/codec_types.hpp"

namespace theus::fuzz {

seeds json_seeds() {
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '[') + std::string(depth, ']');
  };
  testing::tree tree;
  tree.children.emplace_back().children.emplace_back();
  seeds all;
  all["everything"] = encode(testing::everything());
  all["tree"] = encode(tree);
  all["dog"] = R"({"name":"Rex","age":4})";
  all["orders"] = R"([{"id":"a","cents":1},{"id":"b","cents":-9223372036854775808},{}])";
  all["doubles"] = R"({"a":[0.1,1e308,5e-324,-0.0,1E2],"b":[]})";
  all["numbered"] = R"({"-1":null,"10":1.5,"9":0.1})";
  all["variant"] = R"({"index":2,"value":"s"})";
  all["tuple"] = R"(["x",[3,1,2],"green"])";
  all["spaces"] = " \t\r\n[ 1 , { } ] \n";
  all["deep_64"] = nested(64);
  all["deep_65"] = nested(65);
  all["open_200"] = std::string(200, '[');
  all["deep_objects"] = [] {
    std::string text;
    for (int i = 0; i < 70; ++i) text += "{\"a\":";
    return text;
  }();
  all["1e400"] = "[1e400]";
  all["minus_1e400"] = "-1e400";
  all["1e_minus_400"] = "1e-400";
  all["exponent_overflow"] = "1e99999999999999999999";
  all["400_digits"] = std::string(400, '9');
  all["int64_edges"] = "[9223372036854775807,-9223372036854775808,9223372036854775808]";
  all["uint64_edges"] = "[18446744073709551615,18446744073709551616]";
  all["duplicate_keys"] = R"({"a":1,"b":2,"a":3})";
  all["duplicate_by_escape"] = R"({"a":1,"\u0061":2})";
  all["duplicate_among_many"] = [] {
    std::string text = "{";
    for (int i = 0; i < 40; ++i) text += "\"k" + std::to_string(i) + "\":0,";
    return text + "\"k7\":1}";
  }();
  all["bad_utf8"] = "\"\x80\"";
  all["overlong_utf8"] = "\"\xC0\x80\"";
  all["surrogate_in_utf8"] = "\"\xED\xA0\x80\"";
  all["beyond_unicode"] = "\"\xF4\x90\x80\x80\"";
  all["cut_utf8"] = "[\"ok\",\"\xE2\x82\"]";
  all["bad_utf8_in_key"] = "{\"\xFF\":1}";
  all["byte_order_mark"] = "\xEF\xBB\xBF{}";
  all["lone_high_surrogate"] = R"("\ud800")";
  all["lone_low_surrogate"] = R"("\udc00")";
  all["surrogates_swapped"] = R"("\ude00\ud83d")";
  all["surrogate_pair"] = R"("\ud83d\ude00\u00e9\u0000")";
  all["escapes"] = R"("\"\\\/\b\f\n\r\t")";
  all["control_character"] = "\"\x01\"";
  all["comment"] = "[/**/1]";
  all["trailing_comma"] = "[1,]";
  all["two_values"] = "1 2";
  all["nan"] = "NaN";
  all["cut_literal"] = "nul";
  all["nothing"] = "";
  all["many_zeros_for_large_structs"] = [] {
    std::string text = "[0";
    for (int i = 0; i < 4'000; ++i) text += ",0";
    return text + "]";
  }();
  return all;
}

}  // namespace theus::fuzz
