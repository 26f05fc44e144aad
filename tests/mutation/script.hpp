#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <boost/describe/class.hpp>

#include "theus/workflows.hpp"

// Workflows as scripts: one function follows what is written for its run, so that another binary
// is an edit of the script.
namespace theus::mutation {

// What the operations take beside their parts:
//   call      name, number: its argument; key: where its result is put; attempts
//   sleep     number: seconds             until     number: hours since 2026
//   receive   name; key                   limited   the same, number: seconds
//   send      name, number; key: to whom
//   put       key, number                 erase     key
//   draw      key: where the uuid is put  trip      throws while its run is in `broken`
//   sequence, all, any, shield            repeat    number: how often
//   phase     name                        loop      name, number: how often, one a round
//   attempt   what to do, and what when an activity failed in it
//   guarded   what to do, and what when it was cancelled
//   versioned name; what to do in version 0, and in version 1
struct step {
  std::string op;
  std::string name;
  std::int64_t number = 0;
  std::string key;
  std::vector<step> parts;
  std::int64_t attempts = 0;
  bool is_wide = false;  // the argument has a field more, with a default
  std::int64_t uid = 0;  // stays what it is when a script is edited
};
BOOST_DESCRIBE_STRUCT(step, (), (op, name, number, key, parts, attempts, is_wide, uid))

step leaf(std::string op, std::string name = {}, std::int64_t number = 0, std::string key = {});
step group(std::string op, std::vector<step> parts, std::string name = {}, std::int64_t number = 0);
// A whole one: a sequence whose number is the run's result. Gives the steps their uids.
step whole(std::vector<step> parts);
const step* find(const step& in, std::int64_t uid);

// The scripts in force, by workflow id, and the runs that throw at `trip`. Changed while nothing
// runs.
std::map<std::string, step>& book();
std::set<std::string>& broken();

// The workflow. Its result is the script's.
workflow<std::int64_t> scripted(context& ctx);

// Where a run comes by: "begin" and "done" of steps, "end" of what has parts, "round N" and "over"
// of what is repeated, "left" of what is replayed as one result. `where` lists the phases and
// iterations around it, outermost first: "7:0/9:2/".
struct visit {
  std::int64_t uid = 0;
  std::string what;
  std::string where;
};
// Called with every visit, if set: one replay at a time, in one thread.
std::function<void(const visit&)>& visitor();

}  // namespace theus::mutation
