#include <cmath>
#include <span>
#include <string>

#include <gtest/gtest.h>

#include "theus/value/patch.hpp"
#include "theus/value/value.hpp"

#include "access.hpp"
#include "digest.hpp"
#include "key_hash.hpp"
#include "value/hex.hpp"
#include "value/model.hpp"

// What journals hold and code relies on. This file and the library are compiled without and with
// all optimisation, by every compiler that builds Theus: all must say the same.
namespace theus::test {
namespace {

value bytes_of(const std::string& content) { return std::as_bytes(std::span(content)); }

value golden_order() {
  return map{{"id", "A-1"},
             {"cents", 1999},
             {"lines", list::of(map{{"sku", "x"}, {"qty", 2}}, nullptr, true)},
             {"note", std::string(200, 'n')}};
}

// Bytes that a second implementation of docs/context-tree.md made, in another language. Never
// change them: roots are recorded in journals.
TEST(Root, GoldenOfEveryKindNeverChanges) {
  const auto root_of = [](const value& v) { return hex(v.root()); };
  EXPECT_EQ(root_of(nullptr), "707bf0b938f307b5c222e670598b865d5e1f8a8003df82c7abbf7c9f8fa4d720");
  EXPECT_EQ(root_of(true), "5c6037e17112ad2502ced33a32a65e1df780e7996de2b65aff08f47c4c58a3d0");
  EXPECT_EQ(root_of(-1), "83a1311b03d1872d46e9afd88c6f60fc5466f2e5064e3f84dcff2ebd87dbfd24");
  EXPECT_EQ(root_of(1.5), "2a9c02ec21fc9bba25acc4a4129c385b5e08ebc4f2eafcbef15078c217d06b57");
  EXPECT_EQ(root_of(std::nan("")),
            "59e5758748d58452525f3ca66af2937d83d314ac8b14399a273413c72aee68a9");
  EXPECT_EQ(root_of(-0.0), "921c632dba8d523e154297272e81d29b7f63b2d9c0096beb4c966422fc37dec4");
  EXPECT_EQ(root_of("text"), "2cf71983a3b00cabbb8fcc5d176f27d744f42e3be25db3ba5c9029c37cc60968");
  EXPECT_EQ(root_of(bytes_of(std::string("\0\xFF", 2))),
            "c206a2e2204611ad6dacbf91c938e9ca08b4239449815b98a055bc7c3c8ab71e");
  EXPECT_EQ(root_of(list()), "7d773ae93d86b415303e01dd4c5dca00febc5c74a6e497237405668df89f7c5b");
  EXPECT_EQ(root_of(map()), "fe5cd61f2088b17ead633ff8dabb0b01566c6e3967f2672b7b7322c549d93407");
  EXPECT_EQ(root_of(std::string(129, 'x')),
            "8dafcdd0cb213bbd363b0cfe62c3c5ed1b3750d8759eb471c020e6276c8b00ef");
  EXPECT_EQ(root_of(bytes_of(std::string(129, 'x'))),
            "491a6e9793c4e3aeb291822cc7a5175840dd5a0098bb820a870a46b021e851cd");
}

TEST(Root, GoldenOfMapsAndListsNeverChanges) {
  const auto counted = [](int size) {
    list l;
    for (int i = 0; i < size; ++i) l.push_back(i);
    return hex(value(l).root());
  };
  EXPECT_EQ(counted(40), "cb0e5ec68cfa1bc90270eeb4bcc46e7569009d83d167f8b9fa587c7497aeec5a");
  EXPECT_EQ(counted(1'100), "5a9413fd3a1e3c2c6880bc7ee4d36d99196a0084be56ada462b29d06b1b56c17");
  EXPECT_EQ(counted(33'000), "9206f13967922e7a6579f7946c3762f66bf7837c5ed08eee857837917f82b8f1");
  map thousand;
  for (int i = 0; i < 1'000; ++i) thousand.put("key" + std::to_string(i), i);
  EXPECT_EQ(hex(value(thousand).root()),
            "cca8b945324a37319d8edf3af984724298359faf76e3d9166485bedb579a0628");
  EXPECT_EQ(hex(value(golden_order()).root()),
            "80e0638ddba0a75c379e5d64204884aa41dcca0d52c0e6b778a4af8d2bbedc67");
}

TEST(Root, GoldenBytesOfANodeNeverChange) {
  std::string encoded;
  tree::encode_node(encoded, tree::access::held(golden_order()));
  EXPECT_EQ(hex(encoded),
            "11000200400040000000056c696e65730a6cf8e279d6d8ce39c5abed83b6c9250b2cc0791e870d069beb"
            "4e5dc95019a905046e6f7465070fab6971bbc5d6b5100276f45a8ec945e6d011374ef56520ac126daeff"
            "2fc29736c7e01e1c57569f4333d54f0a221a6fddcc60873c73e6145dec2059dd7ebee7");
}

// Made by a third implementation, in another language, from docs/context-tree.md. Journals hold
// such bytes: they never change.
TEST(Flat, GoldenBytesNeverChange) {
  const value order = map{{"cents", 1999},
                          {"lines", list::of(map{{"qty", 1}}, map{{"qty", 2}})},
                          {"note", ""},
                          {"paid", 1.5},
                          {"raw", std::as_bytes(std::span("\0\xFF", 2))},
                          {"z", list()},
                          {"a", map()},
                          {"ключ", nullptr},
                          {"yes", true},
                          {"no", false}};
  EXPECT_EQ(
      hex(encode_flat(order)),
      "180c0a01610b0563656e747303cf07000000000000056c696e65730a020c0103717479030100000000000000"
      "0c0103717479030200000000000000026e6f01046e6f74650500047061696404000000000000f83f03726177"
      "060200ff0379657302017a0908d0bad0bbd18ed18700");
  EXPECT_EQ(hex(encode_flat(list::of(std::nan(""), -0.0, -1, std::string(200, 'x')))),
            "180a0404000000000000f87f04000000000000008003ffffffffffffffff05c801" +
                hex(std::string(200, 'x')));
}

TEST(Patch, GoldenBytesNeverChange) {
  const value_patch patch{{{path() / "lines" / 1 / "qty", 7},
                           {path() / "lines" / 2, map{{"qty", -1}}},
                           {path() / "note", std::nullopt},
                           {path() / "a" / "b", 0}}};
  value_patch typed = patch;
  typed.changes[3].where = path() / "a";
  typed.changes[3].where.append(path::parse("/-").value().steps()[0]);
  typed.changes[3].to = "end";
  typed.changes.push_back({path::parse("/3").value(), nullptr});
  EXPECT_EQ(
      hex(encode(typed)),
      "1905010300056c696e657301010003717479030700000000000000010200056c696e657301020c0103717479"
      "03ffffffffffffffff000100046e6f7465010200016102012d0503656e64010102013300");
  EXPECT_EQ(decode_patch(encode(typed)).value(), typed);
  EXPECT_EQ(hex(encode(value_patch())), "1900");
}

// The highest 20 bits by multiplication, the others by SipHash-1-3.
TEST(KeyHash, GoldenNeverChanges) {
  EXPECT_EQ(tree::key_hash(""), 0x644eed1fba762150u);
  EXPECT_EQ(tree::key_hash("a"), 0x1c631407448d2b89u);
  EXPECT_EQ(tree::key_hash("order"), 0x1a7a9aaaeab0fac9u);
  EXPECT_EQ(tree::key_hash("12345678"), 0x235cb34899824305u);
  EXPECT_EQ(tree::key_hash("fourteen bytes"), 0x763bf5c3cb4ef760u);
  EXPECT_EQ(tree::key_hash("a key of fifteen"), 0x4d2a114cb380376au);
  EXPECT_EQ(tree::key_hash("a key of more than one word"), 0x412c748f555cb393u);
}

// Every kind of value, key and node: roots and bytes of many trees, in one hash.
TEST(Root, GoldenOfManyTreesNeverChanges) {
  random_source random(71);
  std::string all;
  for (int i = 0; i < 200; ++i) {
    const model before = random_model(random, 3), after = random_model(random, 3);
    random_source order(static_cast<std::uint64_t>(i));
    const value a = built(before, order), b = built(after, order);
    all += hex(a.root()) + encode_flat(a) + encode(patch_of(diff(a, b)));
  }
  EXPECT_EQ(hex(tree::hash_bytes(all)),
            "c15ddef64cc7ba30069254db74585d99172178501799847606728fd72a43c3bd");
}

}  // namespace
}  // namespace theus::test
