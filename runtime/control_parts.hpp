#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "theus/runtime/control_messages.hpp"

#include "control_framing.hpp"

// What requests and replies have in common, to and from its form on the wire. For the one file that
// sees the generated header, behind it.
namespace theus::control {

constexpr std::uint8_t any_status = 255;
constexpr std::size_t max_failure_depth = 16;

// ---- writing

inline capnp::Text::Reader text(const std::string& s) { return {s.c_str(), s.size()}; }
inline capnp::Data::Reader data(const std::string& s) {
  return {reinterpret_cast<const kj::byte*>(s.data()), s.size()};
}
inline capnp::Data::Reader data(const journal::run_id& run) {
  return {run.bytes.data(), run.bytes.size()};
}
inline capnp::Data::Reader data(const journal::hash256& hash) {
  return {hash.bytes.data(), hash.bytes.size()};
}
inline std::int64_t micros(journal::wall_time t) { return t.time_since_epoch().count(); }

inline void write(wire::Failure::Builder to, const journal::failure_info& from) {
  to.setType(text(from.type));
  to.setMessage(text(from.message));
  if (!from.cause.empty()) write(to.initCause(), from.cause.front());
}

inline void write(wire::Instance::Builder to, const journal::instance_row& from) {
  to.setRun(data(from.run));
  to.setWorkflowId(text(from.workflow_id));
  to.setWorkflowType(text(from.workflow_type));
  to.setRequestId(text(from.request_id));
  to.setStatus(static_cast<std::uint8_t>(from.status));
  to.setStartedAt(micros(from.started_at));
  to.setClosed(from.closed_at.has_value());
  to.setPaused(from.is_paused);
  if (from.closed_at) to.setClosedAt(micros(*from.closed_at));
}

inline void write(capnp::List<capnp::Data>::Builder to, const std::vector<std::string>& from) {
  for (unsigned i = 0; i < to.size(); ++i) to.set(i, data(from[i]));
}

// ---- reading

inline std::string string_of(capnp::Text::Reader t) { return {t.cStr(), t.size()}; }
inline std::string string_of(capnp::Data::Reader d) {
  return {reinterpret_cast<const char*>(d.begin()), d.size()};
}
inline journal::wall_time time_of(std::int64_t micros) {
  return journal::wall_time(std::chrono::microseconds(micros));
}

inline std::span<const std::uint8_t> bytes_of(capnp::Data::Reader d) {
  return {d.begin(), d.size()};
}
inline journal::run_id run_of(capnp::Data::Reader d) { return run_in(bytes_of(d)); }
inline std::vector<journal::hash256> hashes_of(capnp::Data::Reader d) {
  return hashes_in(bytes_of(d));
}

inline journal::checkpoint_id checkpoint_of(wire::CheckpointPart::Reader from) {
  return {run_of(from.getRun()), journal::sequence{from.getAt()}};
}

inline std::vector<std::string> strings_of(capnp::List<capnp::Data>::Reader from) {
  std::vector<std::string> strings;
  for (const auto each : from) strings.push_back(string_of(each));
  return strings;
}

inline journal::failure_info failure_of(wire::Failure::Reader from, std::size_t depth = 1) {
  if (depth > max_failure_depth) throw malformed{"a failure with too many causes"};
  journal::failure_info info{string_of(from.getType()), string_of(from.getMessage()), {}};
  if (from.hasCause()) info.cause.push_back(failure_of(from.getCause(), depth + 1));
  return info;
}

inline journal::instance_row instance_of(wire::Instance::Reader from) {
  journal::instance_row row;
  row.run = run_of(from.getRun());
  row.workflow_id = string_of(from.getWorkflowId());
  row.workflow_type = string_of(from.getWorkflowType());
  row.request_id = string_of(from.getRequestId());
  row.status = status_in(from.getStatus());
  row.started_at = time_of(from.getStartedAt());
  if (from.getClosed()) row.closed_at = time_of(from.getClosedAt());
  row.is_paused = from.getPaused();
  return row;
}

}  // namespace theus::control
