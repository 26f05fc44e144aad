#include "theus/runtime/checkpoint.hpp"

#include <algorithm>
#include <map>
#include <span>

#include "theus/journal/blob_mentions.hpp"
#include "theus/journal/codec.hpp"
#include <theus/value/flat.hpp>

namespace theus {
namespace {

constexpr std::int64_t form_version = 1;

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

template <std::size_t Size>
value from_raw(const std::array<std::uint8_t, Size>& raw) {
  return std::as_bytes(std::span<const std::uint8_t>(raw));
}

[[noreturn]] void refuse(std::string why) {
  throw error_exception({errc::corrupt, "a checkpoint is malformed: " + std::move(why)});
}

template <std::size_t Size>
void to_raw(std::array<std::uint8_t, Size>& to, const value& v) {
  const auto bytes = v.as_bytes();
  if (bytes.size() != Size) refuse("a hash or id has another length");
  std::ranges::transform(bytes, to.begin(), [](std::byte b) { return std::uint8_t(b); });
}

// ---- events and commands, in the form of records

value packed(journal::sequence at, const applied_step& times,
             decltype(journal::record::body) body) {
  journal::record r;
  r.at = at;
  r.raw_time = times.raw_time;
  r.time = times.time;
  r.body = std::move(body);
  return bytes_of(journal::encode(r).value());
}

journal::record unpacked(const value& v) {
  const auto bytes = v.as_bytes();
  return journal::decode({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()})
      .value();
}

value from_step(journal::sequence at, const applied_step& step) {
  if (const auto* e = std::get_if<journal::event>(&step.what)) {
    return list::of(step.signal, packed(at, step, journal::intake{{*e}}));
  }
  journal::turn t;
  t.commands.push_back(std::get<closed_scope>(step.what).how);
  return list::of(step.signal, packed(at, step, std::move(t)));
}

value from_turn(const short_turn& turn) {
  list steps;
  for (const auto& each : turn.steps) steps.push_back(from_step(turn.at, each));
  journal::turn t;
  t.commands = turn.commands;
  return map{{"at", journal::number(turn.at)},
             {"steps", std::move(steps)},
             {"commands", packed(turn.at, {}, std::move(t))}};
}

// Each Context once, however many ends left it behind.
class contexts {
 public:
  explicit contexts(node_source& source) : source_(source) {}

  value at(const journal::hash256& root) {
    if (root == journal::hash256()) return map();
    auto found = loaded_.find(root.bytes);
    if (found == loaded_.end()) {
      found = loaded_.emplace(root.bytes, load(root, source_).value()).first;
      if (!found->second.is_map()) refuse("a Context is not a map");
    }
    return found->second;
  }

