#include "remote_access.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <set>

#include "theus/journal/blob_mentions.hpp"
#include "theus/journal/node_order.hpp"
#include "theus/journal/trimming.hpp"
#include "theus/runtime/recovery.hpp"
#include "theus/value/blob_nodes.hpp"
#include "theus/value/storage.hpp"

#include "record_chain.hpp"

namespace theus::tool {
namespace {

constexpr std::chrono::seconds answer_timeout{30};
constexpr int tries = 10;

template <class T>
T or_throw(result<T> answer) {
  if (!answer) throw error_exception(answer.error());
  return std::move(*answer);
}

}  // namespace

template <class T>
T remote_access::ask(const control::request& what) {
  return or_throw(client_.ask<T>(what, answer_timeout));
}

// For as long as it takes to replay a run.
template <class T>
T remote_access::ask_long(const control::request& what) {
  return or_throw(client_.ask<T>(what, std::nullopt));
}

start_reply remote_access::start(const start_request& request) { return ask<start_reply>(request); }

void remote_access::signal(const signal_request& request) { ask<control::done>(request); }

void remote_access::settle(const settle_request& request) { ask<control::done>(request); }

void remote_access::cancel(const std::string& workflow_id, const std::string& reason) {
  ask<control::done>(control::cancel_run{workflow_id, reason});
}

void remote_access::terminate(const std::string& workflow_id, const std::string& reason) {
  ask<control::done>(control::terminate_run{workflow_id, reason});
}

void remote_access::pause(const std::string& workflow_id, const std::string& reason) {
  ask<control::done>(control::pause_run{workflow_id, reason});
}

void remote_access::resume(const std::string& workflow_id) {
  ask<control::done>(control::resume_run{workflow_id});
}

run_outcome remote_access::wait(const std::string& workflow_id,
                                std::optional<std::chrono::milliseconds> timeout) {
  return or_throw(client_.ask<run_outcome>(control::wait_for_outcome{workflow_id}, timeout));
}

update_reply remote_access::update(const update_request& request) {
  return ask_long<update_reply>(request);
}

journal::payload remote_access::query(const query_request& request) {
  return ask_long<control::query_reply>(request).value;
}

control::instance_page remote_access::instances(const journal::instance_filter& filter,
                                                std::uint32_t limit) {
  return ask<control::instance_page>(control::list_instances{filter, limit});
}

journal::instance_row remote_access::find(const std::string& id) {
  return ask<journal::instance_row>(control::find_run{id});
}

control::record_page remote_access::records(journal::run_id run, journal::sequence from) {
  return ask<control::record_page>(control::read_history{run, from, control::max_page_rows});
}

// What trims the run takes records away, and the checkpoint before.
template <class Work>
auto remote_access::unless_trimmed(journal::run_id run, Work work) {
  for (int left = tries;; --left) {
    const auto place = trimmed(run);
    try {
      auto done = work(place);
      if (trimmed(run) == place) return done;
      if (left == 0)
        throw error_exception(
            {errc::trimmed, "run " + run.to_string() + " is trimmed faster than it can be read"});
    } catch (const error_exception&) {
      if (left == 0 || trimmed(run) == place) throw;
    }
  }
}

journal::history remote_access::history_of(journal::run_id run) {
  return unless_trimmed(run, [&](const std::optional<journal::anchor_place>& place) {
    journal::history h{run, {}, base_of(run, place)};
    const auto behind = head_behind(place);
    record_chain chain(run, behind);
    std::set<journal::hash256> mentioned;
    for (auto from = journal::next(behind.at);;) {
      auto page = records(run, from);
      from = journal::sequence{journal::number(from) + page.raw.size()};
      for (const auto& raw : page.raw) {
        for (const auto& blob : journal::blobs_in(or_throw(chain.next(raw)).value)) {
          mentioned.insert(blob);
        }
      }
      std::ranges::move(page.raw, std::back_inserter(h.records));
      if (!page.is_last && !page.raw.empty()) continue;
      if (!mentioned.empty()) h.blobs = in_order({mentioned.begin(), mentioned.end()});
      return h;
    }
  });
}

void remote_access::import(journal::history h) {
  if (h.behind || !h.blobs.empty()) {
    throw error_exception({errc::trimmed, "run " + h.run.to_string() + " comes with " +
                                              (h.behind ? "a checkpoint" : "blobs") +
                                              "; it is imported while no "
                                              "runtime holds the journal: stop it first"});
  }
  ask<control::done>(control::import_run{std::move(h)});
}

// ---- checkpoints

control::checkpoint_list remote_access::checkpoints(journal::run_id run) {
  return ask<control::checkpoint_list>(control::list_checkpoints{run});
}

std::optional<journal::anchor_place> remote_access::trimmed(journal::run_id run) {
  return checkpoints(run).trimmed;
}

journal::checkpoint_row remote_access::checkpoint_row_of(const journal::checkpoint_id& id) {
  journal::checkpoint_row row{id, {}, {}};
  for (;;) {
    auto piece = ask<control::checkpoint_piece>(control::read_checkpoint{id, row.bytes.size()});
    if (row.bytes.empty()) row.roots = std::move(piece.roots);
    row.bytes += piece.bytes;
    if (piece.bytes.empty() || row.bytes.size() >= piece.total) return row;
  }
}

journal::checkpoint_row remote_access::truth_of(journal::run_id run,
                                                const journal::anchor_place& place) {
  auto row = checkpoint_row_of({run, place.through});
  if (journal::manifest_of(row) == place.manifest) return row;
  throw error_exception({errc::corrupt, "the checkpoint of run " + run.to_string() + " at " +
                                            std::to_string(journal::number(place.through)) +
                                            " is not the one that its anchor names"});
}

node_map remote_access::nodes_below(const std::vector<journal::hash256>& roots, blobs which) {
  node_map nodes;
  std::set<journal::hash256> seen;
  std::vector<journal::hash256> wanted;
  const auto want = [&](const std::vector<journal::hash256>& more) {
    for (const auto& each : more)
      if (seen.insert(each).second) wanted.push_back(each);
  };
  want(roots);
  while (!wanted.empty()) {
    const auto asked = std::min<std::size_t>(wanted.size(), control::max_page_rows);
    const std::vector<journal::hash256> some(wanted.end() - std::ptrdiff_t(asked), wanted.end());
    auto page = ask<control::node_page>(control::read_nodes{some});
    if (page.nodes.empty() || page.nodes.size() > asked) {
      throw error_exception({errc::bad_input, "the runtime answered with other nodes than asked"});
    }
    // What did not fit the page is asked for again.
    wanted.resize(wanted.size() - asked);
    wanted.insert(wanted.end(), some.begin() + std::ptrdiff_t(page.nodes.size()), some.end());
    for (std::size_t i = 0; i < page.nodes.size(); ++i) {
      if (page.nodes[i].empty()) {
        throw error_exception({errc::not_found, "node " + some[i].to_string() + " is not stored"});
      }
      if (which == blobs::all || !decode_blob_node(page.nodes[i])) {
        want(or_throw(references_of(page.nodes[i])));
      }
      if (nodes.add(std::move(page.nodes[i])) != some[i]) {
        throw error_exception({errc::corrupt, "node " + some[i].to_string() + " is damaged"});
      }
    }
    if (nodes.bytes() > load_limits().bytes) {
      throw error_exception({errc::limit_exceeded, "a checkpoint has more than " +
                                                       std::to_string(load_limits().bytes) +
                                                       " bytes of nodes"});
    }
  }
  return nodes;
}

std::optional<journal::history::base> remote_access::base_of(
    journal::run_id run, const std::optional<journal::anchor_place>& place) {
  if (!place) return std::nullopt;
  journal::history::base base{truth_of(run, *place), {}};
  base.nodes = in_order(base.checkpoint.roots);
  return base;
}

std::vector<std::string> remote_access::in_order(const std::vector<journal::hash256>& roots) {
  node_map nodes = nodes_below(roots, blobs::all);
  return or_throw(journal::nodes_below(
      roots, [&](const auto& hash) { return nodes.get(hash); }, references_of));
}

result<std::string> remote_access::node(const journal::hash256& hash) try {
  auto page = ask<control::node_page>(control::read_nodes{{hash}});
  if (page.nodes.size() == 1 && page.nodes[0].empty()) {
    return error{errc::not_found, "node " + hash.to_string() + " is not stored"};
  }
  if (page.nodes.size() == 1 && hash_of_node(page.nodes[0]) == hash) {
    return std::move(page.nodes[0]);
  }
  return error{errc::corrupt, "node " + hash.to_string() + " is damaged"};
} catch (const error_exception& e) {
  return error{e.code(), e.what()};
}

std::optional<checkpoint> remote_access::beginning(journal::run_id run) {
  return unless_trimmed(run, [&](const std::optional<journal::anchor_place>& place) {
    if (!place) return std::optional<checkpoint>();
    const auto row = truth_of(run, *place);
    node_map nodes = nodes_below(row.roots, blobs::none);
    return std::optional(or_throw(decode_checkpoint(row.bytes, nodes)));
  });
}

std::optional<checkpoint> remote_access::newest_checkpoint(journal::run_id run,
                                                           journal::sequence through) {
  for (const auto& each : checkpoints(run).rows) {
    if (each.at > through || !each.damage.empty()) continue;
    try {
      const auto row = checkpoint_row_of({run, each.at});
      node_map nodes = nodes_below(row.roots, blobs::none);
      auto read = or_throw(decode_checkpoint(row.bytes, nodes));
      if (read.run == run && read.head.at == each.at && started_in(read)) return read;
    } catch (const error_exception& e) {
      if (!concerns_one_checkpoint(e.code())) throw;  // else the one before may do
    }
  }
  return std::nullopt;
}

taken_checkpoint remote_access::take_checkpoint(journal::run_id run) {
  return ask_long<taken_checkpoint>(control::take_one{run});
}

std::optional<error> remote_access::verify_checkpoint(const journal::checkpoint_id& id) try {
  ask_long<control::done>(control::verify_one{id});
  return std::nullopt;
} catch (const error_exception& e) {
  return error{e.code(), e.what()};
}

journal::sequence remote_access::trim(journal::run_id run) {
  return ask_long<control::trimmed_through>(control::trim_run{run}).at;
}

std::vector<stuck_run> remote_access::stuck() {
  return ask<std::vector<stuck_run>>(control::list_stuck{});
}

void remote_access::retry(const std::string& workflow_id) {
  ask<control::done>(control::retry_run{workflow_id});
}

control::runtime_status remote_access::status() {
  return ask<control::runtime_status>(control::ask_status{});
}

}  // namespace theus::tool
