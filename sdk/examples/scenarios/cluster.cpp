#include "cluster.hpp"

#include <chrono>
#include <map>

namespace cluster {
namespace {

using namespace std::chrono_literals;

constexpr const char* nobody = "";
constexpr const char* no_job = "(broken)";

names nodes_with(theus::context& ctx, const std::string& job) {
  names found;
  for (const auto& [node, has] : ctx["nodes"].as<std::map<std::string, std::string>>()) {
    if (has == job) found.push_back(node);
  }
  return found;
}

void give(theus::context& ctx, const names& nodes, const std::string& job) {
  for (const std::string& node : nodes) ctx["nodes"][node] = job;
}

// [docs:turn]
bool may_act(theus::context& ctx) {
  return ctx["is_up"].value_or(false) && !ctx["is_busy"].value_or(false);
}

// Whoever has it may await: nobody else changes the nodes meanwhile.
class turn {
 public:
  explicit turn(theus::context& ctx) : ctx_(ctx) { ctx_["is_busy"] = true; }
  ~turn() { ctx_["is_busy"] = false; }
  turn(const turn&) = delete;
  turn& operator=(const turn&) = delete;

 private:
  theus::context& ctx_;
};
// [docs:end]

theus::workflow<void> check_health(theus::context& ctx) {
  co_await ctx.until([&] { return may_act(ctx); });
  const turn mine(ctx);
  const names idle = nodes_with(ctx, nobody);
  const names broken = co_await ctx.call(find_broken, idle);
  give(ctx, broken, no_job);
}

}  // namespace

// [docs:manage]
theus::workflow<summary> manage(theus::context& ctx, names nodes) {
  give(ctx, nodes, nobody);
  co_await ctx.receive(started);
  ctx["is_up"] = true;
  while (true) {
    const auto told = co_await ctx.receive(shut_down).within(10min);
    if (told) break;
    co_await check_health(ctx);
  }
  ctx["is_closed"] = true;
  co_await ctx.until([&] { return ctx.open_updates() == 0; });
  summary all;
  all.broken = nodes_with(ctx, no_job);
  for (const auto& [node, job] : ctx["nodes"].as<std::map<std::string, std::string>>()) {
    if (job != nobody && job != no_job) all.busy.push_back(node);
  }
  co_return all;
}
// [docs:end]

// [docs:assign]
theus::workflow<names> assign_nodes(theus::context& ctx, std::string job, std::int64_t nodes) {
  co_await ctx.until([&] { return may_act(ctx); });
  const turn mine(ctx);
  names found = nodes_with(ctx, job);
  if (!found.empty()) co_return found;  // it asked before
  found = nodes_with(ctx, nobody);
  if (found.size() < static_cast<std::size_t>(nodes)) {
    throw theus::failure("too_few_nodes", std::to_string(found.size()) + " are free");
  }
  found.resize(static_cast<std::size_t>(nodes));
  co_await ctx.call(allocate, found, job);  // who comes now waits for its turn
  give(ctx, found, job);
  co_return found;
}

void check_assignment(theus::view cluster, const std::string& job, std::int64_t nodes) {
  if (job.empty() || nodes < 1) throw theus::failure("no_job", "a job has a name and needs nodes");
  if (cluster["is_closed"].value_or(false)) throw theus::failure("closed", "it is shut down");
}
// [docs:end]

theus::workflow<void> finish_job(theus::context& ctx, std::string job) {
  co_await ctx.until([&] { return may_act(ctx); });
  const turn mine(ctx);
  const names had = nodes_with(ctx, job);
  if (had.empty()) co_return;
  co_await ctx.call(release, had);
  give(ctx, had, nobody);
}

}  // namespace cluster
