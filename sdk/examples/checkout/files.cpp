#include "files.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>

#include <theus/codec.hpp>

namespace checkout {

order_book read_order_book(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) throw std::runtime_error("cannot read " + path.string());
  const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
  return theus::decode<order_book>(text);
}

}  // namespace checkout
