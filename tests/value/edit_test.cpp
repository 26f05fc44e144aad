#include "theus/value/edit.hpp"

#include <string>

#include <gtest/gtest.h>

namespace theus {
namespace {

path at(std::string_view pointer) { return path::parse(pointer).value(); }

value order() {
  return map{{"status", "new"},
             {"lines", list::of(map{{"sku", "a"}, {"qty", 1}}, map{{"sku", "b"}, {"qty", 2}})},
             {"note", nullptr},
             {"7", "a key of digits"}};
}

TEST(Path, ReadsAndWritesJsonPointers) {
  for (const char* pointer : {"", "/", "/a", "/a/0/b", "/a~1b/~0", "/-", "/ü//x"})
    EXPECT_EQ(at(pointer).to_string(), pointer);
  EXPECT_EQ(at("/a~1b").steps()[0].key, "a/b");
  EXPECT_EQ(path() / "a/b" / 3, at("/a~1b/3"));
  for (const char* wrong : {"a", "/~", "/~2", "/a/~"})
    EXPECT_EQ(path::parse(wrong).error().code, errc::bad_input) << wrong;
}

TEST(Edit, FindsByPointerAndBySubscript) {
  value tree = order();
  EXPECT_EQ(get(tree, at("/lines/1/qty")).value(), value(2));
  EXPECT_EQ(get(tree, path() / "lines" / 0 / "sku").value(), value("a"));
  EXPECT_EQ(get(tree, at("/7")).value(), value("a key of digits"));
  EXPECT_EQ(get(tree, at("")).value(), tree);
  EXPECT_EQ(find(tree, path() / 7), nullptr);              // an index is no key
  EXPECT_EQ(find(tree, path() / "lines" / "0"), nullptr);  // and a key no index
  EXPECT_EQ(find(tree, at("/lines/01")), nullptr);
  EXPECT_EQ(find(tree, at("/lines/-")), nullptr);
}

TEST(Edit, NullIsNotAbsence) {
  value tree = order();
  ASSERT_NE(find(tree, at("/note")), nullptr);
  EXPECT_TRUE(find(tree, at("/note"))->is_null());
  EXPECT_EQ(find(tree, at("/other")), nullptr);
  EXPECT_EQ(get(tree, at("/other")).error().code, errc::not_found);
  EXPECT_TRUE(put(tree, at("/status"), nullptr));
  EXPECT_EQ(tree.as_map().size(), 4u);
  EXPECT_TRUE(erase(tree, at("/status")).value());
  EXPECT_EQ(tree.as_map().size(), 3u);
}

TEST(Edit, PutMakesTheMapsOnItsWayAndAppendsBehindTheLast) {
  value tree = map();
  EXPECT_TRUE(put(tree, at("/a/b/c"), 1));
  EXPECT_EQ(tree, value(map{{"a", map{{"b", map{{"c", 1}}}}}}));
  EXPECT_TRUE(put(tree, at("/l"), list()));
  EXPECT_TRUE(put(tree, at("/l/-"), "first"));
  EXPECT_TRUE(put(tree, at("/l/1"), "second"));
  EXPECT_TRUE(put(tree, at("/l/2/name"), "third"));
  EXPECT_EQ(get(tree, at("/l")).value(),
            value(list::of("first", "second", map{{"name", "third"}})));
  EXPECT_TRUE(put(tree, path(), 5));
  EXPECT_EQ(tree, value(5));
}

TEST(Edit, PatchMergesMapsAndErasesNothing) {
  value tree = map{{"a", map{{"x", 1}, {"y", 2}}}, {"b", 1}};
  EXPECT_TRUE(patch(tree, path(), map{{"a", map{{"y", nullptr}, {"z", 3}}}, {"c", 4}}));
  EXPECT_EQ(tree, value(map{{"a", map{{"x", 1}, {"y", nullptr}, {"z", 3}}}, {"b", 1}, {"c", 4}}));
  EXPECT_TRUE(patch(tree, at("/d"), map{{"made", true}}));
  EXPECT_EQ(get(tree, at("/d/made")).value(), value(true));
  EXPECT_EQ(patch(tree, at("/b"), map{{"x", 1}}).error().code, errc::wrong_type);
}

TEST(Edit, EraseSaysWhetherThereWasSomething) {
  value tree = order();
  EXPECT_TRUE(erase(tree, at("/lines/0")).value());
  EXPECT_EQ(get(tree, at("/lines/0/sku")).value(), value("b"));
  EXPECT_FALSE(erase(tree, at("/lines/1")).value());
  EXPECT_FALSE(erase(tree, at("/nothing/here")).value());
  EXPECT_EQ(erase(tree, at("/status/x")).error().code, errc::wrong_type);
  EXPECT_EQ(erase(tree, path()).error().code, errc::bad_input);
}

TEST(Edit, ErrorsNameThePathAndLeaveTheTreeAlone) {
  value tree = order();
  const auto root = tree.root();
  const struct {
    path where;
    errc code;
    const char* named;
  } cases[] = {{at("/lines/0/sku/x"), errc::wrong_type, "at \"/lines/0/sku\""},
               {path() / 3, errc::wrong_type, "at \"\""},
               {path() / "lines" / "first", errc::wrong_type, "at \"/lines\""},
               {at("/lines/3"), errc::not_found, "at \"/lines\""},
               {at("/note/x"), errc::wrong_type, "at \"/note\""},
               {path() / "new" / 0, errc::not_found, "at \"/new\""},
               {path() / std::string(1'025, 'k'), errc::limit_exceeded, "bytes of a key"}};
  for (const auto& c : cases) {
    const auto refused = put(tree, c.where, "x");
    ASSERT_FALSE(refused) << c.named;
    EXPECT_EQ(refused.error().code, c.code) << refused.error().message;
    EXPECT_NE(refused.error().message.find(c.named), std::string::npos) << refused.error().message;
    EXPECT_EQ(tree, order());
    EXPECT_EQ(tree.root(), root);
  }
}

TEST(Edit, RefusesToNestBeyondTheLimit) {
  path deep;
  for (int i = 0; i < 64; ++i) deep /= "in";
  value tree = map();
  EXPECT_TRUE(put(tree, deep, 1));
  EXPECT_EQ(put(tree, deep / "more", 1).error().code, errc::limit_exceeded);
  EXPECT_EQ(put(tree, deep, map()).error().code, errc::limit_exceeded);
  EXPECT_EQ(tree.depth(), 64u);
  EXPECT_TRUE(erase(tree, deep).value());
  EXPECT_EQ(tree.depth(), 64u);
  EXPECT_TRUE(put(tree, path() / "in", 1));
  EXPECT_EQ(tree.depth(), 1u);
}

TEST(Edit, CopiesKeepWhatTheyWere) {
  value tree = order();
  const value before = tree;
  EXPECT_TRUE(put(tree, at("/lines/1/qty"), 3));
  EXPECT_EQ(before, order());
  EXPECT_EQ(get(tree, at("/lines/1/qty")).value(), value(3));
}

TEST(Place, ReadsAndWritesAsOneWouldSayIt) {
  value tree = map();
  place state(tree);
  state["status"] = "paid";
  state["order"]["lines"] = list::of(map());
  state["order"]["lines"][0]["qty"] = 2;
  state.at("/order/note").put(nullptr);
  state["order"].patch(map{{"total", 7}});
  EXPECT_EQ(state["order"]["lines"][0]["qty"].get(), value(2));
  EXPECT_TRUE(state["order"]["note"].exists());
  EXPECT_FALSE(state["order"]["nothing"].find_value().has_value());
  EXPECT_TRUE(state["order"]["note"].erase());
  EXPECT_EQ(tree, value(map{{"status", "paid"},
                            {"order", map{{"lines", list::of(map{{"qty", 2}})}, {"total", 7}}}}));
  EXPECT_THROW((void)state["order"]["x"].get(), error_exception);
  EXPECT_THROW(state["status"]["x"] = 1, error_exception);
}

}  // namespace
}  // namespace theus
