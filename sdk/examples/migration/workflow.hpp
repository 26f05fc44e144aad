#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <theus/workflows.hpp>

// Copies the tables of a database, one after the other, and says how far it is.
namespace migration {

// [docs:types]
struct progress {
  std::int64_t tables = 0;  // that are done
  std::int64_t of = 0;
  std::string now;  // the table that is being copied; "" when none is
};
BOOST_DESCRIBE_STRUCT(progress, (), (tables, of, now))

constexpr theus::activity<std::int64_t(std::string table)> copy_table{"copy_table"};
constexpr theus::query<progress()> how_far{"how_far"};
constexpr theus::query<std::int64_t(std::string table)> rows_copied{"rows_copied"};
// [docs:end]

// The rows of all tables. Throws activity_failed, cancelled.
theus::workflow<std::int64_t> migrate(theus::context& ctx, std::vector<std::string> tables);

// What answers the queries.
progress progress_of(theus::view run);
std::int64_t rows_of(theus::view run, const std::string& table);

}  // namespace migration
