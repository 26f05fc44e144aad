#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "theus/journal/record.hpp"

// What runs are asked for, with payloads as JSON text, and what is answered.
namespace theus {

// What a start does when its workflow id has been used. The same request id comes before it: it
// gives the same run whatever the policy is. The idea is Temporal's, of two policies one.
enum class id_policy : std::uint8_t {
  reject,        // workflow_exists while a run has the id; when it has ended, another begins
  join,          // the run that has the id is the answer; when it has ended, another begins
  replace,       // the run that has the id is terminated first
  after_failure  // as reject; and one that completed is the last of its id
};

const char* name(id_policy what);

// Of a start: recorded together with it.
struct first_signal {
  std::string name;
  journal::payload value;
};

struct start_request {
  std::string workflow_type;
  std::string workflow_id;
  std::string request_id;  // the same one within the window gives the same run; "" for none
  journal::payload arguments;
  id_policy policy = id_policy::reject;
  // Sent to the run that begins, or, where one has the id, to that: then there is no policy. With a
  // request id it is received once.
  std::optional<first_signal> signal = {};
};
struct start_reply {
  journal::run_id run;
  bool already_started = false;  // by an earlier request with the same request id
};

// What who asks for an update waits for: that it is recorded, and so happens whatever comes; or
// what it comes to.
enum class update_stage : std::uint8_t { accepted, completed };

struct update_request {
  std::string workflow_id;  // its newest run
  std::string name;
  journal::payload arguments = "[]";  // a JSON array
  // The same one again is the same update, whatever else the request says; "": one is made up.
  std::string update_id = {};
  update_stage stage = update_stage::completed;
  // Of the same workflow id: begins where no run of it is open, and the update goes to it.
  std::optional<start_request> start = {};
};

struct update_reply {
  journal::run_id run;
  std::string update_id;
  // Absent while that is not waited for.
  std::optional<std::variant<journal::payload, journal::failure_info>> outcome = {};
};

}  // namespace theus
