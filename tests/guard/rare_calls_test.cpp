#include <fcntl.h>
#include <glob.h>
#include <spawn.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cwchar>
#include <filesystem>
#include <iostream>
#include <utility>

#include <gmock/gmock.h>

#include "theus/workflows.hpp"

#include "journal/support.hpp"
#include "runtime/support/engine_world.hpp"

// Spellings that fewer programs use: each is found in a turn, does nothing there, and does outside
// of turns what libc does. What prints says that it has.
namespace theus {
namespace {

using testing::engine_world;
using ::testing::HasSubstr;

struct rare_call {
  const char* name;
  const char* found_as;  // the function that rules name
  // True if it says that it did something.
  bool (*call)();
  bool prints = false;
};

std::FILE* scratch = nullptr;  // open, empty, for writing and reading
char path[] = "/tmp/theus-rare-XXXXXX";

const rare_call calls[] = {
    {"fscanf", "fscanf",
     [] {
       int number = 0;
       return std::fscanf(scratch, "%d", &number) >= 0;
     }},
    {"vfscanf", "fscanf",
     [] {
       return [](const char* format, ...) {
         std::va_list with;
         va_start(with, format);
         const int read = std::vfscanf(scratch, format, with);
         va_end(with);
         return read >= 0;
       }("%*d");
     }},
    {"putc_unlocked", "putc", [] { return (::putc_unlocked)('x', scratch) != EOF; }, true},
    {"putc_unlocked_inlined", "putc", [] { return ::putc_unlocked('x', scratch) != EOF; }, true},
    {"fputs_unlocked", "fputs", [] { return ::fputs_unlocked("x", scratch) != EOF; }, true},
    {"fputws", "fputs", [] { return std::fputws(L"x", scratch) != EOF; }, true},
    {"getc_unlocked", "getc", [] { return (::getc_unlocked)(scratch) != EOF; }},
    {"getc_unlocked_inlined", "getc", [] { return ::getc_unlocked(scratch) != EOF; }},
    {"dprintf", "dprintf", [] { return ::dprintf(::fileno(scratch), "%d", 7) >= 0; }, true},
    {"fwprintf", "fprintf", [] { return std::fwprintf(scratch, L"%d", 7) >= 0; }, true},
    {"wcout", "putc", [] { return (std::wcout << L"x").good(); }, true},
    {"tmpfile", "tmpfile",
     [] {
       std::FILE* const made = std::tmpfile();
       return made && std::fclose(made) == 0;
     }},
    {"mkdtemp", "mkdtemp", [] { return ::mkdtemp(path) != nullptr; }},
    {"pwritev", "pwrite",
     [] {
       char byte = 'x';
       const iovec one{&byte, 1};
       return ::pwritev(::fileno(scratch), &one, 1, 0) >= 0;
     }},
    {"fdatasync", "fdatasync", [] { return ::fdatasync(::fileno(scratch)) == 0; }},
    {"renameat", "renameat", [] { return ::renameat(AT_FDCWD, path, AT_FDCWD, path) == 0; }},
    {"chmod", "chmod", [] { return ::chmod(path, 0777) == 0; }},
    {"glob", "glob",
     [] {
       glob_t found{};
       const int failed = ::glob("/*", 0, nullptr, &found);
       if (!failed) ::globfree(&found);
       return failed == 0;
     }},
    {"socketpair", "socketpair",
     [] {
       int ends[2];
       if (::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) != 0) return false;
       return ::close(ends[0]) == 0 && ::close(ends[1]) == 0;
     }},
    {"pselect", "select",
     [] {
       const timespec now{};
       return ::pselect(0, nullptr, nullptr, nullptr, &now, nullptr) >= 0;
     }},
    {"execl", "execl", [] { return ::execl("/bin/true", "true", nullptr) >= 0; }},
    {"execlp", "execlp", [] { return ::execlp("true", "true", nullptr) >= 0; }},
    {"execle", "execle", [] { return ::execle("/bin/true", "true", nullptr, environ) >= 0; }},
    {"waitpid", "waitpid", [] { return ::waitpid(-1, nullptr, WNOHANG) >= 0; }},
    {"sysconf", "sysconf", [] { return ::sysconf(_SC_NPROCESSORS_ONLN) > 0; }},
};

const rare_call* called = nullptr;

workflow<std::int64_t> calls_it([[maybe_unused]] context& ctx) { co_return called->call() ? 1 : 0; }

struct RareCall : ::testing::TestWithParam<rare_call> {
  const journal::test::temporary_folder folder;

