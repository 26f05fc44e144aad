#pragma once

#include <optional>
#include <string>
#include <vector>

#include <boost/describe/class.hpp>

#include <theus/workflows.hpp>

// A run that answers requests: of whoever asks, by a signal and a query, or by an update; of
// workflows, by a child.
namespace request_reply {

// [docs:types]
struct request {
  std::string id;  // that the asker chose, to know the reply by
  std::string word;
};
BOOST_DESCRIBE_STRUCT(request, (), (id, word))

constexpr theus::activity<std::string(std::string word)> look_up{"look_up"};
constexpr theus::signal<request> asked{"asked"};
constexpr theus::signal<bool> desk_closed{"desk_closed"};
constexpr theus::query<std::optional<std::string>(std::string id)> reply_to{"reply_to"};
constexpr theus::update<std::string(std::string word)> ask_now{"ask_now"};
constexpr theus::child_workflow<std::string(std::string word)> explain{"explain"};
// [docs:end]

// Until it is closed: how many requests it has answered. A request that comes twice has one reply.
theus::workflow<std::int64_t> keep_desk(theus::context& ctx);
std::optional<std::string> reply_of(theus::view desk, const std::string& id);
// Who asks waits for the reply; a desk that is closed meanwhile gives it all the same.
theus::workflow<std::string> reply_now(theus::context& ctx, std::string word);
void check_word(theus::view desk, const std::string& word);

theus::workflow<std::string> explain_word(theus::context& ctx, std::string word);
// Each word of a sentence, explained by a run of its own.
theus::workflow<std::vector<std::string>> read(theus::context& ctx, std::vector<std::string> words);

}  // namespace request_reply
