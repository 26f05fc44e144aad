#include "crash/book_inspection.hpp"

#include <theus/runtime/recovery.hpp>
#include <theus/runtime/take_checkpoint.hpp>
#include <theus/value/edit.hpp>

#include "crash/book.hpp"

namespace crash {
namespace {

namespace journal = theus::journal;
using std::int64_t;

class book_inspector {
 public:
  book_inspector(journal::store& store, int64_t rounds, findings& found)
      : store_(store), nodes_(store), rounds_(rounds), found_(found) {
    app_.add("book", keep_book);
  }

  void look_at(int64_t number) {
    const auto run = store_.run_of(book_id(number)).value();
    if (!run) return say(number, "is lost");
    const theus::value whole = replayed(number, *run, nullptr);
    check_balances(number, whole);
    for (const auto& at : store_.checkpoints(*run, 16).value()) {
      ++found_.checkpoints;
      if (const auto good = verify_checkpoint(store_, nodes_, app_.bound(), at); !good) {
        say(number, "has a bad checkpoint: " + good.error().message);
      }
      const auto read = find_checkpoint(store_, nodes_, *run, at.at).value();
      if (!read.newest || read.newest->head.at != at.at) {
        say(number, "has a checkpoint that cannot be read");
      } else if (replayed(number, *run, &*read.newest).root() != whole.root()) {
        say(number, "comes to another root from a checkpoint");
      }
    }
  }

  void collect() {
    const auto done = nodes_.collect();
    if (!done || !done->finished) found_.violations.push_back("the nodes cannot be collected");
  }

 private:
  void say(int64_t number, const std::string& what) {
    found_.violations.push_back(book_id(number) + " " + what);
  }

  // The Context after all records: of everything run once more, or of what a checkpoint leaves.
  theus::value replayed(int64_t number, journal::run_id run, const theus::checkpoint* from) {
    const auto& type = *app_.bound().workflows.find("book")->second;
    theus::replayer again(type, run, theus::replayer::check::everything);
    const auto tail = replay_run(store_, run, from, again, theus::last_sequence, from == nullptr);
    if (!tail) {
      say(number, tail.error().message);
    } else if (tail->found) {
      say(number, tail->found->explain());
    } else if (const auto differs = again.verify_digest()) {
      say(number, differs->explain());
    }
    return again.state().context().tree();
  }

  void check_balances(int64_t number, const theus::value& tree) {
    for (const std::string side : {"debit", "credit"}) {
      for (int64_t account = 0; account < accounts; ++account) {
        const auto at = theus::path() / side / ("account-" + std::to_string(account));
        const theus::value* const balance = theus::find(tree, at);
        const int64_t expected = expected_balance(side, account, number, rounds_);
        if ((balance ? balance->as_integer() : 0) == expected) continue;
        say(number, "has not " + std::to_string(expected) + " at " + at.to_string());
      }
    }
  }

  journal::store& store_;
  theus::node_archive nodes_;
  const int64_t rounds_;
  findings& found_;
  theus::application app_;
};

}  // namespace

void inspect_books(journal::store& store, int64_t books, int64_t rounds, findings& found) {
  book_inspector inspector(store, rounds, found);
  for (int64_t number = 0; number < books; ++number) inspector.look_at(number);
  inspector.collect();
}

}  // namespace crash