  void SetUp() override {
    called = &GetParam();
    scratch = std::fopen((folder / "scratch").c_str(), "w+");
    ASSERT_NE(scratch, nullptr);
    ASSERT_EQ(::pwrite(::fileno(scratch), "12", 2, 0), 2);
  }
  void TearDown() override { std::fclose(scratch); }
};

TEST_P(RareCall, IsFoundInATurnAndDoesNothingThere) {
  application app;
  app.add("tested", calls_it).guard(guard_rules(guard_policy::block));
  engine_world world(std::move(app));
  world.options.paranoid = false;
  world.open();
  std::vector<std::string> reports;
  world.running().on_report([&reports](const std::string& line) { reports.push_back(line); });
  ASSERT_TRUE(world.start("tested", "w"));
  EXPECT_EQ(world.result_of("w"), GetParam().prints ? "1" : "0");
  EXPECT_EQ(std::filesystem::file_size(folder / "scratch"), 2u);
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_THAT(reports.front(),
              HasSubstr("the workflow called " + std::string(GetParam().found_as) + " (block)"));
}

std::string name_of(const ::testing::TestParamInfo<rare_call>& info) { return info.param.name; }

INSTANTIATE_TEST_SUITE_P(Guard, RareCall, ::testing::ValuesIn(calls), name_of);

TEST(RareCallOutsideOfTurns, ReadsAndWritesWithAFormat) {
  const journal::test::temporary_folder folder;
  const std::string file = folder / "numbers";
  std::FILE* const numbers = std::fopen(file.c_str(), "w+");
  ASSERT_NE(numbers, nullptr);
  EXPECT_EQ(::dprintf(::fileno(numbers), "%d %s %.2f", 7, "seven", 7.25), 12);
  std::rewind(numbers);
  int whole = 0;
  char word[8] = {};
  double part = 0;
  EXPECT_EQ(std::fscanf(numbers, "%d %7s %lf", &whole, word, &part), 3);
  EXPECT_EQ(whole, 7);
  EXPECT_STREQ(word, "seven");
  EXPECT_EQ(part, 7.25);
  std::fclose(numbers);
}

int status_of_child(void (*run)()) {
  const pid_t child = ::fork();
  if (child == 0) {
    run();
    ::_exit(99);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(RareCallOutsideOfTurns, RunsAProgramWithAllOfItsArguments) {
  EXPECT_EQ(status_of_child([] {
              ::execl("/bin/sh", "sh", "-c", "exit $(($1 + $2))", "sh", "3", "4", nullptr);
            }),
            7);
  EXPECT_EQ(status_of_child([] { ::execlp("sh", "sh", "-c", "exit 8", nullptr); }), 8);
  EXPECT_EQ(status_of_child([] {
              const char* const environment[] = {"CODE=9", nullptr};
              ::execle("/bin/sh", "sh", "-c", "exit $CODE", nullptr, environment);
            }),
            9);
}

workflow<std::int64_t> asks_for_constants([[maybe_unused]] context& ctx) {
  int seven = 0;
  std::sscanf("7", "%d", &seven);
  co_return ::sysconf(_SC_PAGESIZE) > 0 ? seven : 0;
}

TEST(RareCallInATurn, WhatIsTheSameOnReplayIsNotMinded) {
  application app;
  app.add("tested", asks_for_constants);
  engine_world world(std::move(app));
  world.open();
  ASSERT_TRUE(world.start("tested", "w"));
  EXPECT_EQ(world.result_of("w"), "7");
}

}  // namespace
}  // namespace theus
