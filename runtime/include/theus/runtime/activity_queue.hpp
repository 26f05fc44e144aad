#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

namespace theus {

// What attempts of the activities of a queue wait for before they begin, within one runtime: what
// they call may bear only so much. Limits are the process's, not the journal's: they may change
// with each start of the program, and two programs have theirs each. Temporal's task queues of
// activities have the same three.
struct queue_limits {
  // So many run at the same time; 0: as many as engine_options::activities_at_once allows.
  std::size_t at_once = 0;
  // So many begin in a second, evenly: one every 1/per_second. At most 1,000,000, at least one a
  // day; 0: any number.
  double per_second = 0;
  // So many of them may begin at the same moment when fewer did before. At least 1.
  std::uint32_t burst = 1;
  // 1 to 5. Attempts of 1 begin before those of 2 that wait, however many come: give it to what is
  // short and rare. Queues of the same priority take turns.
  std::uint32_t priority = 3;
};

// The queues of an application by name; activities that are in none have only the bound of the
// engine, and priority 3.
struct activity_queues {
  std::map<std::string, queue_limits, std::less<>> limits;
  std::map<std::string, std::string, std::less<>> of_activity;
};

}  // namespace theus
