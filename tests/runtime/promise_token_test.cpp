#include "theus/runtime/promise_token.hpp"

#include <gmock/gmock.h>

namespace theus {
namespace {

using ::testing::HasSubstr;
using ::testing::MatchesRegex;

const journal::run_id a_run = journal::run_id::make(0x5f2c9b0e, 1, 2);

std::string fault_in(const std::string& text) {
  const auto parsed = promise_token::parse(text);
  if (parsed) return "";
  EXPECT_EQ(parsed.error().code, errc::bad_input);
  return parsed.error().message;
}

TEST(PromiseToken, ReadsBackAsItWasWritten) {
  for (const char* scope : {"", "2", "2/7", "12/345/6"}) {
    for (const std::uint32_t number : {1u, 17u, 4'294'967'295u}) {
      const promise_token token{a_run, {scope, number}};
      const auto back = promise_token::parse(token.to_string());
      ASSERT_TRUE(back) << token.to_string();
      EXPECT_EQ(*back, token);
      EXPECT_EQ(back->run.shard_key(), 0x5f2c9b0e);
    }
  }
}

TEST(PromiseToken, NeedsNoEscapingInAnAddressOrOnACommandLine) {
  const auto text = promise_token{a_run, {"2/7", 3}}.to_string();
  EXPECT_THAT(text, MatchesRegex("5f2c9b0e[0-9a-f]{24}\\.2_7_3\\.[0-9a-f]{8}"));
}

TEST(PromiseToken, WithAnyCharacterChangedOrCutItIsRefused) {
  const auto text = promise_token{a_run, {"2/7", 3}}.to_string();
  for (std::size_t i = 0; i < text.size(); ++i) {
    EXPECT_NE(fault_in(text.substr(0, i)), "") << i;
    for (const char other : {'0', '7', 'a', '.', '_', '/', ' ', '\0', 'F'}) {
      if (text[i] == other) continue;
      std::string changed = text;
      changed[i] = other;
      EXPECT_NE(fault_in(changed), "") << changed;
    }
  }
  EXPECT_THAT(fault_in(text + "0"), HasSubstr("mistyped"));
}

TEST(PromiseToken, AnythingElseIsRefusedBeforeItIsLookedAtLong) {
  EXPECT_THAT(fault_in(""), HasSubstr("three parts"));
  EXPECT_THAT(fault_in("order-17"), HasSubstr("three parts"));
  EXPECT_THAT(fault_in(std::string(100'000, '1')), HasSubstr("longer than any"));
  const auto text = promise_token{a_run, {"", 3}}.to_string();
  const auto with_middle = [&](const std::string& middle) {
    return fault_in(text.substr(0, 33) + middle + text.substr(34));
  };
  for (const char* middle :
       {"", "0", "03", "_3", "3_", "2__3", "4294967296", "99999999999", "+3"}) {
    EXPECT_THAT(with_middle(middle), HasSubstr("does not name a command")) << middle;
  }
}

}  // namespace
}  // namespace theus
