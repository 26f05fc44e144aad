#include <utility>

#include <theus/codec/error.hpp>

namespace theus {

codec_error::codec_error(codec_errc kind, std::string path, const std::string& sentence)
    : kind_(kind), path_(std::move(path)) {
  sentence_ = "payload at ";
  sentence_ += path_.empty() ? "its root" : path_;
  sentence_ += ": ";
  sentence_ += sentence;
}

codec_error::codec_error(codec_errc kind, std::size_t line, std::size_t offset,
                         const std::string& sentence)
    : kind_(kind), line_(line), offset_(offset) {
  sentence_ = "payload, line " + std::to_string(line) + ", byte " + std::to_string(offset) + ": " +
              sentence;
}

}  // namespace theus
