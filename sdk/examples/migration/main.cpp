// The migration as a whole program: copying a table takes a second, and it has as many rows as its
// name has letters.
#include <chrono>
#include <thread>

#include <theus/theus.hpp>
#include <theus/tool_main.hpp>

#include "workflow.hpp"

using namespace migration;

// [docs:main]
int main(int argc, char** argv) {
  theus::application app;
  app.add("migrate", migrate);
  app.bind("migrate", how_far, progress_of);
  app.bind("migrate", rows_copied, rows_of);
  app.bind(copy_table, [](std::string table) {
    std::this_thread::sleep_for(std::chrono::seconds(1));
    return static_cast<std::int64_t>(table.size());
  });
  return theus::tool_main(app, argc, argv);
}
// [docs:end]
