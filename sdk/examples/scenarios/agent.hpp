#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <theus/workflows.hpp>

// A model that works on a task with tools; some of them only when a person agrees.
namespace agent {

// What was said, in order; the model reads all of it before it says more.
struct line {
  std::string who;  // "user", "model", "tool" or "reviewer"
  std::string text;
};
BOOST_DESCRIBE_STRUCT(line, (), (who, text))
using transcript = std::vector<line>;

// What the model says next: a tool to be used, or without one the answer.
struct reply {
  std::string tool;
  std::string text;  // what the tool is to do, or the answer
};
BOOST_DESCRIBE_STRUCT(reply, (), (tool, text))

struct verdict {
  std::int64_t step = 0;  // which tool call it is about, as the reviewer was asked
  bool is_allowed = false;
  std::string reason;
};
BOOST_DESCRIBE_STRUCT(verdict, (), (step, is_allowed, reason))

constexpr theus::activity<reply(transcript)> think{"think"};
constexpr theus::activity<std::string(reply)> use_tool{"use_tool"};
constexpr theus::activity<void(std::int64_t step, reply)> ask_reviewer{"ask_reviewer"};
constexpr theus::signal<verdict> reviewed{"reviewed"};

constexpr std::int64_t most_steps = 20;

// Tools that change something outside.
bool needs_review(const std::string& tool);

// The answer. Throws theus::failure "no_answer" after most_steps.
theus::workflow<std::string> work_on(theus::context& ctx, std::string task);

}  // namespace agent
