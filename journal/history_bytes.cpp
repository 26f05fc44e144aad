#include "history_bytes.hpp"

#include "checkpoint_form.hpp"
#include "hash.hpp"

namespace theus::journal {
namespace {

constexpr std::string_view magic = "theushst";
constexpr std::uint8_t whole_version = 1;    // a run from its first record on
constexpr std::uint8_t trimmed_version = 2;  // a checkpoint, its nodes, the records behind it
constexpr std::uint8_t blobs_version = 3;    // any of them, and nodes of blobs
constexpr std::size_t header_bytes = magic.size() + 1 + sizeof(run_id::bytes);
constexpr std::size_t count_bytes = 8;
constexpr std::size_t length_bytes = 4;
constexpr std::size_t sequence_bytes = 8;
constexpr std::size_t trailer_bytes = sizeof(hash256::bytes);

void put_little_endian(std::string& to, std::uint64_t value, std::size_t bytes) {
  for (std::size_t i = 0; i < bytes; ++i) to.push_back(char(value >> (8 * i)));
}

void put_sized(std::string& to, std::string_view bytes) {
  put_little_endian(to, bytes.size(), length_bytes);
  to.append(bytes);
}

void put_list(std::string& to, const std::vector<std::string>& all) {
  put_little_endian(to, all.size(), count_bytes);
  for (const std::string& each : all) put_sized(to, each);
}

std::size_t size_of(const std::vector<std::string>& all) {
  std::size_t size = count_bytes;
  for (const std::string& each : all) size += length_bytes + each.size();
  return size;
}

// Takes parts off the front; every call fails once one has failed.
class parts {
 public:
  explicit parts(std::string_view bytes) : rest_(bytes) {}

  std::uint64_t number(std::size_t bytes) {
    const std::string_view taken = take(bytes);
    std::uint64_t value = 0;
    for (std::size_t i = taken.size(); i > 0; --i) value = value << 8 | std::uint8_t(taken[i - 1]);
    return value;
  }
  std::string_view sized() { return take(number(length_bytes)); }
  std::vector<std::string> list() {
    std::vector<std::string> all;
    const std::uint64_t count = number(count_bytes);
    if (count > rest_.size() / length_bytes) ok_ = false;
    if (ok_) all.reserve(count);
    for (std::uint64_t i = 0; ok_ && i < count; ++i) all.emplace_back(sized());
    return all;
  }
  std::string_view take(std::uint64_t bytes) {
    if (!ok_ || rest_.size() < bytes) {
      ok_ = false;
      return {};
    }
    const std::string_view taken = rest_.substr(0, bytes);
    rest_.remove_prefix(bytes);
    return taken;
  }
  bool at_end() const { return ok_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

std::string trailer_of(std::string_view content) {
  return std::string(text_of(sha256({bytes_of(content)}).bytes));
}

}  // namespace

error history_too_large(const limits& bounds) {
  return {errc::limit_exceeded, "a history has more than limits::history_bytes (" +
                                    std::to_string(bounds.history_bytes) + ")"};
}

result<std::size_t> history_size(const history& h, const limits& bounds) {
  std::size_t size = header_bytes + size_of(h.records) + trailer_bytes;
  if (h.behind) {
    const checkpoint_row& row = h.behind->checkpoint;
    size += sequence_bytes + length_bytes + (1 + row.roots.size()) * sizeof(hash256::bytes) + 4 +
            row.bytes.size() + size_of(h.behind->nodes);
  }
  if (!h.blobs.empty()) size += (h.behind ? 0 : sequence_bytes) + size_of(h.blobs);
  if (size > bounds.history_bytes) return history_too_large(bounds);
  return size;
}

result<std::string> history_bytes(const history& h, const limits& bounds) {
  const auto size = history_size(h, bounds);
  if (!size) return size.error();
  std::string content;
  content.reserve(*size);
  content.append(magic);
  const bool has_blobs = !h.blobs.empty();
  content.push_back(char(has_blobs ? blobs_version : h.behind ? trimmed_version : whole_version));
  content.append(text_of(h.run.bytes));
  if (h.behind) {
    put_little_endian(content, number(h.behind->checkpoint.id.at), sequence_bytes);
    put_sized(content, checkpoint_value(h.behind->checkpoint));
    put_list(content, h.behind->nodes);
  } else if (has_blobs) {
    put_little_endian(content, number(before_first), sequence_bytes);
  }
  if (has_blobs) put_list(content, h.blobs);
  put_list(content, h.records);
  content.append(trailer_of(content));
  return content;
}

result<history> history_in(std::string_view content, const std::string& where) {
  if (!content.starts_with(magic) || content.size() <= magic.size()) {
    return error{errc::bad_input, where + " is not a history: it does not begin with theushst"};
  }
  const std::uint8_t version = std::uint8_t(content[magic.size()]);
  if (version > blobs_version) {
    return error{errc::unknown_version, where + " has version " + std::to_string(version) +
                                            ", this build reads up to " +
                                            std::to_string(blobs_version)};
  }
  if (content.size() < header_bytes + trailer_bytes || version == 0 ||
      content.substr(content.size() - trailer_bytes) !=
          trailer_of(content.substr(0, content.size() - trailer_bytes))) {
    return error{errc::corrupt, where +
                                    " is damaged: its content has another hash than its end "
                                    "says; export the run again"};
  }
  parts rest(content.substr(0, content.size() - trailer_bytes));
  rest.take(magic.size() + 1);
  history h;
  const auto run = rest.take(h.run.bytes.size());
  std::copy(run.begin(), run.end(), h.run.bytes.begin());
  sequence base = before_first;
  if (version >= trimmed_version) base = sequence{rest.number(sequence_bytes)};
  if (version == trimmed_version || base != before_first) {
    const checkpoint_id id{h.run, base};
    auto row = parse_checkpoint(id, rest.sized());
    if (!row) return error{errc::corrupt, where + " is damaged: its checkpoint is none"};
    h.behind = history::base{std::move(*row), rest.list()};
  }
  if (version == blobs_version) h.blobs = rest.list();
  h.records = rest.list();
  // One content has one version.
  if (rest.at_end() && (version == blobs_version) == !h.blobs.empty()) return h;
  return error{errc::corrupt, where + " is damaged: its records do not fill it"};
}

}  // namespace theus::journal
