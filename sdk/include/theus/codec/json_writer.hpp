#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <theus/codec/bytes.hpp>
#include <theus/codec/error.hpp>
#include <theus/value/value.hpp>

namespace theus {

// Appends canonical compact JSON to a string, which must outlive it: no white space, shortest
// round-trip digits, only the escapes JSON demands, UTF-8 as it is. Commas come by themselves.
// On an error what was appended is taken back and codec_error names the path.
class json_writer {
 public:
  explicit json_writer(std::string& out, const codec_limits& limits = {})
      : out_(out), start_(out.size()), limits_(limits) {}
  json_writer(const json_writer&) = delete;
  json_writer& operator=(const json_writer&) = delete;

  void null();
  void boolean(bool value);
  void integer(std::int64_t value);
  void natural(std::uint64_t value);
  void real(double value);            // refuses infinity and NaN
  void real_float(float value);       // the digits that round-trip a float
  void text(std::string_view value);  // refuses what is not UTF-8
  void binary(const bytes& value) { text(to_base64(value)); }
  void tree(const value& value);        // in the form of theus/value/json.hpp
  void blob(const theus::blob& value);  // the same; refuses what fault_of() does
  void digits(std::string_view value);  // a number in canonical form, as it is

  void begin_array() { open('['); }
  void end_array() { close(']'); }
  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void key(std::string_view name);         // any text; escaped as needed
  void name(std::string_view identifier);  // a C++ identifier: needs no escapes

  // Sorts what was appended since `from` in pieces, for containers without an order.
  // A piece is text [begin, end) of one element, or of one `key:value`, without its comma.
  using piece = std::pair<std::size_t, std::size_t>;
  void begin_piece(std::vector<piece>& pieces);
  void end_piece(std::vector<piece>& pieces);
  void sort_pieces(std::vector<piece>& pieces);

  // Refuses a payload over max_bytes; call once, after the last value.
  void finish();
  // Throws codec_error for the value that would come next.
  [[noreturn]] void fail(codec_errc kind, std::string_view why);

 private:
  void separate();
  void open(char bracket);
  void close(char bracket);
  void quoted(std::string_view value);
  void tree_map(const map& value);
  std::string path() const;

  std::string& out_;
  std::size_t start_;
  codec_limits limits_;
  unsigned depth_ = 0;
};

}  // namespace theus
