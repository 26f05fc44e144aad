#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "theus/codec/json_writer.hpp"
#include "theus/journal/store.hpp"
#include "theus/runtime/engine.hpp"
#include "theus/value/value.hpp"

#include "verdict.hpp"

namespace theus::tool {

// One line of JSON. Whatever is in a journal, what comes out is valid: text that is not UTF-8
// loses its foreign bytes, a payload that is not JSON becomes a string.
class json_out {
 public:
  json_out() : writer_(line_, limits()) {}

  json_writer& raw() { return writer_; }
  void text(std::string_view value);
  void payload(const journal::payload& value);
  // In the form of theus/value/json.hpp; infinity and NaN, which JSON has not, as strings.
  void tree(const theus::value& tree);

  void member(const char* name, std::string_view value);
  void member(const char* name, const char* value) { member(name, std::string_view(value)); }
  void member(const char* name, const std::string& value) { member(name, std::string_view(value)); }
  void member(const char* name, std::uint64_t value);
  void member(const char* name, double value);
  void member(const char* name, bool value);
  void member(const char* name, journal::wall_time value);
  void payload_member(const char* name, const journal::payload& value);
  void tree_member(const char* name, const theus::value& tree) {
    writer_.name(name);
    this->tree(tree);
  }

  std::string take() { return std::move(line_); }

 private:
  static codec_limits limits();

  std::string line_;
  json_writer writer_;
};

std::string to_json(const journal::instance_row& row);
std::string to_json(const run_outcome& outcome, const std::string& workflow_id);
std::string to_json(const stuck_run& run);
std::string to_json(const verdict& seen);

void write_failure(json_out& out, const char* name, const journal::failure_info& failure);

// A tree of values as json_out writes it, in one line; and a member or element per line.
std::string compact(const value& tree);
std::string indented(const value& tree);

// For terminals: control characters become '?'.
std::string shown(std::string_view text);

}  // namespace theus::tool
