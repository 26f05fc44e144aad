#include <fstream>
#include <iostream>
#include <ostream>

#include "theus/runtime/blobs.hpp"

#include "json_out.hpp"
#include "verb.hpp"

namespace theus::tool {
namespace {

constexpr const char* summary = "write, read and list the blobs of a journal";
constexpr const char* help = R"(
A blob is bytes of any size that payloads mention as {"$blob": ID, "size": N}. `put` prints that, to
be given to `start` or `signal`; what nothing mentions goes with the next collection. `list` shows
the blobs that records or checkpoints mention, not those that only a Context keeps. `get` works
whether or not a runtime holds the journal; `put` and `list` need it for themselves.

Examples:
  blob put scan.pdf
  generate | blob put -
  blob get 813e012f6f14a8278bf81deffaed782742004146ea73694b124418b4612b5df7 --out scan.pdf
  blob list --json)";

constexpr std::size_t piece_bytes = 256 * 1024;

struct blob_options {
  journal_option journal;
  std::string file;
  std::string id;
  std::filesystem::path out;
  bool json = false;
};

template <class T>
T or_throw(result<T> answer) {
  if (!answer) throw error_exception(answer.error());
  if constexpr (!std::is_void_v<T>) return std::move(*answer);
}

void write_all(std::istream& from, const std::string& name, blob_writer& to) {
  std::string piece(piece_bytes, '\0');
  while (from) {
    from.read(piece.data(), std::streamsize(piece.size()));
    or_throw(to.write(std::string_view(piece).substr(0, std::size_t(from.gcount()))));
  }
  if (from.bad()) throw error_exception({errc::io_error, name + " cannot be read"});
}

void put(const blob_options& options, invocation& call) {
  std::ifstream file;
  if (options.file != "-") {
    file.open(options.file, std::ios::binary);
    if (!file || std::filesystem::is_directory(options.file)) {
      throw error_exception({errc::not_found, "cannot open " + options.file});
    }
  }
  const auto store = open_alone(options.journal.folder);
  node_archive nodes(*store);
  blob_writer to = blob_store(nodes).create();
  write_all(options.file == "-" ? std::cin : file, options.file, to);
  const pinned_blob made = or_throw(to.finish());
  // The next commit makes it durable: this one.
  or_throw(store->acquire_epoch());
  call.out << encode(made.get()) << '\n';
}

// What the id's node says of it.
class nodes_of final : public node_source {
 public:
  explicit nodes_of(journal_access& journal) : journal_(journal) {}
  result<std::string> get(const journal::hash256& node) override { return journal_.node(node); }

 private:
  journal_access& journal_;
};

void get(const blob_options& options, invocation& call) {
  const auto hash = parse_blob_id(options.id);
  if (!hash) {
    throw error_exception(
        {errc::bad_input, "'" + shown(options.id) + "' is no blob: 64 lower-case hex digits are"});
  }
  const auto journal = options.journal.open(call);
  nodes_of nodes(*journal);
  blob what;
  if (*hash != journal::hash256()) what = or_throw(find_blob(nodes, *hash));
  std::ofstream file;
  if (!options.out.empty()) {
    file.open(options.out, std::ios::binary | std::ios::trunc);
    if (!file) throw error_exception({errc::io_error, "cannot write " + options.out.string()});
  }
  std::ostream& out = options.out.empty() ? call.out : file;
  blob_reader from(nodes, what);
  std::string piece(piece_bytes, '\0');
  for (std::uint64_t at = 0; at < what.size;) {
    const auto read = or_throw(from.read(at, std::as_writable_bytes(std::span(piece))));
    out.write(piece.data(), std::streamsize(read));
    at += read;
  }
  out.flush();
  if (!out) throw error_exception({errc::io_error, "the content cannot be written"});
  if (!options.out.empty()) {
    call.err << what.size << " bytes written to " << options.out.string() << '\n';
  }
}

void print(const mentioned_blob& each, bool json, std::ostream& out) {
  if (!json) {
    out << each.what.id() << "  "
        << (each.is_stored ? std::to_string(each.what.size) + " bytes" : std::string("not stored"))
        << "  " << each.records << " records  " << each.checkpoints << " checkpoints\n";
    return;
  }
  json_out line;
  line.raw().begin_object();
  line.member("blob", each.what.id());
  line.member("stored", each.is_stored);
  if (each.is_stored) line.member("size", each.what.size);
  line.member("records", each.records);
  line.member("checkpoints", each.checkpoints);
  line.raw().end_object();
  out << line.take() << '\n';
}

void list(const blob_options& options, invocation& call) {
  const auto store = open_alone(options.journal.folder);
  for (const mentioned_blob& each : or_throw(list_blobs(*store))) {
    print(each, options.json, call.out);
  }
}

}  // namespace

void add_blob(CLI::App& cli, invocation& call) {
  auto& verb = *cli.add_subcommand("blob", summary);
  const auto options = std::make_shared<blob_options>();
  verb.footer(help);
  verb.require_subcommand(1);
  options->journal.add_to(verb);
  auto& putting = *verb.add_subcommand("put", "write a file's content; prints the blob");
  putting.fallthrough();  // so that --journal may stand anywhere
  putting.add_option("file", options->file, "the file; - reads standard input")->required();
  putting.callback([options, &call] { put(*options, call); });
  auto& getting = *verb.add_subcommand("get", "read a blob's content");
  getting.fallthrough();
  getting.add_option("id", options->id, "the blob's 64 hex digits")->required();
  getting.add_option("--out", options->out, "the file to write, not standard output");
  getting.callback([options, &call] { get(*options, call); });
  auto& listing = *verb.add_subcommand("list", "every blob that records or checkpoints mention");
  listing.fallthrough();
  add_json_option(listing, options->json, "one JSON document a line, one for each blob");
  listing.callback([options, &call] { list(*options, call); });
}

}  // namespace theus::tool
