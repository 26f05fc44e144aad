#include "ledger.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <iterator>
#include <system_error>

namespace checkout {
namespace {

[[noreturn]] void fail(const std::filesystem::path& path) {
  throw std::system_error(errno, std::generic_category(), path.string());
}

std::string text_of(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

}  // namespace

line_file::line_file(const std::filesystem::path& path) : path_(path) {
  descriptor_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (descriptor_ < 0) fail(path);
  const std::string text = text_of(path);
  const std::size_t whole = text.rfind('\n') + 1;  // 0 when there is no line end at all
  if (whole != text.size() && ::ftruncate(descriptor_, static_cast<off_t>(whole)) != 0) fail(path);
}

line_file::~line_file() { ::close(descriptor_); }

void line_file::append(std::string line) {
  line += '\n';
  const ssize_t written = ::write(descriptor_, line.data(), line.size());
  if (written < 0) fail(path_);
  if (static_cast<std::size_t>(written) != line.size()) {
    errno = EIO;
    fail(path_);
  }
}

std::vector<std::string> read_lines(const std::filesystem::path& path) {
  const std::string text = text_of(path);
  std::vector<std::string> lines;
  std::size_t from = 0;
  for (std::size_t end; (end = text.find('\n', from)) != text.npos; from = end + 1) {
    lines.push_back(text.substr(from, end - from));
  }
  return lines;
}

}  // namespace checkout
