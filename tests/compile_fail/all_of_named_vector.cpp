// expect: theus: all() takes operations and workflows by value, or one vector of them; move what
// has a name into it
#include <vector>

#include <theus/workflows.hpp>

theus::workflow<void> run(theus::context& ctx) {
  std::vector<theus::sleep_operation> pauses;
  pauses.push_back(ctx.sleep(std::chrono::seconds(1)));
  co_await theus::all(pauses);
}
