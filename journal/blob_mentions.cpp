#include "theus/journal/blob_mentions.hpp"

#include <algorithm>
#include <optional>

namespace theus::journal {
namespace {

constexpr std::string_view blob_key = "$blob";
constexpr std::size_t id_digits = 2 * sizeof(hash256::bytes);

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Walks the strings of a text. Of each it keeps as much as can be a key or an id.
class strings {
 public:
  explicit strings(std::string_view json) : rest_(json) {}

  // To behind the next string; false when there is none.
  bool next() {
    const std::size_t quote = rest_.find('"');
    if (quote == rest_.npos) return false;
    rest_.remove_prefix(quote + 1);
    text_.clear();
    while (!rest_.empty()) {
      const char c = take();
      if (c == '"') return true;
      add(c == '\\' ? escaped() : c);
    }
    return false;
  }

  // Whether that string is a key. Then, whether a string follows it.
  bool is_key() { return skip(':'); }
  bool is_followed_by_string() {
    skip_space();
    return !rest_.empty() && rest_.front() == '"';
  }
  std::string_view text() const { return text_; }

 private:
  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  void add(char c) {
    if (text_.size() <= id_digits) text_.push_back(c);
  }

  // What no key or id holds is a zero.
  char escaped() {
    if (rest_.empty() || take() != 'u' || rest_.size() < 4) return '\0';
    int code = 0;
    for (int i = 0; i < 4; ++i) code = code << 4 | std::max(0, digit_of(take()));
    return code < 128 ? char(code) : '\0';
  }

  void skip_space() {
    const std::size_t end = rest_.find_first_not_of(" \t\r\n");
    rest_.remove_prefix(std::min(end, rest_.size()));
  }
  bool skip(char c) {
    skip_space();
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }

  std::string_view rest_;
  std::string text_;
};

std::optional<hash256> id_of(std::string_view text) {
  hash256 hash;
  if (text.size() != id_digits) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const int digit = digit_of(text[i]);
    if (digit < 0) return std::nullopt;
    hash.bytes[i / 2] = std::uint8_t(hash.bytes[i / 2] << 4 | digit);
  }
  return hash;
}

class finder {
 public:
  explicit finder(std::vector<hash256>& to) : to_(to) {}

  void operator()(const started& e) { in(e.arguments); }
  void operator()(const activity_completed& e) {
    if (const auto* value = std::get_if<payload>(&e.outcome)) in(*value);
  }
  void operator()(const signal_received& e) { in(e.value); }
  void operator()(const child_ended& e) {
    if (const auto* value = std::get_if<payload>(&e.outcome)) in(*value);
  }
  void operator()(const promise_settled& e) {
    if (const auto* value = std::get_if<payload>(&e.outcome)) in(*value);
  }
  void operator()(const update_accepted& e) { in(e.arguments); }
  void operator()(const complete_update& c) {
    if (const auto* value = std::get_if<payload>(&c.outcome)) in(*value);
  }
  void operator()(const schedule_activity& c) { in(c.arguments); }
  void operator()(const send_signal& c) { in(c.value); }
  void operator()(const start_child& c) { in(c.arguments); }
  void operator()(const complete_run& c) { in(c.result); }
  void operator()(const open_scope& c) { in(c.arguments); }
  void operator()(const close_scope& c) {
    if (const auto* done = std::get_if<close_scope::completed>(&c.outcome)) in(done->result);
    if (const auto* again = std::get_if<close_scope::again>(&c.outcome)) in(again->state);
  }
  void operator()(const auto&) {}

 private:
  void in(const payload& json) { find_blobs(json, to_); }

  std::vector<hash256>& to_;
};

}  // namespace

void find_blobs(std::string_view json, std::vector<hash256>& to) {
  // Most payloads name none, and are not looked at any closer.
  if (json.size() < id_digits) return;
  if (json.find(blob_key) == json.npos && json.find("\\u") == json.npos) return;
  for (strings each(json); each.next();) {
    if (each.text() != blob_key || !each.is_key() || !each.is_followed_by_string()) continue;
    if (!each.next()) return;
    const auto found = id_of(each.text());
    if (found && *found != hash256()) to.push_back(*found);
  }
}

void sort_once(std::vector<hash256>& found) {
  std::ranges::sort(found);
  found.erase(std::ranges::unique(found).begin(), found.end());
}

void find_blobs(const event& e, std::vector<hash256>& to) { std::visit(finder(to), e); }
void find_blobs(const command& c, std::vector<hash256>& to) { std::visit(finder(to), c); }

std::vector<hash256> blobs_in(const record& r) {
  std::vector<hash256> found;
  for (const event& e : events_of(r)) find_blobs(e, found);
  if (const auto* t = std::get_if<turn>(&r.body)) {
    for (const command& c : t->commands) find_blobs(c, found);
  } else if (const auto* a = std::get_if<anchor>(&r.body)) {
    for (const send_signal& m : a->messages) find_blobs(m.value, found);
    for (const start_child& c : a->starts) find_blobs(c.arguments, found);
  }
  sort_once(found);
  return found;
}

}  // namespace theus::journal
