#include "record_chain.hpp"

#include "theus/journal/codec.hpp"

namespace theus::tool {

result<journal::stored_record> record_chain::next(const std::string& raw) {
  const std::span bytes(reinterpret_cast<const std::uint8_t*>(raw.data()), raw.size());
  auto decoded = journal::decode(bytes);
  const auto at = journal::next(head_.at);
  if (!decoded) {
    return error{decoded.error().code, "run " + run_.to_string() + ", record " +
                                           std::to_string(journal::number(at)) + ": " +
                                           decoded.error().message};
  }
  if (decoded->at != at || decoded->previous != head_.hash) {
    return error{errc::corrupt, "run " + run_.to_string() + ": record " +
                                    std::to_string(journal::number(at)) +
                                    " does not continue the one before"};
  }
  head_ = {at, journal::hash_of(bytes), decoded->time};
  return journal::stored_record{std::move(*decoded), head_.hash,
                                static_cast<std::uint32_t>(raw.size())};
}

journal::head head_behind(const std::optional<journal::anchor_place>& trimmed) {
  return trimmed ? journal::head{trimmed->through, trimmed->last, {}} : journal::head();
}

void for_each_record(journal_access& journal, journal::run_id run, const journal::head& behind,
                     const std::function<bool(const journal::stored_record&)>& take) {
  record_chain chain(run, behind);
  auto from = journal::next(behind.at);
  for (;;) {
    const auto page = journal.records(run, from);
    for (const auto& raw : page.raw) {
      const auto record = chain.next(raw);
      if (!record) throw error_exception(record.error());
      if (!take(*record)) return;
    }
    if (page.is_last || page.raw.empty()) return;
    from = journal::sequence{journal::number(from) + page.raw.size()};
  }
}

}  // namespace theus::tool
