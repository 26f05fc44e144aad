#include <cstdio>
#include <iostream>
#include <map>
#include <stdexcept>

#include "theus/journal/stores.hpp"

#include "history.hpp"
#include "raw_database.hpp"
#include "stepping_runs.hpp"

// How many bytes of disk does a step take once the journal is compacted, beyond what its payloads
// take when they are all that a database of the same options holds? Limit: 160.
namespace theus::benchmarks {
namespace {

double disk_bytes(const std::filesystem::path& folder) {
  double bytes = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) bytes += static_cast<double>(entry.file_size());
  }
  return bytes;
}

std::map<std::string, double> table_bytes(rocksdb::DB& database) {
  std::vector<rocksdb::LiveFileMetaData> files;
  database.GetLiveFilesMetaData(&files);
  std::map<std::string, double> bytes;
  for (const auto& each : files) bytes[each.column_family_name] += static_cast<double>(each.size);
  return bytes;
}

void append(journal::store& store, const std::vector<journal::unit>& units) {
  for (const auto& each : store.append(units)) {
    if (each.status != journal::append_status::committed) throw std::runtime_error("refused");
  }
}

bool measure(std::size_t runs, std::size_t steps) {
  const scratch_folder scratch("disk");
  const auto folder = scratch.path() / "journal";
  std::vector<std::string> payloads;
  {
    const auto store = journal::open_rocksdb_store(folder).value();
    stepping_runs stepping(runs, store->acquire_epoch().value());
    for (std::size_t i = 0; i <= steps; ++i) {
      append(*store, stepping.next_step());
      const std::string some = stepping.last_payloads();
      if (payloads.empty() || payloads.back().size() > 32 * 1024) payloads.emplace_back();
      payloads.back() += some;
    }
  }
  const auto count = static_cast<double>(runs * steps);
  double payload_bytes = 0;
  {
    const raw_database alone = raw_database::like(folder, scratch.path() / "payloads");
    std::uint64_t key = 0;
    for (const std::string& some : payloads) {
      ++key;
      alone->Put({}, alone.family(1), {reinterpret_cast<const char*>(&key), sizeof key}, some);
    }
    alone.compact();
    for (const auto& [family, bytes] : table_bytes(*alone)) payload_bytes += bytes / count;
  }
  std::map<std::string, double> families;
  {
    const raw_database database = raw_database::like(folder, folder / "db");
    database.compact();
    families = table_bytes(*database);
  }
  const double all = disk_bytes(folder) / count;
  std::printf("%zu runs of %zu steps, bytes per step after compaction\n", runs, steps);
  double tables = 0;
  for (const auto& [family, bytes] : families) {
    std::printf("  %-32s %8.1f\n", ("table files of " + family).c_str(), bytes / count);
    tables += bytes / count;
  }
  std::printf("  %-32s %8.1f\n", "all other files", all - tables);
  std::printf("  %-32s %8.1f\n", "the payloads alone", payload_bytes);
  const double beyond = all - payload_bytes;
  std::printf("  %-32s %8.1f limit 160%s\n", "beyond the payloads", beyond,
              beyond <= 160 ? "" : "  MISSED");
  return beyond <= 160;
}

}  // namespace
}  // namespace theus::benchmarks

int main() {
  try {
    const bool one = theus::benchmarks::measure(1, 10'000);
    const bool many = theus::benchmarks::measure(1'000, 10);
    return one && many ? 0 : 1;
  } catch (const std::exception& e) {
    std::cerr << e.what() << '\n';
    return 2;
  }
}
