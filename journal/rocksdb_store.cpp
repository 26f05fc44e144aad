#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <new>
#include <shared_mutex>
#include <system_error>
#include <tuple>

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/sst_file_reader.h>
#include <rocksdb/wal_filter.h>
#include <rocksdb/write_batch.h>

#include "commit_log.hpp"
#include "file.hpp"
#include "folder.hpp"
#include "keyed_store.hpp"
#include "keys.hpp"
#include "log_check.hpp"
#include "manifest_note.hpp"
#include "rocksdb_options.hpp"

namespace theus::journal {
namespace {

rocksdb::Slice slice(std::string_view text) { return {text.data(), text.size()}; }
std::string_view view(const rocksdb::Slice& s) { return {s.data(), s.size()}; }

// RocksDB names the file in most of its messages.
error error_of(const rocksdb::Status& s, const std::filesystem::path& db) {
  const std::string text = db.string() + ": " + s.ToString();
  if (s.IsCorruption() || s.IsNotSupported() || s.IsInvalidArgument() || s.IsPathNotFound()) {
    return {errc::corrupt, text};
  }
  const bool too_big = text.find(std::strerror(EFBIG)) != std::string::npos;
  if (s.IsNoSpace() || too_big) return {errc::disk_full, text};
  return {errc::io_error, text};
}

// When opening fails RocksDB names the manifest for a damaged table, and no file for a damaged log;
// the tables it is, or the logs it may be, are named here.
error naming_files(error e, const std::filesystem::path& db) {
  if (e.code != errc::corrupt) return e;
  const std::string tables = joined(files_in(db, ".sst", [](const std::string& path) {
    rocksdb::SstFileReader table{rocksdb::Options()};
    return !table.Open(path).ok();
  }));
  if (!tables.empty()) {
    e.message += " (damaged: " + tables + "); restore the folder from a copy";
    return e;
  }
  const bool names_a_file = e.message.find(".sst") != std::string::npos ||
                            e.message.find(".log") != std::string::npos ||
                            e.message.find("MANIFEST") != std::string::npos;
  if (names_a_file) return e;
  const std::string logs = joined(files_in(db, ".log"));
  if (!logs.empty()) e.message += " (its logs: " + logs + "); restore the folder from a copy";
  return e;
}

// Sees what RocksDB replays of its logs, and has nothing of it applied, or only what comes before a
// hole. RocksDB calls it while a database is opened.
class log_reader final : public rocksdb::WalFilter, private rocksdb::WriteBatch::Handler {
 public:
  enum class applying { nothing, up_to_a_hole };
  explicit log_reader(applying what, bool at_once = false) : what_(what), at_once_(at_once) {}

  log_check check;

  const char* Name() const override { return "theus"; }
  void ColumnFamilyLogNumberMap(const std::map<uint32_t, uint64_t>&,
                                const std::map<std::string, uint32_t>& families) override {
    const auto found = families.find(family_names[std::size_t(space::log)]);
    if (found != families.end()) log_family_ = found->second;
  }
  WalProcessingOption LogRecordFound(unsigned long long log, const std::string&,
                                     const rocksdb::WriteBatch& changes, rocksdb::WriteBatch*,
                                     bool*) override {
    commit_.reset();
    (void)changes.Iterate(this);
    const bool fits = check.follows({log, changes.Data(), commit_}) && !at_once_;
    if (what_ == applying::nothing) return WalProcessingOption::kIgnoreCurrentRecord;
    return fits ? WalProcessingOption::kContinueProcessing : WalProcessingOption::kStopReplay;
  }

 private:
  using status = rocksdb::Status;
  status PutCF(uint32_t family, const rocksdb::Slice& key, const rocksdb::Slice&) override {
    if (family == log_family_) commit_ = parse_commit_number(view(key));
    return {};
  }
  status DeleteCF(uint32_t, const rocksdb::Slice&) override { return {}; }
  bool Continue() override { return !commit_; }

  applying what_;
  bool at_once_;  // the hole comes before the first batch
  uint32_t log_family_ = 0;
  std::optional<std::uint64_t> commit_;
};

class rocksdb_engine final : public engine {
 public:
  static result<std::unique_ptr<engine>> open(folder held, const store_options& options) {
    std::unique_ptr<rocksdb_engine> made(new rocksdb_engine(std::move(held), options));
    const bool create = made->folder_.creating();
    if (auto ok = made->open_up(create ? access::create : access::write); !ok) return ok.error();
    if (auto empty = made->empty(); !empty || (create && !*empty)) {
      if (!empty) return empty.error();
      return error{errc::corrupt, made->folder_.path().string() +
                                      " holds a journal but no file `format`; restore the folder "
                                      "from a copy"};
    }
    if (auto ok = made->folder_.finish(); !ok) return ok.error();
    return std::unique_ptr<engine>(std::move(made));
  }

