#include "commit_log.hpp"

#include "hash.hpp"
#include "keys.hpp"

namespace theus::journal {

void chain_hasher::put_number(std::uint64_t value) { keys::put_u64(text_, value); }

void chain_hasher::add(run_id run, sequence at, const hash256& hash) {
  keys::put_run(text_, run);
  put_number(number(at));
  text_.append(reinterpret_cast<const char*>(hash.bytes.data()), hash.bytes.size());
}

journal_head chain_hasher::finish() const {
  return {before_.commit + 1, sha256({bytes_of(text_)})};
}

std::string commit_value(const hash256& chain, const std::vector<const unit*>& units) {
  std::string value(reinterpret_cast<const char*>(chain.bytes.data()), chain.bytes.size());
  for (const unit* u : units) {
    keys::put_run(value, u->run());
    keys::put_u64(value, number(u->expected()));
    keys::put_u32(value, std::uint32_t(u->entries().size()));
  }
  return value;
}

std::optional<commit_row> parse_commit(std::string_view value) {
  keys::cursor c(value);
  commit_row row;
  row.chain = c.hash();
  while (c.ok() && !c.at_end()) {
    committed_run& entry = row.runs.emplace_back();
    entry.run = c.run();
    entry.first = sequence{c.u64()};
    entry.records = c.u32();
  }
  if (!c.ok()) return std::nullopt;
  return row;
}

std::optional<std::uint64_t> parse_commit_number(std::string_view key) {
  keys::cursor c(key);
  const std::uint64_t number = c.u64();
  if (!c.at_end()) return std::nullopt;
  return number;
}

std::optional<journal_head> parse_head(const engine::key_value& row) {
  const auto number = parse_commit_number(row.first);
  const auto value = parse_commit(row.second);
  if (!number || !value) return std::nullopt;
  return journal_head{*number, value->chain};
}

bool keeps_promise(const std::optional<journal_head>& found, const journal_head& promised) {
  if (!found || found->commit < promised.commit) return false;
  return found->commit > promised.commit || found->chain == promised.chain;
}

}  // namespace theus::journal
