#include <signal.h>
#include <sys/resource.h>

#include <gtest/gtest.h>

#include "journal/content.hpp"

// A disk that is full when one append is written while another is on its way to the disk.
namespace theus::journal {
namespace {

using namespace test;

// No file of this process grows beyond so many bytes.
class file_limit {
 public:
  explicit file_limit(rlim_t bytes) {
    ::signal(SIGXFSZ, SIG_IGN);
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit less{bytes, before_.rlim_max};
    if (::setrlimit(RLIMIT_FSIZE, &less) != 0) throw std::runtime_error("setrlimit");
  }
  ~file_limit() { ::setrlimit(RLIMIT_FSIZE, &before_); }

 private:
  rlimit before_{};
};

TEST(FullLog, AWriteThatFailsBesideAnAppendThatWaitsForTheDiskEndsNoProcess) {
  const temporary_folder folder;
  const auto path = folder / "journal";
  const auto journal = open_journal(path);
  const epoch owner = journal->acquire_epoch().value();
  const auto started = [&](const char* id, std::size_t bytes) {
    record r = start_of(id);
    std::get<turn>(r.body).events.push_back(
        signal_received{"s", payload(bytes, 'x'), std::nullopt, ""});
    return unit::make(run_of(id), owner, head(), std::move(r)).value();
  };
  const unit first = started("a", 10), second = started("b", 100'000);
  const append_ticket waits = journal->begin_append(std::span(&first, 1));
  {
    const file_limit none(std::filesystem::file_size(newest_log(path)));
    const append_ticket fails = journal->begin_append(std::span(&second, 1));
    EXPECT_EQ(journal->finish_append(waits).front().why->code, errc::disk_full);
    EXPECT_EQ(journal->finish_append(fails).front().why->code, errc::disk_full);
  }
  ASSERT_TRUE(journal->reopen());
  EXPECT_EQ(append_one(*journal, second).status, append_status::committed);
  // It was in the log, so it may be there; it was not acknowledged, so it need not.
  const auto found = journal->head_of(run_of("a")).value();
  EXPECT_TRUE(!found || found->at == first_sequence);
}

}  // namespace
}  // namespace theus::journal
