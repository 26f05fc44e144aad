#include "theus/journal/stores.hpp"

#include "fuzz/targets.hpp"
#include "hash.hpp"
#include "journal/support.hpp"
#include "keys.hpp"

namespace theus::fuzz {
namespace {

namespace keys = journal::keys;
using journal::timer_row;

constexpr char tail_position = 'p';

// Whatever is read gives a key and a value that read as the same again.
template <class Parse, class Key>
void by_key(std::string_view key, Parse parse, Key key_of) {
  const auto row = parse(key);
  if (row) require(parse(key_of(*row)) == row, "a row survives its key");
}

void task(std::string_view key, std::string_view value) {
  const auto counted = keys::parse_task_value(value);
  if (counted) {
    require(keys::parse_task_value(keys::task_value(*counted)) == counted,
            "a count of tasks survives its row");
  }
  const auto row = keys::parse_task(key, value);
  if (!row) return;
  require(counted && counted->count == row->count, "a row of tasks has its count");
  require(keys::parse_task(keys::task(row->run), value) == row, "a row of tasks survives its key");
}

void instance(std::string_view key, std::string_view value) {
  const auto row = keys::parse_instance(key, value);
  if (!row) return;
  require(keys::parse_instance(keys::instance(row->run), keys::instance_value(*row)) == row,
          "an instance survives its row");
}

void message(std::string_view key, std::string_view value) {
  const auto row = keys::parse_message(key, value);
  if (!row) return;
  require(
      keys::parse_message(keys::message(journal::id_of(*row)), keys::message_value(*row)) == row,
      "a message survives its row");
}

std::unique_ptr<journal::store> three_records() {
  auto store = journal::make_memory_store();
  const auto owner = store->acquire_epoch().value();
  journal::test::extend(*store, owner, journal::test::run_of("a"),
                        {journal::test::start_of("a"), journal::test::turn_of({}, {})});
  journal::test::extend(*store, owner, journal::test::run_of("b"), {journal::test::start_of("b")});
  return store;
}

void tail(std::string_view from) {
  static const auto store = three_records();
  const auto page = store->tail({std::string(from)}, 10);
  if (!page) {
    require(page.error().code == errc::bad_input, "a foreign position is refused as bad input");
    return;
  }
  require(page->size() <= 3, "a tail gives each record once");
  for (const auto& each : *page) {
    require(store->tail(each.at, 10).has_value(), "a tail goes on from every record");
  }
}

}  // namespace

void rows(input bytes) {
  if (bytes.empty()) return;
  const std::string_view all = journal::text_of(bytes);
  const std::string_view rest = all.substr(1);
  // A key and a value: the key behind its length.
  const std::size_t length = rest.empty() ? 0 : std::min<std::size_t>(bytes[1], rest.size() - 1);
  const std::string_view key = rest.substr(rest.empty() ? 0 : 1, length);
  const std::string_view value = rest.substr(rest.empty() ? 0 : 1 + length);
  switch (all[0]) {
    case char(keys::kind::timer):
      return by_key(all, keys::parse_timer, keys::timer);
    case char(keys::kind::run_timer):
      return by_key(all, keys::parse_run_timer, keys::run_timer);
    case char(keys::kind::task):
      return task(key, value);
    case char(keys::kind::backlog):
      return by_key(all, keys::parse_backlog, keys::backlog);
    case char(keys::kind::instance):
      return instance(key, value);
    case char(keys::kind::message):
      return message(key, value);
    case char(keys::kind::workflow):
      (void)keys::parse_run(rest);
      return;
    case tail_position:
      return tail(rest);
    default:
      return;
  }
}

}  // namespace theus::fuzz
