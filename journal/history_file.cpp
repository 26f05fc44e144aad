#include "theus/journal/history_file.hpp"

#include "file.hpp"
#include "hash.hpp"
#include "history_bytes.hpp"

namespace theus::journal {
namespace {

constexpr std::string_view magic = "theushst";
constexpr std::uint8_t file_version = 1;
constexpr std::size_t run_at = 9;
constexpr std::size_t count_at = 25;
constexpr std::size_t records_at = 33;
constexpr std::size_t trailer_bytes = 32;
constexpr std::size_t page_records = 1'000;

void put_little_endian(std::string& to, std::uint64_t value, unsigned bytes) {
  for (unsigned i = 0; i < bytes; ++i) to.push_back(char(value >> (8 * i)));
}

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = bytes.size(); i > 0; --i) value = value << 8 | std::uint8_t(bytes[i - 1]);
  return value;
}

std::string trailer_of(std::string_view content) {
  return std::string(text_of(sha256({bytes_of(content)}).bytes));
}

error too_large(const limits& bounds) {
  return {errc::limit_exceeded, "a history has more than limits::history_bytes (" +
                                    std::to_string(bounds.history_bytes) + ")"};
}

std::size_t size_of(const history& h) {
  std::size_t size = records_at + trailer_bytes;
  for (const std::string& r : h.records) size += 4 + r.size();
  return size;
}

result<history> parse(std::string_view content, const std::string& where) {
  const error cut{errc::corrupt, where + " is damaged: its records do not fill it"};
  history h;
  const auto run = content.substr(run_at, h.run.bytes.size());
  std::copy(run.begin(), run.end(), h.run.bytes.begin());
  const std::uint64_t count = little_endian(content.substr(count_at, 8));
  std::string_view rest = content.substr(records_at);
  if (count > rest.size() / 4) return cut;
  h.records.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) {
    if (rest.size() < 4) return cut;
    const std::uint64_t size = little_endian(rest.substr(0, 4));
    if (rest.size() - 4 < size) return cut;
    h.records.emplace_back(rest.substr(4, size));
    rest.remove_prefix(4 + size);
  }
  if (!rest.empty()) return cut;
  return h;
}

}  // namespace

result<std::string> history_bytes(const history& h, const limits& bounds) {
  const std::size_t size = size_of(h);
  if (size > bounds.history_bytes) return too_large(bounds);
  std::string content;
  content.reserve(size);
  content.append(magic);
  content.push_back(char(file_version));
  content.append(text_of(h.run.bytes));
  put_little_endian(content, h.records.size(), 8);
  for (const std::string& r : h.records) {
    put_little_endian(content, r.size(), 4);
    content.append(r);
  }
  content.append(trailer_of(content));
  return content;
}

result<history> history_in(std::string_view content, const std::string& where) {
  if (!content.starts_with(magic) || content.size() <= magic.size()) {
    return error{errc::bad_input, where + " is not a history: it does not begin with theushst"};
  }
  const std::uint8_t version = std::uint8_t(content[magic.size()]);
  if (version > file_version) {
    return error{errc::unknown_version, where + " has version " + std::to_string(version) +
                                            ", this build reads up to " +
                                            std::to_string(file_version)};
  }
  if (content.size() < records_at + trailer_bytes || version == 0 ||
      content.substr(content.size() - trailer_bytes) !=
          trailer_of(content.substr(0, content.size() - trailer_bytes))) {
    return error{errc::corrupt, where +
                                    " is damaged: its content has another hash than its end "
                                    "says; export the run again"};
  }
  return parse(content.substr(0, content.size() - trailer_bytes), where);
}

result<void> write_history(const std::filesystem::path& path, const history& h,
                           const limits& bounds) {
  const auto content = history_bytes(h, bounds);
  return content ? replace_file(path, *content) : content.error();
}

result<history> read_history(const std::filesystem::path& path, const limits& bounds) {
  const auto content = read_file(path, bounds.history_bytes);
  if (!content) return content.error();
  if (!*content) return error{errc::not_found, "there is no file " + path.string()};
  return history_in(**content, path.string());
}

result<history> export_history(store& from, run_id run, const limits& bounds) {
  history h{run, {}};
  std::size_t size = records_at + trailer_bytes;
  for (sequence at = first_sequence;;) {
    auto page = from.read_raw(run, at, page_records);
    if (!page) return page.error();
    if (page->empty()) break;
    at = sequence{number(at) + page->size()};
    for (std::string& r : *page) {
      size += 4 + r.size();
      h.records.push_back(std::move(r));
    }
    if (size > bounds.history_bytes) return too_large(bounds);
  }
  if (h.records.empty()) return error{errc::not_found, "there is no run " + run.to_string()};
  return h;
}

result<void> import_history(store& to, epoch owner, history h, const limits& bounds) {
  const std::string run = "run " + h.run.to_string();
  if (size_of(h) > bounds.history_bytes) return too_large(bounds);
  const auto present = to.head_of(h.run);
  if (!present) return present.error();
  if (*present) return error{errc::workflow_exists, run + " is in this journal already"};
  const auto u = unit::adopt(h.run, owner, head(), std::move(h.records), bounds);
  if (!u) return error{u.error().code, run + ": " + u.error().message};
  const started* opening = opening_in(u->entries().front().value);
  if (opening == nullptr || shard_key_of(opening->workflow_id) != h.run.shard_key()) {
    return error{errc::corrupt, run + " does not begin with the start of its workflow"};
  }
  const append_answer answer = to.append(std::span(&*u, 1)).front();
  switch (answer.status) {
    case append_status::committed:
      return {};
    case append_status::fenced:
      return error{errc::stopped, "another runtime has taken this journal over"};
    case append_status::unknown:
      return *answer.why;
    case append_status::conflict:
      break;
  }
  return error{errc::workflow_exists, "workflow " + opening->workflow_id + " is held by run " +
                                          (answer.holder ? *answer.holder : h.run).to_string()};
}

}  // namespace theus::journal
