#include <charconv>
#include <string>
#include <system_error>

#include <theus/codec/json_document.hpp>

namespace theus {
namespace {

// A document made of a value may have infinity and NaN, as to_chars writes them.
bool is_integer(std::string_view digits) {
  return digits.find_first_of(".eEn") == std::string_view::npos;
}

std::string_view name_of(json_kind kind) {
  switch (kind) {
    case json_kind::null:
      return "null";
    case json_kind::boolean:
      return "a boolean";
    case json_kind::number:
      return "a number";
    case json_kind::string:
      return "a string";
    case json_kind::binary:
      return "bytes";
    case json_kind::array:
      return "an array";
    case json_kind::object:
      break;
  }
  return "an object";
}

template <class Integer>
Integer read_digits(json_view number, Integer lowest, Integer highest) {
  const std::string_view digits = number.digits();
  Integer value{};
  const auto error = digits == "-0"
                         ? std::errc()
                         : std::from_chars(digits.data(), digits.data() + digits.size(), value).ec;
  if (error != std::errc() || value < lowest || value > highest)
    number.fail(codec_errc::out_of_range, std::string(digits.substr(0, 40)) + " is not between " +
                                              std::to_string(lowest) + " and " +
                                              std::to_string(highest));
  return value;
}

template <class Real>
Real read_real(json_view number) {
  const std::string_view digits = number.digits();
  Real value{};
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  // Too small to be told from zero is refused as well: the value would be another one.
  if (error != std::errc())
    number.fail(codec_errc::out_of_range,
                std::string(digits.substr(0, 40)) + " is beyond the range of the number type");
  return value;
}

}  // namespace

void json_view::fail(codec_errc kind, std::string_view why) const {
  throw codec_error(kind, path(), std::string(why));
}

void json_view::fail_type(std::string_view expected) const {
  fail(codec_errc::wrong_type,
       "expected " + std::string(expected) + ", found " + std::string(name_of(kind())));
}

std::string json_view::path() const { return document_->path_of(node_); }

bool json_view::boolean() const {
  if (kind() != json_kind::boolean) fail_type("a boolean");
  return node_->size != 0;
}

std::int64_t json_view::integer(std::int64_t lowest, std::int64_t highest) const {
  if (kind() != json_kind::number) fail_type("an integer");
  if (!is_integer(digits()))
    fail(codec_errc::wrong_type, "expected an integer, found a fraction or exponent");
  return read_digits(*this, lowest, highest);
}

std::uint64_t json_view::natural(std::uint64_t highest) const {
  if (kind() != json_kind::number) fail_type("an integer");
  if (!is_integer(digits()))
    fail(codec_errc::wrong_type, "expected an integer, found a fraction or exponent");
  return read_digits(*this, std::uint64_t{0}, highest);
}

double json_view::real() const {
  if (kind() != json_kind::number) fail_type("a number");
  return read_real<double>(*this);
}

float json_view::real_float() const {
  if (kind() != json_kind::number) fail_type("a number");
  return read_real<float>(*this);
}

std::string_view json_view::text() const {
  if (kind() != json_kind::string) fail_type("a string");
  return {node_->text, node_->size};
}

std::string_view json_view::raw() const {
  if (kind() != json_kind::binary) fail_type("bytes");
  return {node_->text, node_->size};
}

std::size_t json_view::expect_array() const {
  if (kind() != json_kind::array) fail_type("an array");
  return node_->size;
}

std::size_t json_view::expect_object() const {
  if (kind() != json_kind::object) fail_type("an object");
  return node_->size;
}

bool json_members::find(std::string_view name) {
  for (std::size_t tried = 0; tried < count_; ++tried) {
    if (at_ == count_) {
      at_ = 0;
      key_ = object_.first();
    }
    const json_view value = key_.next();
    const bool found = key_.digits() == name;
    key_ = value.next();
    ++at_;
    if (found) {
      value_ = value;
      return true;
    }
  }
  return false;
}

}  // namespace theus
