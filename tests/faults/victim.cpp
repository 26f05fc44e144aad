// fault_victim work FOLDER GENERATIONS TURNS: opens the journal in FOLDER, appends to two runs,
// closes it, GENERATIONS times over, while system calls or allocations fail. Prints
//   acked <run> <sequence> <hash>   after every acknowledged turn, before the next begins
//   refused <code> <message>        when the journal does not open, and ends
//   stopped <code> <message>        when it takes no more appends; then asks it again, reads it
//   resumed                         when it had met a full disk and goes on
//   out of memory                   when an allocation failed; it goes on if that was in a turn
//   wrong <sentence>                what must not be
// and exits with 0, whatever was refused.
#include <cstdio>
#include <cstdlib>
#include <map>

#include "faults/allocations.hpp"
#include "faults/checkpoints.hpp"
#include "journal/support.hpp"

namespace theus::faults {
namespace {

using namespace journal;
using namespace journal::test;

std::string hex(const hash256& hash) {
  std::string text;
  char digits[3];
  for (const auto byte : hash.bytes) {
    std::snprintf(digits, sizeof digits, "%02x", unsigned(byte));
    text += digits;
  }
  return text;
}

void say(const std::string& line) {
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}
void say_error(const char* what, const error& e) {
  say(std::string(what) + " " + name(e.code) + " " + e.message);
}

class work {
 public:
  explicit work(std::string folder) : folder_(std::move(folder)) {}

  // False when the journal cannot be worked with any more.
  bool generation(std::uint32_t turns) {
    auto opened = open_rocksdb_store(folder_);
    if (!opened) return say_error("refused", opened.error()), false;
    store& journal = **opened;
    const auto owner = journal.acquire_epoch();
    if (!owner && !went_on_after(journal, owner.error())) return false;
    if (owner) owner_ = *owner;
    for (std::uint32_t i = 0; i < turns; ++i) {
      try {
        if (!turn(journal, i % 2)) return false;
      } catch (const std::bad_alloc&) {
        say("out of memory");
      }
    }
    return true;
  }

 private:
  bool turn(store& journal, std::uint32_t which) {
    const run_id run = run_of("victim " + std::to_string(which), which + 1);
    const auto before = journal.head_of(run);
    if (!before) return say_error("unreadable", before.error()), false;
    const head after = before->value_or(head());
    if (after.at < acked_[which]) say("wrong: an acknowledged record is missing");
    const std::uint32_t number = std::uint32_t(theus::journal::number(after.at));
    if (number > 0) {
      if (const auto put = put_checkpoint(journal, {run, after.at}); !put) {
        if (!journal.trouble()) return say_error("unreadable", put.error()), false;
        return went_on_after(journal, put.error());
      }
    }
    record r = number == 0
                   ? start_of("victim " + std::to_string(which), {activity(1)})
                   : turn_of({completed(number)}, {activity(number + 1)}, at_ms(1'000 + number));
    const auto u = unit::make(run, owner_, after, std::move(r));
    if (!u) return say_error("refused", u.error()), false;
    const append_answer answer = append_one(journal, *u);
    if (answer.status == append_status::committed) {
      acked_[which] = u->resulting_head().at;
      say("acked " + std::to_string(which) + " " + std::to_string(number + 1) + " " +
          hex(u->resulting_head().hash));
      return true;
    }
    if (!answer.why) return say("wrong: neither committed nor a reason"), false;
    if (!journal.trouble()) return say_error("unreadable", *answer.why), false;
    return went_on_after(journal, *answer.why);
  }

  // Durable with the next record.
  static result<void> put_checkpoint(store& journal, const checkpoint_id& id) {
    if (auto done = journal.put_nodes({{root_of(id)}}, journal.opened()); !done) return done;
    return journal.put_checkpoint(checkpoint_of(id), journal.opened());
  }

  bool went_on_after(store& journal, const error& why) {
    say_error("stopped", why);
    const auto again = journal.acquire_epoch();
    if (again || again.error().code != why.code) say("wrong: it takes appends after all");
    read_all(journal);
    const auto reopened = journal.reopen();
    read_all(journal);
    if (why.code != errc::disk_full) {
      if (reopened || reopened.error().code != why.code) say("wrong: it reopened after all");
      return false;
    }
    if (!reopened) return say_error("stopped", reopened.error()), false;
    say("resumed");
    const auto owner = journal.acquire_epoch();
    if (!owner) return say_error("stopped", owner.error()), false;
    owner_ = *owner;
    return true;
  }

  void read_all(store& journal) {
    for (const auto& [which, at] : acked_) {
      const auto records =
          journal.read(run_of("victim " + std::to_string(which), which + 1), first_sequence, 1'000);
      if (!records) {
        say_error("unreadable", records.error());
      } else if (records->size() < theus::journal::number(at)) {
        say("wrong: an acknowledged record is not read");
      }
    }
  }

  const std::string folder_;
  epoch owner_{};
  std::map<std::uint32_t, sequence> acked_;
};

int run(int argc, char** argv) {
  if (argc != 5 || std::string(argv[1]) != "work") return 2;
  work w(argv[2]);
  fail_allocation_from_environment();
  for (int i = std::atoi(argv[3]); i > 0; --i) {
    if (!w.generation(std::uint32_t(std::atoi(argv[4])))) return 0;
  }
  say("done");
  return 0;
}

}  // namespace
}  // namespace theus::faults

int main(int argc, char** argv) {
  try {
    return theus::faults::run(argc, argv);
  } catch (const std::bad_alloc&) {
    std::printf("out of memory\n");
    return 3;
  }
}
