#include "workflow.hpp"

namespace migration {

// [docs:migrate]
theus::workflow<std::int64_t> migrate(theus::context& ctx, std::vector<std::string> tables) {
  ctx["of"] = static_cast<std::int64_t>(tables.size());
  std::int64_t all = 0;
  for (const auto& table : tables) {
    ctx["now"] = table;
    const std::int64_t rows = co_await ctx.call(copy_table, table);
    ctx["rows"][table] = rows;
    all += rows;
  }
  ctx["now"].erase();
  co_return all;
}
// [docs:end]

// [docs:answers]
progress progress_of(theus::view run) {
  progress so_far;
  so_far.of = run["of"].value_or(so_far.of);
  so_far.now = run["now"].value_or(so_far.now);
  if (const auto rows = run["rows"].find()) {
    so_far.tables = static_cast<std::int64_t>(rows->as_map().size());
  }
  return so_far;
}

std::int64_t rows_of(theus::view run, const std::string& table) {
  const auto rows = run["rows"][table].find();
  if (!rows) throw theus::failure("not_copied", "'" + table + "' is not copied yet");
  return rows->as_integer();
}
// [docs:end]

}  // namespace migration
