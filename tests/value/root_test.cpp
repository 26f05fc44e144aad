#include <cmath>
#include <span>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "theus/value/value.hpp"

#include "access.hpp"
#include "digest.hpp"
#include "key_hash.hpp"
#include "value/hex.hpp"

namespace theus {
namespace {

using test::hex;

value bytes_of(const std::string& content) { return std::as_bytes(std::span(content)); }

value golden_order() {
  return map{{"id", "A-1"},
             {"cents", 1999},
             {"lines", list::of(map{{"sku", "x"}, {"qty", 2}}, nullptr, true)},
             {"note", std::string(200, 'n')}};
}

TEST(Root, AnySingleChangedLeafChangesIt) {
  map m;
  for (int i = 0; i < 400; ++i) m.put("key" + std::to_string(i), list::of(i, map{{"in", i}}));
  const journal::hash256 before = value(m).root();
  for (int i = 0; i < 400; ++i) {
    map changed = m;
    changed.put("key" + std::to_string(i), list::of(i, map{{"in", i + 1}}));
    EXPECT_NE(value(changed).root(), before);
    changed.put("key" + std::to_string(i), list::of(i, map{{"in", i}}));
    EXPECT_EQ(value(changed).root(), before);
  }
}

TEST(Root, IsForgottenByEveryChangeInPlace) {
  list l;
  map m;
  for (int i = 0; i < 200; ++i) {
    l.push_back(i);
    m.put(std::to_string(i), i);
  }
  const auto list_root = value(l).root(), map_root = value(m).root();
  l.set(3, "x");
  m.put("3", "x");
  EXPECT_NE(value(l).root(), list_root);
  EXPECT_NE(value(m).root(), map_root);
  l.set(3, 3);
  m.put("3", 3);
  EXPECT_EQ(value(l).root(), list_root);
  EXPECT_EQ(value(m).root(), map_root);
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
            "b090c752d7e72cc5a07c76cb2b5f0b96e362b009dcd1bcb01482c3234b7cc189");
  EXPECT_EQ(hex(value(golden_order()).root()),
            "9e33909cddbbc976d65a074cc91f3d72b4d6653654836ea06c893efb822cbe9f");
}

TEST(Root, GoldenBytesOfANodeNeverChange) {
  std::string encoded;
  tree::encode_node(encoded, tree::access::held(golden_order()));
  EXPECT_EQ(
      hex(encoded),
      "110080802004000000000563656e747303cf07000000000000056c696e65730a7125b78db243ac375db53ad70e"
      "8adf93ad66adc8d9010e06c38c180a1441b934046e6f7465070fab6971bbc5d6b5100276f45a8ec945e6d0113"
      "74ef56520ac126daeff2fc2970269640503412d31");
}

TEST(KeyHash, IsSipHash13) {
  EXPECT_EQ(tree::key_hash(""), 0xd1fba762150c532cu);
  EXPECT_EQ(tree::key_hash("a"), 0x407448d2b89b1813u);
  EXPECT_EQ(tree::key_hash("order"), 0xaaaeab0fac9a3ccbu);
  EXPECT_EQ(tree::key_hash("12345678"), 0x3489982430560a87u);
  EXPECT_EQ(tree::key_hash("a key of more than one word"), 0x48f555cb393e2b2eu);
}

}  // namespace
}  // namespace theus
