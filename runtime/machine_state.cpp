#include <algorithm>
#include <span>

#include "theus/journal/codec.hpp"
#include "theus/runtime/machine.hpp"
#include "theus/runtime/promise_state.hpp"
#include <theus/value/base64.hpp>
#include <theus/value/edit.hpp>

// What a run knows beside its frames and its Context, live and as a value.
namespace theus {
namespace {

std::span<const std::byte> bytes_of(std::string_view text) {
  return std::as_bytes(std::span(text.data(), text.size()));
}

template <std::size_t Size>
std::span<const std::byte> bytes_of(const std::array<std::uint8_t, Size>& raw) {
  return std::as_bytes(std::span(raw));
}

std::string text_of(const value& v) {
  const auto bytes = v.as_bytes();
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// Ids from outside may be any bytes, and keys of maps may not: a set of them is found by hash, so
// that each new one changes little of the tree.
std::string key_of(std::string_view id) {
  const auto hash = journal::hash_of({reinterpret_cast<const std::uint8_t*>(id.data()), id.size()});
  return to_base64(bytes_of(hash.bytes));
}

value from_id(const journal::command_id& id) {
  return map{{"scope", bytes_of(id.scope)}, {"number", id.number}};
}

template <class Integer>
Integer to_number(const value& v) {
  if (!std::in_range<Integer>(v.as_integer())) {
    throw error_exception({errc::corrupt, "a number in the run's state is out of range"});
  }
  return static_cast<Integer>(v.as_integer());
}

journal::command_id to_id(const value& v) {
  return {text_of(v.as_map().at("scope")), to_number<std::uint32_t>(v.as_map().at("number"))};
}

template <std::size_t Size>
void fill(std::array<std::uint8_t, Size>& to, const value& v) {
  const auto bytes = v.as_bytes();
  if (bytes.size() != Size) {
    throw error_exception({errc::corrupt, "a hash or id in the run's state has another length"});
  }
  std::ranges::transform(bytes, to.begin(), [](std::byte b) { return std::uint8_t(b); });
}

journal::hash256 hash_of(const settlement& how) {
  std::string text;
  const auto add = [&](std::string_view part) {
    text += std::to_string(part.size()) + ":";
    text += part;
  };
  if (const auto* value = std::get_if<journal::payload>(&how)) {
    add(*value);
  } else {
    text = "rejected ";
    const auto* info = &std::get<journal::failure_info>(how);
    for (; info; info = info->cause.empty() ? nullptr : &info->cause.front()) {
      add(info->type);
      add(info->message);
    }
  }
  return journal::hash_of({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
}

}  // namespace

void machine::remember(const journal::event& recorded) {
  const auto* e = std::get_if<journal::promise_settled>(&recorded);
  if (!e || !settlements_.emplace(e->command, hash_of(e->outcome)).second) return;
  settled_.push_back(e->command);
  if (settled_.size() <= most_settlements) return;
  settlements_.erase(settled_.front());
  settled_.pop_front();
}

result<void> machine::answer_to(const journal::promise_settled& e) const {
  const auto known = settlements_.find(e.command);
  if (known == settlements_.end()) {
    return error{errc::not_found, "promise #" + e.command.to_string() + " of run " +
                                      run_.to_string() +
                                      " is not open: it was withdrawn, or settled long ago, or "
                                      "there never was one"};
  }
  if (known->second == hash_of(e.outcome)) return {};
  return error{errc::already_settled, "promise #" + e.command.to_string() + " of run " +
                                          run_.to_string() + " was settled otherwise before"};
}

void machine::on_event(const journal::signal_received& e) {
  if (e.from) seen_messages_.insert(*e.from);
  if (!e.request_id.empty()) seen_requests_.insert(e.request_id);
  mailbox& box = mailboxes_[e.name];
  std::string chained(box.received.bytes.begin(), box.received.bytes.end());
  chained += e.value;
  box.received =
      journal::hash_of({reinterpret_cast<const std::uint8_t*>(chained.data()), chained.size()});
  ++box.received_count;
  const std::uint64_t number = number_signal();
  const bool is_taken = over_ && over_->took(number);
  if (applied_) {
    applied_->back().signal = number;
    if (is_taken) applied_->pop_back();  // by what is left out
  }
  if (!box.waiters.empty() && !is_taken) {
    box.waiters.front().deliver(e.value, number);
  } else {
    keep_unread(box, number, e.value);
  }
}

// Replay: what is over has taken it, so it is set apart until that closes.
void machine::keep_unread(mailbox& box, std::uint64_t number, journal::payload payload) {
  if (over_ && over_->took(number)) {
    reserved_.emplace(number, &box);
    ++box.reserved;
  } else {
    box.unread.push_back({number, std::move(payload)});
  }
}

std::uint64_t machine::number_signal() {
  if (!is_shortened_ || signal_numbers_.empty()) return ++signals_received_;
  signals_received_ = signal_numbers_.front();
  signal_numbers_ = signal_numbers_.subspan(1);
  return signals_received_;
}

bool machine::is_unread(std::uint64_t signal) const {
  return std::ranges::any_of(mailboxes_, [&](const auto& named) {
    return std::ranges::any_of(named.second.unread,
                               [&](const unread_signal& s) { return s.number == signal; });
  });
}

std::map<std::string, std::vector<journal::payload>> machine::unread_signals() const {
  std::map<std::string, std::vector<journal::payload>> found;
  for (const auto& [name, box] : mailboxes_) {
    for (const auto& each : box.unread) found[name].push_back(each.value);
  }
  return found;
}

value machine::runtime_state() const {
  list signals;
  for (const auto& [name, box] : mailboxes_) {
    if (box.received_count == 0) continue;
    list unread;
    for (const auto& each : box.unread) {
      unread.push_back(list::of(each.number, value(bytes_of(each.value))));
    }
    signals.push_back(map{{"name", bytes_of(name)},
                          {"received", bytes_of(box.received.bytes)},
                          {"count", box.received_count},
                          {"unread", std::move(unread)}});
  }
  map messages;
  for (const auto& each : seen_messages_) {
    std::string id(each.sender.bytes.begin(), each.sender.bytes.end());
    id += each.command.to_string();
    messages.put(key_of(id),
                 map{{"sender", bytes_of(each.sender.bytes)}, {"command", from_id(each.command)}});
  }
  map requests;
  for (const auto& each : seen_requests_) requests.put(key_of(each), bytes_of(each));
  map state{{"signals", std::move(signals)},
            {"received", signals_received_},
            {"messages", std::move(messages)},
            {"requests", std::move(requests)}};
  if (settled_.empty()) return state;
  list promises;
  for (const auto& each : settled_) {
    promises.push_back(list::of(from_id(each), value(bytes_of(settlements_.at(each).bytes))));
  }
  state.put("promises", std::move(promises));
  return state;
}

result<void> machine::restore_runtime_state(const value& state) try {
  const map& all = state.as_map();
  signals_received_ = to_number<std::uint64_t>(all.at("received"));
  for (const value& each : all.at("signals").as_list()) {
    const map& m = each.as_map();
    mailbox& box = mailboxes_[text_of(m.at("name"))];
    fill(box.received.bytes, m.at("received"));
    box.received_count = to_number<std::uint64_t>(m.at("count"));
    box.unread.clear();
    for (const value& pair : m.at("unread").as_list()) {
      const auto number = to_number<std::uint64_t>(pair.as_list().at(0));
      journal::payload payload = text_of(pair.as_list().at(1));
      // A shortened history has it no more, and needs it once somebody has taken it.
      if (applied_) {
        applied_->push_back({raw_time_, time_,
                             journal::signal_received{text_of(m.at("name")), payload, {}, {}},
                             number});
      }
      keep_unread(box, number, std::move(payload));
    }
    if (!box.unread.empty() && !box.waiters.empty()) {
      return error{errc::corrupt, "the run's state has unread signals that somebody waits for"};
    }
  }
  for (const auto& [key, each] : all.at("messages").as_map()) {
    journal::message_id id;
    fill(id.sender.bytes, each.as_map().at("sender"));
    id.command = to_id(each.as_map().at("command"));
    seen_messages_.insert(id);
  }
  settlements_.clear();  // a shortened history has some of them
  settled_.clear();
  if (const value* promises = all.find("promises")) {  // there were none in older ones
    for (const value& pair : promises->as_list()) {
      const auto id = to_id(pair.as_list().at(0));
      fill(settlements_[id].bytes, pair.as_list().at(1));
      settled_.push_back(id);
    }
  }
  for (const auto& [key, each] : all.at("requests").as_map()) {
    seen_requests_.insert(text_of(each));
  }
  return {};
} catch (const error_exception& e) {
  return error{errc::corrupt, std::string("the run's state is malformed: ") + e.what()};
}

}  // namespace theus
