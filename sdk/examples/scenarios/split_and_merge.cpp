#include "split_and_merge.hpp"

#include <utility>

namespace split_and_merge {

namespace {

// [docs:translate_book]
theus::workflow<std::string> translate_one(theus::context& ctx, theus::semaphore desks,
                                           std::string paragraph) {
  theus::permit desk = co_await desks.acquire();
  std::string translated = co_await ctx.call(translate, paragraph);
  co_return translated;
}
// [docs:end]

}  // namespace

// [docs:translate_book]

theus::workflow<std::string> translate_book(theus::context& ctx, std::string book) {
  const paragraphs parts = co_await ctx.call(split, book);
  theus::semaphore desks(3);
  std::vector<theus::workflow<std::string>> work;
  for (const auto& part : parts) work.push_back(translate_one(ctx, desks, part));
  // In the order of the parts, whichever is translated first.
  const paragraphs translated = co_await theus::all(std::move(work));
  std::string merged = co_await ctx.call(merge, translated);
  co_return merged;
}
// [docs:end]

}  // namespace split_and_merge