  ~rocksdb_engine() override { close_database(); }

  result<std::optional<std::string>> get(space where, std::string_view key) override {
    const std::shared_lock lock(database_mutex_);
    const auto snapshot = seen(where);
    std::string value;
    const auto s = database_->Get(reading(snapshot.get()), family(where), slice(key), &value);
    if (s.IsNotFound()) return std::optional<std::string>();
    if (!s.ok()) return error_of(s, path_);
    return std::optional(std::move(value));
  }

  result<void> scan(space where, std::string_view from, std::string_view until,
                    const visitor& visit) override {
    const std::shared_lock lock(database_mutex_);
    const auto snapshot = seen(where);
    rocksdb::ReadOptions options = reading(snapshot.get());
    const rocksdb::Slice bound = slice(until);
    options.iterate_upper_bound = &bound;
    const std::unique_ptr<rocksdb::Iterator> at(database_->NewIterator(options, family(where)));
    for (at->Seek(slice(from)); at->Valid(); at->Next()) {
      if (!visit(view(at->key()), view(at->value()))) return {};
    }
    if (!at->status().ok()) return error_of(at->status(), path_);
    return {};
  }

  result<std::optional<key_value>> last(space where, std::string_view from,
                                        std::string_view until) override {
    const std::shared_lock lock(database_mutex_);
    return greatest(where, from, until);
  }

  result<void> prepare(const batch& changes, const journal_head& head) override {
    if (auto failure = injected_failure("append.before_write")) return *failure;
    if (auto ok = write_unsynced(changes); !ok) return ok;
    auto written = snapshot();
    {
      const std::lock_guard lock(durable_mutex_);
      written_.swap(written);
      newest_ = head;
      ++prepared_;
    }
    if (auto failure = injected_failure("append.after_write")) return *failure;
    return {};
  }

  result<void> harden() override {
    snapshot_ptr reached;
    journal_head promised;
    std::uint64_t through = 0;
    {
      const std::lock_guard lock(durable_mutex_);
      reached = written_;
      promised = newest_;
      through = prepared_;
    }
    if (auto ok = sync_log(); !ok) return ok;
    if (auto failure = injected_failure("append.after_sync")) return *failure;
    if (auto ok = folder_.mark().write(promised); !ok) return ok;
    {
      const std::lock_guard lock(durable_mutex_);
      hardened_ = through;
      // What else was written meanwhile waits for nobody, unless it lies behind a prepared commit.
      if (prepared_ == through) reached = written_;
      durable_.swap(reached);
    }
    if (auto failure = injected_failure("append.after_watermark")) return *failure;
    return {};
  }

  result<void> write(const batch& changes) override {
    if (auto ok = write_unsynced(changes); !ok) return ok;
    auto written = snapshot();
    const std::lock_guard lock(durable_mutex_);
    written_.swap(written);
    if (prepared_ == hardened_) durable_ = written_;
    return {};
  }

  result<journal_head> promised() override { return folder_.mark().promised(); }

  result<void> promise(const journal_head& head) override { return folder_.mark().write(head); }

  result<void> reopen() override {
    if (auto failure = injected_failure("reopen.before_open")) return *failure;
    if (auto ok = folder_.probe_space(); !ok) return ok;
    const std::unique_lock lock(database_mutex_);
    close_database();
    const auto failure = injected_failure("reopen.after_close");
    auto opened = failure ? result<void>(*failure) : open_up(access::write);
    // Recovery itself needs space; without it, reads go on from what is there.
    if (!opened) (void)open_database(access::read, tolerant);
    return opened;
  }

 private:
  using snapshot_ptr = std::shared_ptr<const rocksdb::Snapshot>;

  rocksdb_engine(folder held, const store_options& options)
      : folder_(std::move(held)),
        path_(folder_.path() / "db"),
        // Few shards: a handful of threads read, and a shard has to hold any one block.
        cache_(rocksdb::NewLRUCache(options.block_cache_bytes, 2, false, 0.5)) {}

  static rocksdb::ReadOptions reading(const rocksdb::Snapshot* at) {
    rocksdb::ReadOptions options;
    options.verify_checksums = true;
    options.snapshot = at;
    // There are none. And looking for them, RocksDB 7.8 takes an unreadable first block of a table
    // that follows another in its level for the end of all (facebook/rocksdb#11782).
    options.ignore_range_deletions = true;
    return options;
  }

