#include "tool_fixture.hpp"

#include <spawn.h>
#include <sys/wait.h>

#include <csignal>
#include <fstream>
#include <sstream>
#include <thread>

#include "theus/runtime/control_client.hpp"
#include "theus/tool_main.hpp"

#include "toy_application.hpp"

extern char** environ;

namespace theus::toy {
namespace {

boost::json::object parsed(const std::string& text) {
  boost::system::error_code failed;
  const auto value = boost::json::parse(text, failed);
  if (failed || !value.is_object()) {
    ADD_FAILURE() << "not a JSON object: " << text;
    return {};
  }
  return value.get_object();
}

}  // namespace

boost::json::object said::document() const { return parsed(out); }

std::vector<boost::json::object> said::lines() const {
  std::vector<boost::json::object> found;
  std::istringstream all(out);
  for (std::string line; std::getline(all, line);) found.push_back(parsed(line));
  return found;
}

running_toy::running_toy(const std::filesystem::path& journal, const std::string& fail_points) {
  std::vector<std::string> words{THEUS_TOY, "run", "--journal", journal.string()};
  std::string armed = "THEUS_FAIL_POINTS=" + fail_points;
  std::vector<char*> argv, environment;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  for (char** each = environ; *each; ++each) environment.push_back(*each);
  if (!fail_points.empty()) environment.push_back(armed.data());
  environment.push_back(nullptr);
  const int failed =
      ::posix_spawn(&pid_, THEUS_TOY, nullptr, nullptr, argv.data(), environment.data());
  EXPECT_EQ(failed, 0) << std::strerror(failed);
}

running_toy::~running_toy() {
  if (pid_ < 0) return;
  send(SIGKILL);
  wait();
}

void running_toy::send(int signal_number) const { ::kill(pid_, signal_number); }

int running_toy::wait() {
  int status = 0;
  ::waitpid(std::exchange(pid_, -1), &status, 0);
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

Tool::Tool() : app(make_application()) {
  char pattern[] = "/tmp/theus-tool-XXXXXX";
  folder = ::mkdtemp(pattern);
  journal = folder / "journal";
}

Tool::~Tool() { std::filesystem::remove_all(folder); }

said Tool::tool(std::vector<std::string> arguments) { return tool(app, std::move(arguments)); }

said Tool::tool(const application& with, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin() + 1, {"--journal", journal.string()});
  return bare_tool(with, arguments);
}

said Tool::bare_tool(const application& with, const std::vector<std::string>& arguments) {
  std::ostringstream out, err;
  const int code = tool_main(with, arguments, out, err);
  return {code, out.str(), err.str()};
}

void Tool::run_until_done() {
  const auto ran = tool({"run", "--exit-when-done"});
  EXPECT_EQ(ran.code, 0) << ran.err;
}

std::unique_ptr<running_toy> Tool::hold(const std::string& fail_points) {
  auto toy = std::make_unique<running_toy>(journal, fail_points);
  const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (!control_client::connect(journal)) {
    if (std::chrono::steady_clock::now() > give_up) {
      ADD_FAILURE() << "the toy does not answer";
      break;
    }
    std::this_thread::yield();
  }
  return toy;
}

void Tool::write(const std::filesystem::path& where, const std::string& bytes) const {
  std::ofstream(where, std::ios::binary) << bytes;
}

std::string Tool::read(const std::filesystem::path& where) const {
  std::ostringstream bytes;
  bytes << std::ifstream(where, std::ios::binary).rdbuf();
  return bytes.str();
}

}  // namespace theus::toy
