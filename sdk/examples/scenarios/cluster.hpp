#pragma once

#include <string>
#include <vector>

#include <boost/describe/class.hpp>

#include <theus/workflows.hpp>

// A run that manages the nodes of a cluster for years: updates take nodes and give them back while
// it looks after their health, and none of them meets another one halfway.
namespace cluster {

using names = std::vector<std::string>;

// [docs:types]
constexpr theus::activity<void(names nodes, std::string job)> allocate{"allocate_nodes"};
constexpr theus::activity<void(names nodes)> release{"release_nodes"};
constexpr theus::activity<names(names nodes)> find_broken{"find_broken"};
constexpr theus::signal<bool> started{"started"};
constexpr theus::signal<bool> shut_down{"shut_down"};
constexpr theus::update<names(std::string job, std::int64_t nodes)> assign{"assign"};
constexpr theus::update<void(std::string job)> finish{"finish"};
// [docs:end]

struct summary {
  names busy;    // nodes that jobs still have
  names broken;  // that were found and are given to nobody
};
BOOST_DESCRIBE_STRUCT(summary, (), (busy, broken))

theus::workflow<summary> manage(theus::context& ctx, names nodes);

// The nodes that the job has from now on; those that it has already when it asks twice.
theus::workflow<names> assign_nodes(theus::context& ctx, std::string job, std::int64_t nodes);
void check_assignment(theus::view cluster, const std::string& job, std::int64_t nodes);
theus::workflow<void> finish_job(theus::context& ctx, std::string job);

}  // namespace cluster
