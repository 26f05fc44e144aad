#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// While RocksDB flushes, what was logged lies in two write-ahead logs or more. It forgives every
// one of them an end that comes too early, as the last one may have after a kill, and goes on with
// the next: what the older one lost would be missing in the middle, unnoticed.
namespace theus::journal {

// One batch of a log, as RocksDB replays them. It counts every change since the database was made.
struct logged_batch {
  std::uint64_t log = 0;   // the number in its file's name
  std::string_view bytes;  // first change (8, little-endian), number of changes (4), changes
  std::optional<std::uint64_t> commit;
};

// What is told of every batch in the order of replay says whether something is missing between
// them, or between the tables and the first. Takes no memory: RocksDB lets nothing be thrown.
class log_check {
 public:
  // False when something is missing before this batch; then it stays so.
  bool follows(const logged_batch& next);
  // `last` is the last commit that the tables hold. False when the logs begin too late for it.
  bool begins_behind(std::uint64_t last);

  bool has_hole() const { return hole_; }
  bool is_at_once() const { return hole_ && log_ == 0; }  // before the first batch
  // What is missing, for people; "" without a hole.
  std::string what() const;

 private:
  std::uint64_t expected_ = 0;  // change; 0 before the first batch
  std::uint64_t log_ = 0;       // of the last batch before a hole; 0 when there is none
  std::uint64_t after_ = 0;     // the one that goes on behind the hole
  std::optional<std::uint64_t> first_, last_, next_;  // commits; `next_` behind the hole
  bool hole_ = false;
};

}  // namespace theus::journal
