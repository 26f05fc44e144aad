#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

// The examples of loops and phases, killed with SIGKILL after random amounts of work, prove
// themselves from their files; and the proof fails when a file was tampered with.
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

struct answer {
  int exit_code = -1;
  std::string text;
};

answer run(const std::string& command) {
  std::FILE* const pipe = ::popen((command + " 2>&1").c_str(), "r");
  answer a;
  char buffer[4'096];
  for (std::size_t got; (got = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;)
    a.text.append(buffer, got);
  const int status = ::pclose(pipe);
  if (WIFEXITED(status)) a.exit_code = WEXITSTATUS(status);
  return a;
}

std::size_t lines_of(const fs::path& file) {
  std::ifstream in(file);
  std::size_t lines = 0;
  for (std::string line; std::getline(in, line);) ++lines;
  return lines;
}

class Example : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = fs::path(THEUS_EXAMPLES_FOLDER) / info->name();
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  void TearDown() override {
    if (!HasFailure()) fs::remove_all(folder_);
  }

  // Starts the program and kills it once its log has that many lines. False when it ended before.
  bool kill_after(const std::string& program, const char* verb, const fs::path& log,
                  std::size_t lines) {
    const pid_t child = ::fork();
    if (child == 0) {
      const int nowhere = ::open("/dev/null", O_WRONLY);
      ::dup2(nowhere, STDOUT_FILENO);
      ::execl(program.c_str(), program.c_str(), verb, folder_.c_str(), nullptr);
      ::_exit(127);
    }
    int status = 0;
    while (lines_of(log) < lines) {
      if (::waitpid(child, &status, WNOHANG) == child) {
        EXPECT_EQ(status, 0) << program;
        return false;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    ::kill(child, SIGKILL);
    ::waitpid(child, &status, 0);
    return true;
  }

  // Kills that many runs, each after a random part of `work` lines, and lets the last one end.
  void run_to_the_end(const std::string& program, const char* verb, const fs::path& log,
                      std::size_t work, std::size_t kills) {
    std::mt19937_64 random(work);
    std::size_t killed = 0;
    for (; killed < kills; ++killed) {
      const std::size_t more = 1 + random() % (2 * work / kills);
      if (!kill_after(program, verb, log, lines_of(log) + more)) break;
    }
    EXPECT_GE(killed, kills / 3) << "hardly ever killed";
    const answer done = run(program + " " + verb + " " + folder_.string());
    ASSERT_EQ(done.exit_code, 0) << done.text;
  }

  answer prove(const std::string& program) { return run(program + " prove " + folder_.string()); }

  fs::path folder_;
};

TEST_F(Example, SubscriptionBillsEveryMonthOfAHundredYearsOnceHoweverOftenItIsKilled) {
  const fs::path bills = folder_ / "bills.log";
  run_to_the_end(THEUS_SUBSCRIPTION, "bill", bills, 1'200, 12);
  const answer proof = prove(THEUS_SUBSCRIPTION);
  EXPECT_EQ(proof.exit_code, 0) << proof.text;
  EXPECT_THAT(proof.text, HasSubstr("proved  : 1200 bills in a hundred years"));
  // A bill that nobody owes.
  std::string last;
  {
    std::ifstream in(bills);
    for (std::string line; std::getline(in, line);) last = line;
  }
  std::ofstream(bills, std::ios::app) << last << '\n';
  const answer doubled = prove(THEUS_SUBSCRIPTION);
  EXPECT_EQ(doubled.exit_code, 1);
  EXPECT_THAT(doubled.text, HasSubstr("VIOLATED: each was booked once"));
}

TEST_F(Example, BankKeepsItsTotalThroughConflictsHoweverOftenItIsKilled) {
  run_to_the_end(THEUS_BANK, "day", folder_ / "screened.log", 400, 8);
  const answer proof = prove(THEUS_BANK);
  EXPECT_EQ(proof.exit_code, 0) << proof.text;
  EXPECT_THAT(proof.text, HasSubstr("proved  : the total is 1000000 cents"));
}

}  // namespace
