#include "json_out.hpp"

#include <algorithm>
#include <cmath>

#include "theus/codec.hpp"
#include "theus/json_text.hpp"
#include "theus/runtime/describe.hpp"

namespace theus::tool {
namespace {

constexpr std::size_t max_line_bytes = std::size_t{1} << 30;
constexpr unsigned max_depth = 128;

// JSON has no infinity and no NaN.
value finite(const value& v) {
  if (v.is_map()) {
    map m;
    for (const auto& [key, item] : v.as_map()) m.put(key, finite(item));
    return m;
  }
  if (v.is_list()) {
    list l;
    for (const value& element : v.as_list()) l.push_back(finite(element));
    return l;
  }
  if (v.kind() != value_kind::real || std::isfinite(v.as_real())) return v;
  return std::isnan(v.as_real()) ? "NaN" : v.as_real() < 0 ? "-Infinity" : "Infinity";
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}

}  // namespace

codec_limits json_out::limits() { return {.max_bytes = max_line_bytes, .max_depth = max_depth}; }

void json_out::text(std::string_view value) {
  std::string kept(value);
  try {
    writer_.digits(encode(kept, limits()));
  } catch (const codec_error&) {
    std::ranges::replace_if(
        kept, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }, '?');
    writer_.digits(encode(kept, limits()));
  }
}

void json_out::payload(const journal::payload& value) {
  std::string canonical;
  try {
    canonical = canonical_json(value, limits());
  } catch (const codec_error&) {
    return text(value);
  }
  writer_.digits(canonical);
}

void json_out::tree(const value& tree) {
  try {
    writer_.digits(encode(tree, limits()));
  } catch (const codec_error& e) {
    if (e.kind() != codec_errc::not_finite) throw;
    writer_.digits(encode(finite(tree), limits()));
  }
}

void json_out::member(const char* name, std::string_view value) {
  writer_.name(name);
  text(value);
}
void json_out::member(const char* name, std::uint64_t value) {
  writer_.name(name);
  writer_.natural(value);
}
void json_out::member(const char* name, double value) {
  writer_.name(name);
  writer_.real(value);
}
void json_out::member(const char* name, bool value) {
  writer_.name(name);
  writer_.boolean(value);
}
void json_out::member(const char* name, journal::wall_time value) { member(name, to_text(value)); }
void json_out::payload_member(const char* name, const journal::payload& value) {
  writer_.name(name);
  payload(value);
}

void write_failure(json_out& out, const char* name, const journal::failure_info& failure) {
  out.raw().name(name);
  out.raw().begin_object();
  out.member("type", failure.type);
  out.member("message", failure.message);
  if (!failure.cause.empty()) write_failure(out, "cause", failure.cause.front());
  out.raw().end_object();
}

std::string to_json(const journal::instance_row& row) {
  json_out out;
  out.raw().begin_object();
  out.member("workflow_id", row.workflow_id);
  out.member("run", row.run.to_string());
  out.member("workflow_type", row.workflow_type);
  out.member("status", journal::name(row.status));
  if (row.is_paused) out.member("paused", true);
  out.member("request_id", row.request_id);
  out.member("started_at", row.started_at);
  if (row.closed_at) out.member("closed_at", *row.closed_at);
  out.raw().end_object();
  return out.take();
}

std::string to_json(const run_outcome& outcome, const std::string& workflow_id) {
  json_out out;
  out.raw().begin_object();
  out.member("workflow_id", workflow_id);
  out.member("run", outcome.run.to_string());
  out.member("status", journal::name(outcome.status));
  if (outcome.status == journal::run_status::completed) {
    out.payload_member("result", outcome.result);
  } else {
    write_failure(out, "failure", outcome.failure);
  }
  out.raw().end_object();
  return out.take();
}

std::string to_json(const stuck_run& run) {
  json_out out;
  out.raw().begin_object();
  out.member("workflow_id", run.workflow_id);
  out.member("run", run.run.to_string());
  out.member("reason", run.reason);
  out.member("failed_turns", std::uint64_t{run.failed_turns});
  out.member("next_try", run.next_try);
  out.raw().end_object();
  return out.take();
}

namespace {

void write_difference(json_out& out, const mismatch& found) {
  out.raw().name("mismatch");
  out.raw().begin_object();
  out.member("kind", name(found.what));
  out.member("turn", journal::number(found.turn));
  out.member("index", std::uint64_t{found.index});
  out.member("event", found.event);
  out.member("awaited_at", found.awaited_at);
  out.member("build", found.build);
  if (found.recorded) out.member("recorded", describe(*found.recorded));
  if (found.attempted) out.member("attempted", describe(*found.attempted));
  out.raw().name("differences");
  out.raw().begin_array();
  for (const auto& each : found.differences) {
    out.raw().begin_object();
    out.member("field", each.field);
    out.member("recorded", each.recorded);
    out.member("attempted", each.attempted);
    out.raw().end_object();
  }
  out.raw().end_array();
  out.member("cause", found.cause);
  out.member("likely_cause", found.likely_cause);
  out.member("advice", found.advice);
  out.raw().end_object();
}

}  // namespace

std::string to_json(const verdict& seen) {
  json_out out;
  out.raw().begin_object();
  out.member("workflow_id", seen.workflow_id);
  out.member("run", seen.run.to_string());
  out.member("workflow_type", seen.workflow_type);
  out.member("verdict", name(seen.what));
  out.member("turns", seen.turns);
  out.member("records", seen.records);
  if (!seen.fits()) out.member("explanation", seen.explanation);
  if (seen.difference) write_difference(out, *seen.difference);
  out.raw().end_object();
  return out.take();
}

std::string compact(const value& tree) {
  json_out out;
  out.tree(tree);
  return out.take();
}

std::string indented(const value& tree) { return indent_json(compact(tree)); }

std::string shown(std::string_view text) {
  std::string visible(text);
  std::ranges::replace_if(visible, is_control, '?');
  return visible;
}

}  // namespace theus::tool
