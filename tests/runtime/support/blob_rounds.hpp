#pragma once

#include <string>

#include "theus/runtime/blobs.hpp"

#include "journal/support.hpp"

namespace theus::test {

// Blobs that a run mentions one after the other, each written while nobody keeps the one before
// last, and a collection after each: what round n wrote follows from n. Each shares its first
// chunks with the round before.
class blob_rounds {
 public:
  explicit blob_rounds(journal::store& store)
      : store_(store), owner_(store.acquire_epoch().value()), archive_(store) {}

  static constexpr std::size_t size_bytes = 7 * blob_chunk_bytes + 100;

  static std::string content(int round) {
    std::string all(size_bytes, '\0');
    for (std::size_t i = 0; i < all.size(); ++i) {
      const bool is_shared = i < 2 * blob_chunk_bytes;
      all[i] = char(i / blob_chunk_bytes + (is_shared ? 0 : std::size_t(round) * 11));
    }
    return all;
  }

  result<void> go(int round) {
    blob_store blobs(archive_);
    {
      // Nobody mentions it.
      if (auto made = blobs.put(content(round + 1'000)); !made) return made.error();
    }
    const auto made = blobs.put(content(round));
    if (!made) return made.error();
    const auto text = R"({"$blob":")" + made->get().id() + R"(","size":)" +
                      std::to_string(made->get().size) + "}";
    const auto run = journal::test::run_of("w" + std::to_string(round));
    const auto answer = journal::test::extend(
        store_, owner_, run,
        {journal::test::start_of("w" + std::to_string(round)),
         journal::test::intake_of({journal::signal_received{"s", text, std::nullopt, ""}})});
    if (answer.status != journal::append_status::committed) {
      return error{errc::io_error, "not committed"};
    }
    const auto done = archive_.collect();
    return done ? result<void>() : done.error();
  }

  // Of a round that is done.
  result<std::string> read(int round) {
    const auto run = journal::test::run_of("w" + std::to_string(round));
    const auto rows = store_.blobs(journal::blob_row{run, journal::before_first, {}}, 1);
    if (!rows) return rows.error();
    if (rows->empty() || rows->front().run != run) return error{errc::not_found, "no such round"};
    const auto what = find_blob(archive_, rows->front().blob);
    if (!what) return what.error();
    return blob_store(archive_).get(*what);
  }

  node_archive& archive() { return archive_; }

 private:
  journal::store& store_;
  journal::epoch owner_;
  node_archive archive_;
};

}  // namespace theus::test
