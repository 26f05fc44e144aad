#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include <boost/asio/awaitable.hpp>

#include <theus/runtime/activity_type.hpp>
#include <theus/workflows.hpp>

// Waiting for something that can only be asked: is it there by now? Three ways, for three paces.
namespace polling {

// Asks once, and fails when it is not ready yet.
constexpr theus::activity<std::string(std::string job)> fetch{"fetch"};
// Asks once; empty: not ready yet.
constexpr theus::activity<std::optional<std::string>(std::string job)> look{"look"};
// Asks again and again, until it is ready.
constexpr theus::activity<std::string(std::string job)> watch{"watch"};
constexpr theus::signal<std::string> given_up{"given_up"};

// Now and then, for as long as it takes: every attempt is one question.
theus::workflow<std::string> poll_rarely(theus::context& ctx, std::string job);
// In a rhythm of its own, for years if need be, until somebody gives up (then empty).
theus::workflow<std::optional<std::string>> poll_in_turns(theus::context& ctx, std::string job);
// Many times a second: nothing of that is recorded but the answer.
theus::workflow<std::string> poll_often(theus::context& ctx, std::string job);

// What `watch` does with something that can be asked. Ends early when it is told to stop.
boost::asio::awaitable<std::string> watch_closely(
    theus::attempt& a, std::string job,
    std::function<std::optional<std::string>(const std::string&)> ask,
    std::chrono::milliseconds pause);

}  // namespace polling
