#include "request_reply.hpp"

#include <utility>

namespace request_reply {

// [docs:by_query]
theus::workflow<std::int64_t> keep_desk(theus::context& ctx) {
  std::int64_t answered = 0;
  while (true) {
    auto next = co_await theus::any(ctx.receive(asked), ctx.receive(desk_closed));
    if (next.index() == 1) co_return answered;
    const request wanted = std::get<0>(next);
    if (ctx["replies"][wanted.id].find()) continue;
    const std::string reply = co_await ctx.call(look_up, wanted.word);
    ctx["replies"][wanted.id] = reply;
    ++answered;
  }
}

std::optional<std::string> reply_of(theus::view desk, const std::string& id) {
  if (!desk["replies"][id].find()) return std::nullopt;
  return desk["replies"][id].as<std::string>();
}
// [docs:end]

// [docs:by_update]
theus::workflow<std::string> reply_now(theus::context& ctx, std::string word) {
  std::string reply = co_await ctx.call(look_up, word);
  co_return reply;
}

void check_word(theus::view, const std::string& word) {
  if (word.empty()) throw theus::failure("no_word", "there is nothing to look up");
}
// [docs:end]

// [docs:by_child]
theus::workflow<std::string> explain_word(theus::context& ctx, std::string word) {
  std::string meaning = co_await ctx.call(look_up, word);
  co_return word + ": " + meaning;
}

theus::workflow<std::vector<std::string>> read(theus::context& ctx,
                                               std::vector<std::string> words) {
  std::vector<theus::child_operation<std::string>> requests;
  for (const auto& word : words) requests.push_back(ctx.child(explain, word));
  std::vector<std::string> replies = co_await theus::all(std::move(requests));
  co_return replies;
}
// [docs:end]

}  // namespace request_reply