  // `last`, for whoever holds `database_mutex_`, or nobody else is there yet.
  result<std::optional<key_value>> greatest(space where, std::string_view from,
                                            std::string_view until) {
    const auto snapshot = seen(where);
    rocksdb::ReadOptions options = reading(snapshot.get());
    const rocksdb::Slice lower = slice(from);
    const rocksdb::Slice upper = slice(until);
    options.iterate_lower_bound = &lower;
    options.iterate_upper_bound = &upper;
    const std::unique_ptr<rocksdb::Iterator> at(database_->NewIterator(options, family(where)));
    at->SeekToLast();
    if (!at->status().ok()) return error_of(at->status(), path_);
    if (!at->Valid()) return std::optional<key_value>();
    return std::optional(key_value(at->key().ToString(), at->value().ToString()));
  }

  rocksdb::ColumnFamilyHandle* family(space where) { return families_[std::size_t(where)]; }

  // Rule 6: a log that holds garbage behind what was acknowledged loses that, and only that. What
  // is left without it is looked at before anything is written.
  result<void> open_up(access how) {
    if (how == access::write && files_in(path_, ".log").size() > 1) {
      if (const auto found = look_for_hole(); found.has_hole()) return open_before(found);
    }
    auto opened = open_database(how, tolerant);
    if (opened || opened.error().code != errc::corrupt || how == access::create) return opened;
    if (!open_database(access::read, up_to_damage)) return opened;
    const bool kept = holds_promised();
    close_database();
    return kept ? open_database(how, up_to_damage) : opened;
  }

  // Reads the logs without applying them. What else is wrong with them is found when they are.
  log_check look_for_hole() {
    log_reader logs(log_reader::applying::nothing);
    if (!open_database(access::read, tolerant, &logs)) return logs.check;
    const auto newest = greatest(space::log, "", keys::commit(UINT64_MAX));
    close_database();
    const auto head = newest && *newest ? parse_head(**newest) : std::nullopt;
    if (newest) logs.check.begins_behind(head.value_or(journal_head()).commit);
    return logs.check;
  }

  result<void> open_before(const log_check& hole) {
    const auto opened_as = [&](access how) {
      filter_.emplace(log_reader::applying::up_to_a_hole, hole.is_at_once());
      return open_database(how, up_to_damage, &*filter_);
    };
    if (auto opened = opened_as(access::read); !opened) return opened;
    const bool kept = holds_promised();
    close_database();
    if (kept) return opened_as(access::write);
    return error{errc::corrupt,
                 path_.string() + ": " + hole.what() + "; restore the folder from a copy"};
  }

  bool holds_promised() {
    const auto found = greatest(space::log, "", keys::commit(UINT64_MAX));
    return found && *found && keeps_promise(parse_head(**found), folder_.mark().promised());
  }

  // The default, point-in-time recovery, silently drops everything behind a bad record. The
  // tolerant one forgives a log that ends too early and refuses one that ends in something else.
  static constexpr auto tolerant = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  static constexpr auto up_to_damage = rocksdb::WALRecoveryMode::kPointInTimeRecovery;

  result<void> open_database(access how, rocksdb::WALRecoveryMode recovery,
                             log_reader* logs = nullptr) {
    if (how == access::write) {
      if (auto ok = check_manifest(note(), path_); !ok) return ok;
    }
    rocksdb::DB* opened = nullptr;
    rocksdb::DBOptions options = database_options(how);
    const auto described = families(how, path_.string(), cache_, options);
    options.wal_recovery_mode = recovery;
    options.wal_filter = logs;
    const auto s =
        how == access::read
            ? rocksdb::DB::OpenForReadOnly(options, path_.string(), described, &families_, &opened)
            : rocksdb::DB::Open(options, path_.string(), described, &families_, &opened);
    if (!s.ok()) {
      families_.clear();
      return naming_files(error_of(s, path_), path_);
    }
    database_.reset(opened);
    writable_ = false;
    show_all();
    if (how == access::read) return {};
    if (auto ok = note_manifest(note(), path_, database::open); !ok) {
      close_database();
      return ok;
    }
    writable_ = true;
    return {};
  }

  std::filesystem::path note() const { return folder_.path() / "manifest"; }

  void close_database() {
    {
      const std::lock_guard lock(durable_mutex_);
      durable_.reset();
      written_.reset();
    }
    if (!database_) return;
    if (spoilt_) {
      families_.clear();
      return (void)database_.release();
    }
    for (auto* handle : families_) (void)database_->DestroyColumnFamilyHandle(handle);
    families_.clear();
    (void)database_->Close();
    database_.reset();
    if (writable_) (void)note_manifest(note(), path_, database::closed);
  }

  result<bool> empty() {
    auto found = greatest(space::log, "", "\xff");
    if (!found) return found.error();
    return !found->has_value();
  }

