#include "theus/runtime/promise_token.hpp"

#include "fuzz/seeds.hpp"
#include "hash.hpp"
#include "journal/support.hpp"
#include "runtime/control_frames.hpp"

namespace theus::fuzz {
namespace {

using journal::test::run_of;

constexpr char all_at_once = '\0';

std::string asked(const control::request& what) { return control::encode(1, what).value(); }

journal::hash256 a_hash(char byte) {
  journal::hash256 hash;
  hash.bytes.fill(static_cast<std::uint8_t>(byte));
  return hash;
}

std::string framed(const std::string& message) {
  return little_endian(message.size(), 4) + message;
}

std::string one_segment(const std::vector<std::uint64_t>& segment) {
  return framed(little_endian(0, 4) + little_endian(segment.size(), 4) + bytes_of_words(segment));
}

std::map<std::string, control::request> requests() {
  const auto run = run_of("two");
  return {{"start", start_request{"doubled", "two", "again", "[1]"}},
          {"start_joins", start_request{"doubled", "two", "", "[1]", id_policy::join}},
          {"start_replaces", start_request{"doubled", "two", "", "[1]", id_policy::replace}},
          {"start_with_signal", start_request{"doubled", "three", "r", "[1]", id_policy::reject,
                                              first_signal{"number", "20"}}},
          {"start_wrong", start_request{"tripled", "two", "", "{}"}},
          {"start_wrong_type", start_request{"doubled", "x", "", "[\"one\"]"}},
          {"signal", signal_request{"two", "number", "20", "once"}},
          {"signal_not_json", signal_request{"two", "number", "{\"a\":1e400}", ""}},
          {"cancel", control::cancel_run{"two", "no longer wanted"}},
          {"terminate", control::terminate_run{"two", "beyond repair"}},
          {"pause", control::pause_run{"two", "for now"}},
          {"resume", control::resume_run{"two"}},
          {"wait", control::wait_for_outcome{"two"}},
          {"list", control::list_instances{{journal::run_status::running, "doubled", run}, 17}},
          {"list_all", control::list_instances{}},
          {"find", control::find_run{"two"}},
          {"find_by_run", control::find_run{run.to_string()}},
          {"history", control::read_history{run, journal::sequence{2}, 3}},
          {"stuck", control::list_stuck{}},
          {"status", control::ask_status{}},
          {"retry", control::retry_run{"two"}},
          {"checkpoints", control::list_checkpoints{run}},
          {"checkpoint", control::read_checkpoint{{run, journal::sequence{2}}, 17}},
          {"nodes", control::read_nodes{{a_hash('n'), a_hash('o')}}},
          {"take_checkpoint", control::take_one{run}},
          {"verify_checkpoint", control::verify_one{{run, journal::sequence{2}}}},
          {"trim", control::trim_run{run}},
          {"query", query_request{"two", "plus_addend", "[40]"}},
          {"query_not_json", query_request{"two", "plus_addend", "{\"a\":1e400}"}},
          {"query_unknown", query_request{run.to_string(), "minus", "[]"}},
          {"update", update_request{"two", "add", "[40]", "once"}},
          {"update_accepted", update_request{"two", "add", "[1]", "", update_stage::accepted}},
          {"update_unknown", update_request{"two", "subtract", "{\"a\":1e400}"}},
          {"update_with_start", update_request{"new", "add", "[2]", "u", update_stage::completed,
                                               start_request{"doubled", "new", "r", "[1]"}}},
          {"settle", settle_request{promise_token{run, {"2/7", 3}}.to_string(), "[40]"}},
          {"settle_rejecting", settle_request{promise_token{run, {"", 1}}.to_string(),
                                              journal::failure_info{"late", "no", {}}}},
          {"settle_not_a_token", settle_request{"two", "{\"a\":1e400}"}}};
}

std::map<std::string, control::reply> replies() {
  const auto run = run_of("two");
  const auto now = journal::test::at_ms(1'763'800'000'000);
  const journal::instance_row row{run, "two", "doubled", "again", {}, now, now};
  const journal::failure_info failure{"card", "declined", {{"bank", "closed", {}}}};
  control::runtime_status status{99, "full", {}};
  status.counters.turns = 5;
  return {{"refusal", error{errc::run_finished, "it has finished"}},
          {"started", start_reply{run, true}},
          {"done", control::done{}},
          {"outcome", run_outcome{run, journal::run_status::failed, "", failure}},
          {"instances", control::instance_page{{row, row}, false}},
          {"found", row},
          {"records", control::record_page{{"raw", ""}, true}},
          {"stuck_runs", std::vector<stuck_run>{{run, "two", "mismatch", 3, now}}},
          {"runtime_status", status},
          {"checkpoint_list",
           control::checkpoint_list{
               {{journal::sequence{7}, "", 100, 3}, {journal::sequence{5}, "rot", 0, 0}},
               journal::anchor_place{journal::sequence{5}, journal::sequence{9}, a_hash('l'),
                                     a_hash('m')}}},
          {"checkpoint_piece", control::checkpoint_piece{99, "bytes", {a_hash('r')}}},
          {"node_page", control::node_page{{"node", ""}}},
          {"taken",
           taken_checkpoint{journal::sequence{8}, journal::sequence{4}, 3, 2, 1, 5, {"spoilt"}}},
          {"trimmed", control::trimmed_through{journal::sequence{6}}},
          {"answer", control::query_reply{"41"}},
          {"updated", update_reply{run, "once", "41"}},
          {"updated_accepted", update_reply{run, "once", {}}},
          {"updated_failed", update_reply{run, "once", failure}}};
}

// Headers and segment tables that promise what is not there.
seeds hostile_frames() {
  seeds all;
  all["length_of_4_gigabytes"] = little_endian(0xFFFFFFFF, 4);
  all["length_of_1_gigabyte"] = little_endian(1 << 30, 4);
  all["length_of_20_megabytes"] = little_endian(20 << 20, 4) + std::string(100, 'x');
  all["length_of_7"] = little_endian(7, 4) + std::string(7, '\0');
  all["length_of_nothing"] = little_endian(0, 4);
  all["half_a_header"] = std::string(2, '\x10');
  all["segments_4294967295"] = framed(little_endian(0xFFFFFFFF, 4) + std::string(12, '\0'));
  all["segments_513"] = framed(little_endian(512, 4) + std::string(12, '\0'));
  all["segments_512"] = framed(little_endian(511, 4) + std::string(12, '\0'));
  all["segment_behind_the_end"] =
      framed(little_endian(0, 4) + little_endian(0xFFFFFF, 4) + std::string(8, '\0'));
  all["random_bytes"] = framed(std::string(16, '\x5A'));
  for (const auto& [name, words] : hostile_messages()) all[name] = one_segment(words);
  // A reply whose outcome's failure is its own cause.
  all["cyclic_failure"] = one_segment({struct_pointer(0, 2, 1), 1, 3, struct_pointer(0, 1, 3), 2,
                                       list_pointer(5, 2, 16), 0, struct_pointer(0, 0, 3), 0, 0,
                                       struct_pointer(-3, 0, 3), 1, 2});
  all["version_7"] = one_segment({struct_pointer(0, 1, 0), 7});
  return all;
}

journal::history golden_run() {
  auto records = golden_history("cancelled_order");
  const auto first = journal::decode(journal::bytes_of(records.front())).value();
  const auto& start = std::get<journal::started>(std::get<journal::turn>(first.body).events[0]);
  return {run_of(start.workflow_id), std::move(records)};
}

// A run of the target's own workflow whose code does not fit it: another state digest.
journal::history foreign_run() {
  const auto run = run_of("imported");
  const journal::started start{"imported", "doubled", "", "[1]", 1, 7, 8};
  const auto made = journal::unit::make(
      run, journal::epoch{1}, {},
      journal::test::turn_of({start}, {journal::await_signal{{"", 1}, "number"}}));
  return {run, {made->entries().front().bytes}};
}

}  // namespace

seeds frames_seeds() {
  seeds all = hostile_frames();
  for (const auto& [name, what] : requests()) all["request_" + name] = asked(what);
  for (const auto& [name, what] : replies()) {
    all["reply_" + name] = control::encode(1, what).value();
  }
  all["request_import"] = asked(control::import_run{golden_run()});
  return all;
}

seeds session_seeds() {
  seeds all;
  const auto known = requests();
  for (const auto& [name, what] : known) all[name] = all_at_once + asked(what);
  for (const auto& [name, bytes] : hostile_frames()) {
    all["hostile_" + name] = all_at_once + bytes;
    all["hostile_" + name + "_behind_a_good_one"] = all_at_once + asked(known.at("status")) + bytes;
  }
  const std::string life = asked(known.at("start")) + asked(known.at("signal")) +
                           asked(known.at("find")) + asked(known.at("list_all")) +
                           asked(known.at("wait"));
  // Pieces of 255 bytes seldom hold more than one request; a second one too soon is refused.
  for (const int piece : {1, 7, 64, 128, 255}) {
    all["life_in_pieces_of_" + std::to_string(piece)] = char(piece) + life;
  }
  all["life_at_once"] = all_at_once + life;
  all["start_then_cancel"] =
      "\x60" + asked(known.at("start")) + asked(known.at("cancel")) + asked(known.at("wait"));
  // What the engine then loads, and finds that it does not fit or is unknown.
  all["import_then_signal"] = all_at_once + asked(control::import_run{foreign_run()}) +
                              asked(signal_request{"imported", "number", "20", ""});
  all["import_unknown_workflow"] = all_at_once + asked(control::import_run{golden_run()});
  all["half_a_frame"] = all_at_once + asked(known.at("start")).substr(0, 40);
  return all;
}

}  // namespace theus::fuzz
