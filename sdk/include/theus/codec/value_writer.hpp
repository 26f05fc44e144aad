#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <theus/codec/bytes.hpp>
#include <theus/codec/error.hpp>
#include <theus/codec/json_document.hpp>
#include <theus/codec/json_writer.hpp>
#include <theus/value/value.hpp>

namespace theus {

// Builds a theus::value as json_writer builds text, from the same calls. Integers, reals and bytes
// stay what they are; infinity and NaN are allowed. On an error codec_error names the path:
// out_of_range for a natural beyond 2^63 - 1, invalid_utf8, too_deep and too_large (value_limits).
class value_writer {
 public:
  value_writer() = default;
  value_writer(const value_writer&) = delete;
  value_writer& operator=(const value_writer&) = delete;

  void null() { add(value()); }
  void boolean(bool v) { add(v); }
  void integer(std::int64_t v) { add(v); }
  void natural(std::uint64_t v);
  void real(double v) { add(v); }
  void real_float(float v) { add(static_cast<double>(v)); }
  void text(std::string_view v);
  void binary(const bytes& v);
  void tree(const value& v) { add(v); }
  void blob(const theus::blob& v);
  // What `write`, a function of json_writer&, appends.
  template <class Write>
  void form(const Write& write);

  void begin_array() { open(false); }
  void end_array() { close(); }
  void begin_object() { open(true); }
  void end_object() { close(); }
  void key(std::string_view name);
  void name(std::string_view identifier) { key(identifier); }

  // Elements of a container without an order, sorted by their encoding.
  using piece = std::size_t;
  void begin_piece(std::vector<piece>&) {}
  void end_piece(std::vector<piece>&) {}
  void sort_pieces(std::vector<piece>&);

  [[noreturn]] void fail(codec_errc kind, std::string_view why) const;

  value finish() { return std::move(done_); }

 private:
  struct level {
    bool object;
    list elements;
    map members;
    std::string key;
  };

  void add(value v);
  void open(bool object);
  void close();
  void add_form(std::string_view text);
  // Calls `act`; an error of the tree's is refused here.
  template <class Act>
  void guarded(const Act& act);
  std::string path() const;

  std::vector<level> open_;
  value done_;
};

template <class Write>
void value_writer::form(const Write& write) {
  std::string text;
  json_writer out(text);
  write(out);
  out.finish();
  add_form(text);
}

}  // namespace theus
