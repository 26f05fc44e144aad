// fault_write CALL FOLDER N: opens the journal in FOLDER, which has one run, and makes CALL with
// its N-th allocation failing: append, acknowledge, put, epoch, rebuild or close. Then it appends,
// twice, acknowledges, and closes. Prints
//   met                             when the allocation failed
//   <call> done                     when a call did what it should
//   <call> refused <code> <message> when it did not
//   <call> out of memory            when it threw
// and exits with 0.
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "faults/allocations.hpp"
#include "faults/checkpoints.hpp"
#include "journal/support.hpp"

namespace theus::faults {
namespace {

using namespace journal;
using namespace journal::test;

constexpr std::size_t large = 600 * 1024;  // more than a memory table has at hand

void say(const char* call, const char* how) { std::printf("%s %s\n", call, how); }
void say(const char* call, const error& e) {
  std::printf("%s refused %s %s\n", call, name(e.code), e.message.c_str());
}

class work {
 public:
  explicit work(const char* folder) : journal_(open_journal(folder)) {
    owner_ = journal_->acquire_epoch().value();
  }

  void call(std::string_view what, const char* name, std::uint64_t failing = 0) {
    if (what == "append") make_next();
    if (failing > 0) fail_allocation(failing);
    try {
      make_call(what, name);
    } catch (const std::bad_alloc&) {
      say(name, "out of memory");
    }
    if (failing == 0) return;
    const bool met = allocations() >= failing;
    fail_allocation(0);
    if (met) std::puts("met");
  }

 private:
  void make_call(std::string_view what, const char* name) {
    if (what == "append") {
      const auto answer = append_one(*journal_, *next_);
      next_.reset();
      if (answer.status == append_status::committed) return say(name, "done");
      return answer.why ? say(name, *answer.why) : say(name, "conflict");
    }
    if (what == "acknowledge") return told(name, journal_->acknowledge({run_of("w"), {"", 9}}));
    if (what == "put") {
      const checkpoint_id id{run_of("w"), first_sequence};
      const auto nodes = journal_->put_nodes({{root_of(id)}}, journal_->opened());
      if (!nodes) return told(name, nodes);
      return told(name, journal_->put_checkpoint(checkpoint_of(id), journal_->opened()));
    }
    if (what == "epoch") {
      const auto taken = journal_->acquire_epoch();
      if (taken) owner_ = *taken;
      return told(name, taken);
    }
    if (what == "rebuild") return told(name, journal_->rebuild());
    journal_.reset();
    say(name, "done");
  }
  template <class Result>
  void told(const char* name, const Result& r) {
    if (r) return say(name, "done");
    say(name, r.error());
  }

  void make_next() {
    const auto before = journal_->head_of(run_of("w")).value();
    record r = turn_of({signal_received{"s", payload(large, 'x'), std::nullopt, ""}}, {});
    next_ = unit::make(run_of("w"), owner_, before.value(), std::move(r)).value();
  }

  std::unique_ptr<store> journal_;
  epoch owner_{};
  std::optional<unit> next_;
};

}  // namespace
}  // namespace theus::faults

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  std::setvbuf(stdout, nullptr, _IOLBF, 4'096);
  theus::faults::work all(argv[2]);
  const std::string_view what = argv[1];
  all.call(what, argv[1], std::strtoull(argv[3], nullptr, 10));
  all.call("append", "second append");
  all.call("acknowledge", "second acknowledge");
  all.call("append", "third append");
  all.call("close", "close");
  return 0;
}
