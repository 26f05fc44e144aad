#include "folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>

#include "theus/journal/codec.hpp"

namespace theus::journal {
namespace {

constexpr std::string_view format_prefix = "theus journal ";

std::string format_line() {
  return std::string(format_prefix) + std::to_string(int(format_level)) + "\n";
}

// Exactly the line that `format_line` writes, for some level.
result<void> check_format(const std::filesystem::path& path, std::string_view content) {
  const error damaged{errc::corrupt, path.string() +
                                         " is damaged: it does not name a format level; restore "
                                         "the folder from a copy"};
  if (!content.starts_with(format_prefix) || !content.ends_with('\n')) return damaged;
  const std::string_view digits =
      content.substr(format_prefix.size(), content.size() - format_prefix.size() - 1);
  unsigned level = 0;
  const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), level);
  if (failed != std::errc() || end != digits.data() + digits.size() || level == 0) return damaged;
  if (level <= format_level) return {};
  return error{errc::unknown_version, path.string() + " names format level " +
                                          std::to_string(level) + ", this build reads up to " +
                                          std::to_string(int(format_level))};
}

}  // namespace

result<folder> folder::open(const std::filesystem::path& path) {
  std::error_code failed;
  if (path.has_parent_path()) std::filesystem::create_directories(path.parent_path(), failed);
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    return file_error("cannot make", path, errno);
  }
  auto held = folder_lock::take(path);
  if (!held) return held.error();
  const auto format = read_file(path / "format", 4096);
  if (!format) {
    if (format.error().code != errc::limit_exceeded) return format.error();
    return error{errc::corrupt, format.error().message};
  }
  folder opened(path, std::move(*held), !format->has_value());
  auto mark = watermark::open(path / "watermark");
  if (opened.creating_) {
    if (!mark || mark->promised() == journal_head()) return opened;
    return error{errc::corrupt, path.string() +
                                    " was a journal but has no file `format`; restore the folder "
                                    "from a copy"};
  }
  if (auto ok = check_format(path / "format", **format); !ok) return ok.error();
  if (!mark) return mark.error();
  opened.mark_.emplace(std::move(*mark));
  opened.is_older_ = **format != format_line();
  return opened;
}

result<void> folder::finish() {
  if (is_older_) {
    is_older_ = false;
    return replace_file(path_ / "format", format_line());
  }
  if (!creating_) return {};
  if (auto ok = watermark::create(path_ / "watermark"); !ok) return ok;
  auto mark = watermark::open(path_ / "watermark");
  if (!mark) return mark.error();
  mark_.emplace(std::move(*mark));
  creating_ = false;
  return replace_file(path_ / "format", format_line());
}

result<void> folder::probe_space() const {
  const std::filesystem::path probe = path_ / "space";
  result<void> done;
  {
    const auto to = file::open(probe, O_WRONLY | O_CREAT | O_TRUNC);
    if (!to) return to.error();
    done = write_all(*to, std::string(1024 * 1024, '\0'), probe);
    if (done && ::fsync(to->descriptor()) != 0) done = file_error("cannot sync", probe, errno);
  }
  ::unlink(probe.c_str());
  return done;
}

}  // namespace theus::journal
