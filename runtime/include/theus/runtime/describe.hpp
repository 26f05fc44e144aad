#pragma once

#include <string>
#include <utility>
#include <vector>

#include "theus/journal/record.hpp"
#include "theus/value/value.hpp"

namespace theus {

// A command as named fields, for reports and for comparing field by field.
struct command_field {
  std::string name;
  std::string value;
  bool is_payload = false;
};

const char* kind_name(const journal::command& c);
const char* kind_name(const journal::event& e);
std::vector<command_field> fields_of(const journal::command& c);

// One line for people: "#3 call charge [{…}]", "#4 sleep until 2026-…", "signal approved true".
std::string describe(const journal::command& c);
std::string describe(const journal::event& e);

std::string describe(const value& v);  // as JSON
// No more of a text than is good in a report.
std::string brief(std::string text);

// "2026-11-22T12:00:00.000000Z"
std::string to_text(journal::wall_time t);

}  // namespace theus