 private:
  node_source& source_;
  std::map<std::array<std::uint8_t, 32>, value> loaded_;
};

applied_step to_step(const value& v, contexts& known) {
  const list& pair = v.as_list();
  const journal::record r = unpacked(pair.at(1));
  applied_step step{r.raw_time, r.time, journal::event(), 0};
  if (pair.at(0).as_integer() < 0) refuse("the number of a signal is negative");
  step.signal = static_cast<std::uint64_t>(pair.at(0).as_integer());
  if (const auto* intake = std::get_if<journal::intake>(&r.body)) {
    if (intake->events.size() != 1) refuse("a step is not one event");
    step.what = intake->events.front();
    const auto& e = std::get<journal::event>(step.what);
    if (std::holds_alternative<journal::signal_received>(e) != (step.signal != 0)) {
      refuse("a signal has no number, or something else has one");
    }
    return step;
  }
  const auto* turn = std::get_if<journal::turn>(&r.body);
  const auto* how = turn && turn->commands.size() == 1
                        ? std::get_if<journal::close_scope>(&turn->commands.front())
                        : nullptr;
  if (!how) refuse("a step is neither an event nor the end of a phase or iteration");
  if (step.signal != 0) refuse("the end of a phase or iteration has the number of a signal");
  step.what = closed_scope{*how, known.at(how->root)};
  return step;
}

short_turn to_turn(const value& v, contexts& known) {
  const map& m = v.as_map();
  short_turn turn;
  const journal::record commands = unpacked(m.at("commands"));
  turn.at = commands.at;
  if (!std::holds_alternative<journal::turn>(commands.body)) refuse("its commands are none");
  turn.commands = std::get<journal::turn>(commands.body).commands;
  for (const value& each : m.at("steps").as_list()) turn.steps.push_back(to_step(each, known));
  return turn;
}

void find_blobs(const value& v, std::vector<journal::hash256>& to) {
  switch (v.kind()) {
    case value_kind::bytes: {
      const auto bytes = v.as_bytes();
      return journal::find_blobs({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, to);
    }
    case value_kind::list:
      for (const value& each : v.as_list()) find_blobs(each, to);
      return;
    case value_kind::map:
      for (const auto& [key, each] : v.as_map()) find_blobs(each, to);
      return;
    default:
      return;
  }
}

// What the payloads mention that it keeps, in the short history and unread. The blobs of its trees
// are nodes like any others.
std::vector<journal::hash256> blobs_in(const checkpoint& c) {
  std::vector<journal::hash256> found;
  for (const short_turn& turn : c.turns) {
    for (const journal::command& each : turn.commands) journal::find_blobs(each, found);
    for (const applied_step& step : turn.steps) {
      if (const auto* e = std::get_if<journal::event>(&step.what)) {
        journal::find_blobs(*e, found);
      } else {
        journal::find_blobs(journal::command(std::get<closed_scope>(step.what).how), found);
      }
    }
  }
  find_blobs(c.state, found);
  journal::sort_once(found);
  return found;
}

}  // namespace

std::optional<checkpoint> make_checkpoint(journal::run_id run, replayer& replayed) {
  if (replayed.head().at != replayed.last_turn() || !replayed.unconsumed().empty() ||
      replayed.state().awaits_records()) {
    return std::nullopt;
  }
  return checkpoint{run, replayed.head(), replayed.last_digest(), replayed.take_short_history(),
                    replayed.state().runtime_state()};
}

std::optional<mismatch> resume(replayer& into, const checkpoint& from, std::string& damage) {
  for (const auto& each : from.turns) {
    if (auto found = into.feed(each)) return found;
  }
  if (const auto done = into.resume(from.head, from.digest, from.state); !done) {
    damage = done.error().message;
  }
  return std::nullopt;
}

result<encoded_checkpoint> encode(const checkpoint& c, node_sink& sink) try {
  encoded_checkpoint made;
  const auto put = [&](const value& v) {
    const auto saved = save(v, sink).value();
    made.saved.nodes += saved.nodes;
    made.saved.bytes += saved.bytes;
    if (std::ranges::find(made.roots, saved.root) == made.roots.end()) {
      made.roots.push_back(saved.root);
    }
    return saved.root;
  };
  list turns;
  for (const auto& turn : c.turns) {
    turns.push_back(from_turn(turn));
    for (const auto& step : turn.steps) {
      const auto* closed = std::get_if<closed_scope>(&step.what);
      if (closed && closed->how.root != journal::hash256()) put(closed->context);
    }
  }
  const journal::hash256 state = put(c.state);
  for (const auto& blob : blobs_in(c)) {
    // One that is not stored was made up, or lost: nothing can be kept for who reads it.
    if (sink.holds(blob).value()) made.roots.push_back(blob);
  }
  made.bytes = encode_flat(map{{"version", form_version},
                               {"run", from_raw(c.run.bytes)},
                               {"at", journal::number(c.head.at)},
                               {"hash", from_raw(c.head.hash.bytes)},
                               {"time", c.head.time.time_since_epoch().count()},
                               {"digest", from_raw(c.digest.bytes)},
                               {"turns", std::move(turns)},
                               {"state", from_raw(state.bytes)}});
  return made;
} catch (const error_exception& e) {
  return error{e.code(), e.what()};
}

result<checkpoint> decode_checkpoint(std::string_view bytes, node_source& source) try {
  const value whole = decode_flat(bytes).value();
  const map& m = whole.as_map();
  if (const auto version = m.at("version").as_integer(); version != form_version) {
    return error{errc::unknown_version, "a checkpoint has form " + std::to_string(version) +
                                            ", this build reads " + std::to_string(form_version)};
  }
  checkpoint c;
  to_raw(c.run.bytes, m.at("run"));
  if (m.at("at").as_integer() <= 0) refuse("its sequence is none");
  c.head.at = journal::sequence{static_cast<std::uint64_t>(m.at("at").as_integer())};
  to_raw(c.head.hash.bytes, m.at("hash"));
  c.head.time = journal::wall_time(std::chrono::microseconds(m.at("time").as_integer()));
  to_raw(c.digest.bytes, m.at("digest"));
  contexts known(source);
  for (const value& each : m.at("turns").as_list()) c.turns.push_back(to_turn(each, known));
  journal::hash256 state;
  to_raw(state.bytes, m.at("state"));
  c.state = load(state, source).value();
  return c;
} catch (const error_exception& e) {
  return error{
      e.code() == errc::wrong_type || e.code() == errc::not_found ? errc::corrupt : e.code(),
      e.what()};
}

}  // namespace theus
