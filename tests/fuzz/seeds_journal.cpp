#include <fstream>

#include "theus/journal/codec.hpp"
#include "theus/journal/history_file.hpp"

#include "engine.hpp"
#include "fuzz/record_words.hpp"
#include "fuzz/seeds.hpp"
#include "hash.hpp"
#include "history_bytes.hpp"
#include "journal/random_record.hpp"
#include "journal/trimmed_runs.hpp"
#include "keys.hpp"

namespace theus::fuzz {
namespace {

using journal::bytes_of;

constexpr std::uint64_t random_seed = 20261122;

std::string with_table(std::uint32_t more_segments, std::uint32_t words, const std::string& rest) {
  std::string message(1, 1);
  const std::string table = little_endian(more_segments, 4) + little_endian(words, 4);
  // Every byte of the table behind a tag that says which of them are zero.
  unsigned tag = 0;
  std::string bytes;
  for (unsigned i = 0; i < 8; ++i) {
    if (table[i] == '\0') continue;
    tag |= 1u << i;
    bytes.push_back(table[i]);
  }
  message.push_back(char(tag));
  message += bytes;
  if (tag == 0xFF || tag == 0) message.push_back('\0');
  return message + rest;
}

// A shortened history in the form that the target chains itself.
std::string chained_form(const std::vector<std::string>& records, std::size_t most) {
  std::string form = "c";
  for (std::size_t i = 0; i < records.size() && i < most; ++i) {
    const std::string words = words_of(bytes_of(records[i]));
    if (words.size() / 8 > 255) break;
    form.push_back(char(words.size() / 8));
    form += words;
  }
  return form;
}

std::string exported(const std::vector<std::string>& records) {
  const auto first = journal::decode(bytes_of(records.front())).value();
  const auto& start = std::get<journal::started>(std::get<journal::turn>(first.body).events[0]);
  const journal::test::temporary_folder folder;
  const auto path = folder / "seed.history";
  journal::write_history(path, {journal::test::run_of(start.workflow_id), records}).value();
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// A run of two turns whose first is trimmed, with a checkpoint of two nodes.
std::string trimmed_history() {
  using namespace journal::test;
  const auto store = journal::make_memory_store();
  const auto owner = store->acquire_epoch().value();
  const auto run = journal::test::run_of("a");
  extend(*store, owner, run, {start_of("a", {activity(1)})});
  const journal::checkpoint_row row{
      {run, journal::first_sequence}, {node_of("apple").hash, node_of("pear").hash}, "state"};
  const journal::stored_node nodes[] = {node_of("apple"), node_of("pear")};
  store->put_nodes(nodes, store->opened()).value();
  store->put_checkpoint(row, store->opened()).value();
  append_anchor(*store, owner, run, journal::make_anchor(*store, row.id).value());
  extend(*store, owner, run, {turn_of({completed(1)}, {activity(2)})});
  const auto none = [](std::string_view) -> result<std::vector<journal::hash256>> {
    return std::vector<journal::hash256>();
  };
  return journal::history_bytes(journal::export_history(*store, run, {}, none).value(), {}).value();
}

// A run of which two records mention a blob of one node, trimmed to a checkpoint or not.
std::string history_with_blob(bool is_trimmed) {
  using namespace journal::test;
  const auto store = journal::make_memory_store();
  const auto owner = store->acquire_epoch().value();
  const auto run = journal::test::run_of("b");
  const journal::stored_node blob = node_of("content");
  store->put_nodes({&blob, 1}, store->opened()).value();
  const auto mention = intake_of({journal::signal_received{
      "s", R"({"$blob":")" + blob.hash.to_string() + R"(","size":7})", std::nullopt, ""}});
  extend(*store, owner, run, {start_of("b"), mention, mention});
  if (is_trimmed) trim(*store, owner, run, journal::first_sequence);
  const auto none = [](std::string_view) -> result<std::vector<journal::hash256>> {
    return std::vector<journal::hash256>();
  };
  return journal::history_bytes(journal::export_history(*store, run, {}, none).value(), {}).value();
}

// It, cut, without its seal, which the target makes, and with counts that cannot be.
void add_damaged(seeds& to, const std::string& name, const std::string& file,
                 std::initializer_list<std::size_t> places) {
  to[name] = file;
  to["cut_" + name] = file.substr(0, file.size() / 2);
  const std::string unsealed = "s" + file.substr(0, file.size() - 32);
  to["sealed_" + name] = unsealed;
  for (const std::size_t at : places) {
    std::string bad = unsealed;
    bad.replace(at, 4, 4, '\xFF');
    to["sealed_" + name + "_" + std::to_string(at)] = bad;
  }
}

}  // namespace

seeds record_seeds() {
  seeds all;
  for (const char* name : golden_names) {
    const auto records = golden_history(name);
    for (std::size_t i = 0; i < records.size() && i < 4; ++i) {
      all[std::string(name) + "_" + std::to_string(i + 1)] = records[i];
    }
    all["words_of_" + std::string(name)] = "w" + words_of(bytes_of(records.front()));
  }
  journal::test::random_records random(random_seed, 1);
  for (int i = 0; i < 12; ++i) {
    const std::string record = journal::encode(random.next()).value();
    all["random_" + std::to_string(i)] = record;
    all["random_words_" + std::to_string(i)] = "w" + words_of(bytes_of(record));
  }
  journal::test::random_records with_scopes(random_seed, 2);
  for (int i = 0; i < 12; ++i) {
    all["random_2_" + std::to_string(i)] = journal::encode(with_scopes.next()).value();
  }
  for (const auto& [name, words] : hostile_messages()) all[name] = "w" + bytes_of_words(words);
  const std::string zeros(2, '\0');
  all["segments_4294967295"] = with_table(0xFFFFFFFE, 1, zeros);
  all["segments_512"] = with_table(511, 1, zeros);
  all["huge_segment"] = with_table(0, 0xFFFFFFFF, zeros);
  std::string unpacks_large(1, '\1');
  for (int i = 0; i < 4'000; ++i) unpacks_large += std::string("\0\xFF", 2);
  all["unpacks_to_8_megabytes"] = unpacks_large;
  journal::test::random_records of_families(random_seed, 3);
  for (int i = 0; i < 12; ++i) {
    all["family_" + std::to_string(i)] = journal::encode(of_families.next_of_family()).value();
  }
  for (int i = 0; i < 6; ++i) {
    const std::string record = journal::encode(of_families.next_anchor()).value();
    all["anchor_3_" + std::to_string(i)] = record;
    all["anchor_3_words_" + std::to_string(i)] = "w" + words_of(bytes_of(record));
  }
  journal::test::random_records of_promises(random_seed, 4);
  for (int i = 0; i < 8; ++i) {
    all["promise_" + std::to_string(i)] = journal::encode(of_promises.next_of_promise()).value();
  }
  journal::test::random_records of_updates(random_seed, 4);
  for (int i = 0; i < 8; ++i) {
    all["update_" + std::to_string(i)] = journal::encode(of_updates.next_of_update()).value();
  }
  journal::test::random_records of_endings(random_seed, 4);
  for (int i = 0; i < 12; ++i) {
    all["ending_" + std::to_string(i)] = journal::encode(of_endings.next_of_ending()).value();
  }
  journal::test::random_records anchors(random_seed, 2);
  for (int i = 0; i < 6; ++i) {
    const std::string record = journal::encode(anchors.next_anchor()).value();
    all["anchor_" + std::to_string(i)] = record;
    all["anchor_words_" + std::to_string(i)] = "w" + words_of(bytes_of(record));
  }
  journal::test::random_records of_timeouts(random_seed, 4);
  for (int i = 0; i < 12; ++i) {
    all["timed_" + std::to_string(i)] = journal::encode(of_timeouts.next_timed()).value();
  }
  all["newer_level"] =
      char(journal::format_level + 1) + golden_history("approved_order")[0].substr(1);
  all["level_0"] = std::string(1, '\0');
  all["only_a_level"] = "\x01";
  return all;
}

seeds history_seeds() {
  seeds all;
  for (const char* name : golden_names) {
    const auto records = golden_history(name);
    all["words_of_" + std::string(name)] = chained_form(records, 40);
    all["words_of_short_" + std::string(name)] = chained_form(records, 3);
    if (records.size() > 12) continue;
    const std::string file = exported(records);
    all[name] = file;
    all["cut_" + std::string(name)] = file.substr(0, file.size() / 2);
  }
  const std::string good = exported(golden_history("approved_order"));
  std::string bad = good;
  bad[8] = 4;
  all["newer_version"] = bad;
  bad = good;
  bad.replace(25, 8, 8, '\xFF');
  all["count_of_all_ones"] = bad;
  bad = good;
  bad.replace(33, 4, 4, '\xFF');
  all["length_of_4_gigabytes"] = bad;
  bad = good;
  bad[60] = char(bad[60] ^ 1);
  all["flipped_bit"] = bad;
  all["only_magic"] = "theushst";
  add_damaged(all, "trimmed", trimmed_history(), {34, 42, 46, 150, 200});
  add_damaged(all, "with_blob", history_with_blob(false), {26, 34, 38, 42, 46, 54});
  add_damaged(all, "trimmed_with_blob", history_with_blob(true), {34, 42, 46, 150, 200});
  all["no_records"] = "c";
  const auto first = golden_history("approved_order").front();
  all["the_first_twice"] = chained_form({first, first}, 2);
  for (const auto& [name, words] : hostile_messages()) {
    if (words.size() <= 255)
      all["record_" + name] = "c" + std::string(1, char(words.size())) + bytes_of_words(words);
  }
  return all;
}

seeds packing_seeds() {
  seeds all;
  for (const char* name : golden_names) {
    const auto record = golden_history(name).front();
    all[name] = record.substr(1);
    all["words_of_" + std::string(name)] = words_of(bytes_of(record));
  }
  all["zero_words"] = std::string("\0\xFF", 2);
  all["no_count_behind_zeros"] = std::string(1, '\0');
  all["verbatim_255"] = "\xFF" + std::string(8, 'x') + "\xFF" + std::string(255 * 8, 'y');
  all["verbatim_cut_short"] = "\xFF" + std::string(8, 'x') + "\xFF" + std::string(100, 'y');
  all["tag_cut_short"] = "\x7F" + std::string(6, 'x');
  std::string large;
  for (int i = 0; i < 300; ++i) large += std::string("\0\xFF", 2);
  all["76800_words"] = large;
  all["words_with_one_zero"] = std::string("abcdefg\0hijklmn\0abcdefgh\0\0\0\0\0\0\0\0", 32);
  return all;
}

seeds rows_seeds() {
  namespace keys = journal::keys;
  const auto run = journal::test::run_of("order");
  const auto due = journal::test::at_ms(1'763'800'000'000);
  const auto behind_length = [](const std::string& key, const std::string& value) {
    return key.substr(0, 1) + std::string(1, char(key.size())) + key + value;
  };
  const auto message = [&](auto what) {
    const journal::message_row row{run, std::move(what)};
    return behind_length(keys::message(journal::id_of(row)), keys::message_value(row));
  };
  seeds all;
  const char* const scopes[] = {"", "1", "onboard/3", "a//b", "007", "999999999999999999"};
  for (std::size_t i = 0; i < std::size(scopes); ++i) {
    const journal::command_id id{scopes[i], std::uint32_t(7 + i)};
    const std::string number = "_" + std::to_string(i);
    all["timer" + number] = keys::timer({due, run, id, journal::timer_row::purpose::timer});
    all["run_timer" + number] = keys::run_timer({due, run, id, journal::timer_row::purpose::retry});
    all["message" + number] = message(journal::send_signal{id, "to", "name", "[1]"});
  }
  const journal::command_id of_child{"1", 4};
  all["message_start"] = message(journal::start_child{of_child, "parcel", "deliver", "[1]", true});
  all["message_cancel"] = message(journal::anchor::child_cancel{of_child, "parcel"});
  all["message_terminate"] = message(journal::child_terminate{of_child, "parcel"});
  journal::child_ended ended{of_child, "parcel", run, {}, "[1]"};
  all["message_ended"] = message(journal::child_report{run, ended});
  ended.how = journal::child_ended::ending::failed;
  ended.outcome = journal::failure_info{"lost", "no trace", {}};
  all["message_failed"] = message(journal::child_report{run, ended});
  journal::instance_row row{run, "order", "checkout", "request", {}, due, due};
  all["instance"] = behind_length(keys::instance(run), keys::instance_value(row));
  row.parent = journal::message_id{run, of_child, journal::message_id::kind::start};
  all["instance_of_child"] = behind_length(keys::instance(run), keys::instance_value(row));
  row.parent.reset();
  row.closed_at.reset();
  row.is_paused = true;
  all["instance_paused"] = behind_length(keys::instance(run), keys::instance_value(row));
  row.is_paused = false;
  all["instance_open"] = behind_length(keys::instance(run), keys::instance_value(row));
  all["tasks"] = behind_length(keys::task(run), keys::task_value({3, journal::sequence{7}}));
  all["tasks_without_value"] = behind_length(keys::task(run), "");
  all["backlog"] = keys::backlog({run, journal::sequence{9}});
  all["run"] = "w" + std::string(run.bytes.begin(), run.bytes.end());
  all["text_of_4_gigabytes"] =
      behind_length(keys::instance(run), std::string(10, '\0') + "\xFF\xFF\xFF\xFFx");
  const std::string timer_key = "t" + std::string(8, 'd') + std::string(16, 'r');
  all["name_without_end"] = timer_key + "\x03" + std::string(40, 'n');
  all["name_with_zero"] = timer_key + std::string(
                                          "\x03"
                                          "a\0\xFF"
                                          "b\0\0\x01\0\0\0\1\0",
                                          13);
  all["decimal_too_long"] =
      timer_key + "\x02" + std::string(8, '\xFF') + "\x12" + std::string("\x01\0\0\0\1\0", 6);
  all["position_start"] = "p";
  all["position_first"] = "p" + std::string(7, '\0') + "\1" + std::string(4, '\0');
  all["position_beyond"] = "p" + std::string(16, '\xFF');
  all["position_text"] = "pnot a position";
  return all;
}

seeds watermark_seeds() {
  seeds all;
  const auto slot = [](std::uint64_t commit) {
    return "theuswm1" + little_endian(commit, 8) + std::string(32, char(commit)) +
           std::string(8, '\0');
  };
  all["first_commits"] = "s" + slot(2) + slot(1);
  all["later_second"] = "s" + slot(2) + slot(3);
  all["equal_numbers"] = "s" + slot(7) + slot(7);
  all["greatest_number"] = "s" + slot(~std::uint64_t{0}) + slot(0);
  all["one_slot"] = "s" + slot(4);
  all["other_magic"] = "stheuswm2" + std::string(48, '\0');
  all["empty"] = "";
  all["zeros"] = std::string(576, '\0');
  all["unsealed"] = slot(5) + std::string(8, '\0');
  all["cut"] = std::string(63, 't');
  all["long"] = std::string(1'024, '\xFF');
  return all;
}

}  // namespace theus::fuzz
