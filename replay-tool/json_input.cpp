#include "json_input.hpp"

#include <cerrno>
#include <cstring>
#include <fstream>

#include "theus/journal/errc.hpp"
#include "theus/journal/limits.hpp"
#include "theus/json_text.hpp"

namespace theus::tool {

journal::payload json_from_flag(const std::string& text, const std::string& where) {
  try {
    return canonical_json(text);
  } catch (const codec_error& e) {
    const auto code = e.kind() == codec_errc::too_large ? errc::limit_exceeded : errc::bad_input;
    throw error_exception({code, where + ": " + e.what()});
  }
}

journal::payload json_from_file(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    throw error_exception({errno == ENOENT ? errc::not_found : errc::io_error,
                           file.string() + ": " + std::strerror(errno)});
  }
  // One byte more than is allowed is enough to be refused.
  std::string text(journal::limits{}.payload_bytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (in.bad()) throw error_exception({errc::io_error, file.string() + " cannot be read"});
  text.resize(static_cast<std::size_t>(in.gcount()));
  return json_from_flag(text, file.string());
}

journal::payload arguments_from_flags(const std::string& all, const std::vector<std::string>& each,
                                      const std::string& where) {
  if (!all.empty()) return json_from_flag(all, where);
  std::string made = "[";
  for (const auto& one : each) {
    if (made.size() > 1) made += ',';
    made += json_from_flag(one, "--arg");
  }
  return made + "]";
}

}  // namespace theus::tool
