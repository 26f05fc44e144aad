#include "rocksdb_options.hpp"

#include <algorithm>
#include <cstdarg>

#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>

namespace theus::journal {
namespace {

bool can_compress(rocksdb::CompressionType how) {
  const auto supported = rocksdb::GetSupportedCompressions();
  return std::find(supported.begin(), supported.end(), how) != supported.end();
}

// RocksDB's own log would say what errors say anyway, and where its assertions are compiled in, as
// in Debian, the process ends when that log cannot be written: on a full disk.
class no_log final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

std::size_t block_kibibytes(space where) {
  if (where == space::records) return 16;
  return where == space::nodes ? 4 : 8;  // of a block of nodes a read needs one
}

}  // namespace

rocksdb::DBOptions database_options(access how) {
  rocksdb::DBOptions options;
  options.create_if_missing = how == access::create;
  options.create_missing_column_families = how == access::create;
  options.paranoid_checks = true;
  options.track_and_verify_wals_in_manifest = true;
  options.verify_sst_unique_id_in_manifest = true;
  // All families reach the disk together, so no lost file leaves rows without their records.
  options.atomic_flush = true;
  options.db_write_buffer_size = 16 * 1024 * 1024;
  // What an opening after a kill has to read again, and at most as much once more while it is being
  // flushed.
  options.max_total_wal_size = 4 * 1024 * 1024;
  options.max_manifest_file_size = 4 * 1024 * 1024;  // an opening replays it
  options.max_background_jobs = 2;
  options.max_open_files = 400;
  // A thread that cannot be started beside others that run would end the process.
  options.max_file_opening_threads = 1;
  options.bytes_per_sync = 1024 * 1024;
  options.info_log = std::make_shared<no_log>();
  options.info_log_level = rocksdb::InfoLogLevel::FATAL_LEVEL;
  options.stats_dump_period_sec = 0;
  options.stats_persist_period_sec = 0;
  // After an error only `reopen` starts anew: what RocksDB resumes by itself may still fail.
  options.max_bgerror_resume_count = 0;
  return options;
}

rocksdb::ColumnFamilyOptions family_options(std::size_t place,
                                            const std::shared_ptr<rocksdb::Cache>& cache) {
  const bool records = place == std::size_t(space::records);
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.block_size = block_kibibytes(space(place)) * 1024;
  table.cache_index_and_filter_blocks = true;
  table.cache_index_and_filter_blocks_with_high_priority = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  // In pieces of a few KiB: whole, the filter of a table with a million keys is greater than what a
  // small cache holds, and is read and checked again for every key that is looked for.
  table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  table.partition_filters = true;
  table.metadata_block_size = 4 * 1024;
  table.pin_top_level_index_and_filter = true;
  // Most point reads ask for what is not there: the first record of a new run, a new claim.
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.format_version = 5;
  rocksdb::ColumnFamilyOptions options;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.write_buffer_size = 8 * 1024 * 1024;
  options.level0_file_num_compaction_trigger = 8;  // they are small: the log is, too
  options.level0_slowdown_writes_trigger = 32;
  options.level0_stop_writes_trigger = 64;
  options.paranoid_file_checks = true;
  options.compression =
      can_compress(rocksdb::kLZ4Compression) ? rocksdb::kLZ4Compression : rocksdb::kNoCompression;
  if (can_compress(rocksdb::kZSTD)) {
    options.bottommost_compression = rocksdb::kZSTD;
    options.bottommost_compression_opts.level = 1;
    options.bottommost_compression_opts.enabled = true;
  }
  // A run's next record goes right behind its last one: where that is, is remembered per run.
  if (records) {
    options.memtable_insert_with_hint_prefix_extractor.reset(
        rocksdb::NewFixedPrefixTransform(sizeof(run_id::bytes)));
  }
  return options;
}

std::vector<rocksdb::ColumnFamilyDescriptor> families(access how, const std::string& path,
                                                      const std::shared_ptr<rocksdb::Cache>& cache,
                                                      rocksdb::DBOptions& options) {
  std::vector<std::string> there;
  // When this fails, opening says why.
  const bool is_known =
      how != access::create && rocksdb::DB::ListColumnFamilies(options, path, &there).ok();
  const auto lacks = [&](std::size_t place) {
    return is_known && std::ranges::find(there, family_names[place]) == there.end();
  };
  std::vector<rocksdb::ColumnFamilyDescriptor> described;
  for (std::size_t place = 0; place < space_count; ++place) {
    if (place >= first_space_count && lacks(place)) {
      if (how == access::read) break;
      options.create_missing_column_families = true;
    }
    described.emplace_back(family_names[place], family_options(place, cache));
  }
  // Any other that is missing was lost, and is not made anew.
  for (std::size_t place = 0; place < first_space_count; ++place) {
    if (lacks(place)) options.create_missing_column_families = false;
  }
  return described;
}

}  // namespace theus::journal
