#include <gmock/gmock.h>

#include "tool_fixture.hpp"

// The verb `blob`.
namespace theus::toy {
namespace {

using ::testing::HasSubstr;

struct BlobVerb : Tool {
  BlobVerb() { tool({"start", "approval", "--id", "first", "--arg", "\"x\""}); }

  std::string content() const {
    std::string all;
    for (int i = 0; i < 30'000; ++i) all += "line " + std::to_string(i) + "\n";
    return all;
  }
  std::string id_of(const said& put) const {
    return std::string(put.document().at("$blob").as_string());
  }
};

TEST_F(BlobVerb, PutsAndGetsAFileAndListsWhatIsMentioned) {
  write(file("scan"), content());
  const said put = tool({"blob", "put", file("scan").string()});
  ASSERT_EQ(put.code, 0) << put.err;
  EXPECT_EQ(put.document().at("size"), content().size());
  EXPECT_EQ(tool({"blob", "list"}).out, "");
  EXPECT_EQ(tool({"blob", "get", id_of(put)}).out, content());
  ASSERT_EQ(tool({"blob", "get", id_of(put), "--out", file("copy").string()}).code, 0);
  EXPECT_EQ(read(file("copy")), content());
  ASSERT_EQ(tool({"signal", "first", "upload", put.out}).code, 0);
  const auto listed = tool({"blob", "list", "--json"}).lines();
  ASSERT_EQ(listed.size(), 1u);
  EXPECT_EQ(listed[0].at("blob").as_string(), id_of(put));
  EXPECT_EQ(listed[0].at("size"), content().size());
  EXPECT_EQ(listed[0].at("records"), 1);
  EXPECT_THAT(tool({"blob", "list"}).out, HasSubstr(id_of(put)));
}

TEST_F(BlobVerb, ARunWithBlobsIsExportedAndImportedWithThem) {
  write(file("scan"), content());
  const said put = tool({"blob", "put", file("scan").string()});
  ASSERT_EQ(tool({"signal", "first", "upload", put.out}).code, 0);
  {
    const auto toy = hold();
    ASSERT_EQ(tool({"export", "first", "-o", file("held").string()}).code, 0);
    EXPECT_EQ(tool({"blob", "get", id_of(put)}).out, content());
    EXPECT_EQ(tool({"blob", "list"}).code, 4);
    EXPECT_EQ(tool({"blob", "put", file("scan").string()}).code, 4);
  }
  ASSERT_EQ(tool({"export", "first", "-o", file("alone").string()}).code, 0);
  for (const char* name : {"held", "alone"}) {
    const auto elsewhere = file(std::string("journal of ") + name).string();
    const auto there = [&](std::vector<std::string> arguments) {
      arguments.insert(arguments.end(), {"--journal", elsewhere});
      return bare_tool(app, arguments);
    };
    ASSERT_EQ(there({"import", file(name).string()}).code, 0) << name;
    EXPECT_EQ(there({"blob", "get", id_of(put)}).out, content());
    EXPECT_EQ(there({"blob", "list", "--json"}).lines().size(), 1u);
  }
}

TEST_F(BlobVerb, WhatIsNotThereIsNamed) {
  const std::string id(64, 'a');
  const said missing = tool({"blob", "get", id});
  EXPECT_EQ(missing.code, 3);
  EXPECT_THAT(missing.err, HasSubstr(id));
  EXPECT_EQ(tool({"blob", "get", "xyz"}).code, 2);
  EXPECT_EQ(tool({"blob", "put", file("nothing").string()}).code, 3);
  const said refused = tool({"signal", "first", "upload", R"({"$blob":")" + id + R"(","size":5})"});
  EXPECT_EQ(refused.code, 2);
  EXPECT_THAT(refused.err, HasSubstr(id));
}

}  // namespace
}  // namespace theus::toy
