#pragma once

#include <cstddef>
#include <exception>
#include <string>

namespace theus {

// What went wrong with a payload. Numbers are stable; a removed one is never given out again.
enum class codec_errc {
  syntax = 1,          // the text is not JSON
  too_deep,            // more nested arrays and objects than codec_limits::max_depth
  too_large,           // more bytes than codec_limits::max_bytes
  duplicate_key,       // an object or a set names the same thing twice
  invalid_utf8,        // a string holds bytes that are not UTF-8
  wrong_type,          // another JSON type than the C++ type needs
  out_of_range,        // a number, index or length the C++ type cannot hold
  missing,             // an argument or element without a value and without a default
  not_finite,          // infinity or NaN
  unknown_enumerator,  // a name or value the enum does not have
  malformed_text,      // a string that should spell a number, base64 or a UUID and does not
};

// Limits of one payload, the same for writing and reading, so what was written can be read.
struct codec_limits {
  std::size_t max_bytes = std::size_t{2} * 1024 * 1024;
  unsigned max_depth = 64;  // nested arrays and objects
};

class codec_error : public std::exception {
 public:
  static constexpr std::size_t no_offset = static_cast<std::size_t>(-1);

  codec_error(codec_errc kind, std::string path, const std::string& sentence);
  // For text that is not JSON: `line` is 1-based, `offset` counts bytes of the whole text from 0.
  codec_error(codec_errc kind, std::size_t line, std::size_t offset, const std::string& sentence);

  codec_errc kind() const noexcept { return kind_; }
  // JSON Pointer (RFC 6901) to the value at fault; "" is the whole payload.
  const std::string& path() const noexcept { return path_; }
  // Where text stopped being JSON; 0 and no_offset for every other kind of error, where
  // `path` says more.
  std::size_t line() const noexcept { return line_; }
  std::size_t offset() const noexcept { return offset_; }
  const char* what() const noexcept override { return sentence_.c_str(); }

 private:
  codec_errc kind_;
  std::string path_;
  std::size_t line_ = 0;
  std::size_t offset_ = no_offset;
  std::string sentence_;
};

}  // namespace theus
