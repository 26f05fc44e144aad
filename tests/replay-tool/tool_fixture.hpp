#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include "theus/application.hpp"

namespace theus::toy {

struct said {
  int code = 0;
  std::string out;
  std::string err;

  // Fails the test unless `out` is one JSON document, or one a line.
  boost::json::object document() const;
  std::vector<boost::json::object> lines() const;
};

// The toy program as another process that holds the journal.
class running_toy {
 public:
  // `fail_points` as in theus/journal/fail_point.hpp.
  explicit running_toy(const std::filesystem::path& journal, const std::string& fail_points = {});
  ~running_toy();  // kills it, if it still runs
  running_toy(const running_toy&) = delete;
  running_toy& operator=(const running_toy&) = delete;

  int process_id() const { return pid_; }
  void send(int signal_number) const;
  // The exit code; 128 and the signal's number when a signal ended it.
  int wait();

 private:
  int pid_ = -1;
};

// A journal of its own for each test, and the tool's verbs in this process.
class Tool : public ::testing::Test {
 protected:
  Tool();
  ~Tool() override;

  // With --journal added.
  said tool(std::vector<std::string> arguments);
  said tool(const application& with, std::vector<std::string> arguments);
  // Exactly these.
  said bare_tool(const application& with, const std::vector<std::string>& arguments);
  // Executes what the journal holds until nothing runs.
  void run_until_done();
  // Starts a toy and returns once it answers.
  std::unique_ptr<running_toy> hold(const std::string& fail_points = {});

  std::filesystem::path file(const std::string& name) const { return folder / name; }
  void write(const std::filesystem::path& where, const std::string& bytes) const;
  std::string read(const std::filesystem::path& where) const;

  application app;
  std::filesystem::path folder;
  std::filesystem::path journal;
};

}  // namespace theus::toy