  result<void> write_unsynced(const batch& changes) {
    // In key order each insertion into the memory table begins where the last one ended. Changes of
    // one key keep their order: that of their addresses.
    std::vector<const change*> sorted;
    sorted.reserve(changes.size());
    for (const change& c : changes) sorted.push_back(&c);
    std::sort(sorted.begin(), sorted.end(), [](const change* x, const change* y) {
      return std::tie(x->where, x->key, x) < std::tie(y->where, y->key, y);
    });
    rocksdb::WriteBatch out;
    for (const change* each : sorted) {
      const change& c = *each;
      rocksdb::Status s;
      if (c.value) {
        s = out.Put(family(c.where), slice(c.key), slice(*c.value));
      } else {
        // Key by key, whatever the number: `reading` says why ranges are not erased as such.
        for_each_erased(c, [&](const std::string& key) {
          if (s.ok()) s = out.Delete(family(c.where), slice(key));
        });
      }
      if (!s.ok()) return error_of(s, path_);
    }
    std::unique_lock alone(log_mutex_, std::defer_lock);
    if (space_is_scarce(path_)) alone.lock();
    auto done = changed_by([&] { return database_->Write(rocksdb::WriteOptions(), &out); });
    if (!done) {
      const std::lock_guard lock(durable_mutex_);
      failed_write_ = done.error();
    }
    return done;
  }

  // Where RocksDB's assertions are compiled in, as in Debian, it ends the process when a log is
  // synced that could not be written. So none is behind a write that failed, and where one may fail
  // for want of space, writes and syncs take turns.
  result<void> sync_log() {
    const std::lock_guard alone(log_mutex_);
    {
      const std::lock_guard lock(durable_mutex_);
      if (failed_write_) return *failed_write_;
    }
    // Never tried again when it fails: the kernel may have dropped the pages and report success.
    return changed_by([this] { return database_->SyncWAL(); });
  }

  // RocksDB is not made for exceptions. One that leaves a write also leaves a writer for which the
  // next would wait for ever, and in the buffer of the log what is in its file already, which
  // closing would write once more: so nothing else is written, and the database stays open.
  template <class Call>
  result<void> changed_by(Call call) {
    if (spoilt_) return error{errc::io_error, path_.string() + ": memory ran out in a write"};
    try {
      const rocksdb::Status s = call();
      return s.ok() ? result<void>() : error_of(s, path_);
    } catch (...) {
      spoilt_ = true;
      throw;
    }
  }

  // Between its write and its sync a commit is in the database but not durable: readers stay at the
  // snapshot before it, and when the sync fails they stay there.
  snapshot_ptr seen(space where) {
    if (is_seen_at_once(where)) return nullptr;
    const std::lock_guard lock(durable_mutex_);
    return durable_;
  }

  snapshot_ptr snapshot() {
    return {database_->GetSnapshot(),
            [db = database_.get()](const rocksdb::Snapshot* s) { db->ReleaseSnapshot(s); }};
  }

  void show_all() {
    auto now = snapshot();
    const std::lock_guard lock(durable_mutex_);
    durable_ = now;
    written_.swap(now);
    hardened_ = prepared_;
    failed_write_.reset();
  }

  folder folder_;
  std::filesystem::path path_;
  std::shared_ptr<rocksdb::Cache> cache_;

  std::shared_mutex database_mutex_;  // held alone only while the database is closed and opened
  std::optional<log_reader> filter_;  // outlives the database that knows it
  std::unique_ptr<rocksdb::DB> database_;
  bool writable_ = false;
  std::atomic<bool> spoilt_ = false;  // an exception left a write
  std::vector<rocksdb::ColumnFamilyHandle*> families_;

  std::mutex log_mutex_;  // a sync, or a write that may find no space
  std::mutex durable_mutex_;
  snapshot_ptr durable_;        // what readers see
  snapshot_ptr written_;        // what was written last
  journal_head newest_;         // of what was prepared last
  std::uint64_t prepared_ = 0;  // commits, since it was opened or opened anew
  std::uint64_t hardened_ = 0;
  std::optional<error> failed_write_;
};

}  // namespace

result<std::unique_ptr<store>> open_rocksdb_store(const std::filesystem::path& path,
                                                  const store_options& options) try {
  auto held = folder::open(path);
  if (!held) return held.error();
  auto opened = rocksdb_engine::open(std::move(*held), options);
  if (!opened) return opened.error();
  auto made = keyed_store::open(std::move(*opened), options);
  if (!made) return error{made.error().code, path.string() + ": " + made.error().message};
  return made;
} catch (const std::system_error& e) {  // a thread that cannot be started
  return error{errc::io_error,
               "cannot open " + path.string() + ": a thread cannot be started: " + e.what()};
} catch (const std::bad_alloc&) {
  return error{errc::io_error, "cannot open " + path.string() + ": memory ran out"};
}

}  // namespace theus::journal
