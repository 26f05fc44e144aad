#include <sys/random.h>

#include <bit>
#include <cerrno>
#include <cmath>
#include <stdexcept>
#include <string>
#include <system_error>

#include <openssl/sha.h>

#include <theus/runtime/random.hpp>

namespace theus {
namespace {

void append_big_endian(std::string& to, std::uint64_t value) {
  for (int shift = 56; shift >= 0; shift -= 8) to += static_cast<char>(value >> shift & 0xFF);
}

std::array<std::uint64_t, 4> state_of(random_seed seed, std::string_view scope_path) {
  static constexpr std::string_view domain("theus.random.1\0", 15);
  std::string input;
  input.reserve(domain.size() + 16 + scope_path.size());
  input += domain;
  append_big_endian(input, seed.high);
  append_big_endian(input, seed.low);
  input += scope_path;

  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(input.data()), input.size(), digest.data());

  std::array<std::uint64_t, 4> state{};
  for (std::size_t i = 0; i < digest.size(); ++i) state[i / 8] = state[i / 8] << 8 | digest[i];
  if (state == std::array<std::uint64_t, 4>{}) state[0] = 1;
  return state;
}

double to_real(std::uint64_t draw) { return static_cast<double>(draw >> 11) * 0x1p-53; }

}  // namespace

std::uint64_t xoshiro256pp::next() noexcept {
  const std::uint64_t result = std::rotl(state_[0] + state_[3], 23) + state_[0];
  const std::uint64_t shifted = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

random_stream::random_stream(random_seed seed, std::string_view scope_path)
    : generator_(state_of(seed, scope_path)) {}

void random_stream::discard(std::uint64_t count) noexcept {
  while (count-- > 0) (*this)();
}

std::uint64_t random_stream::offset(std::uint64_t last) noexcept {
  __extension__ using wide = unsigned __int128;
  const std::uint64_t range = last + 1;
  if (range == 0) return (*this)();
  wide product = static_cast<wide>((*this)()) * range;
  if (static_cast<std::uint64_t>(product) < range) {
    const std::uint64_t threshold = (0 - range) % range;
    while (static_cast<std::uint64_t>(product) < threshold)
      product = static_cast<wide>((*this)()) * range;
  }
  return static_cast<std::uint64_t>(product >> 64);
}

bool random_stream::bernoulli(double probability) {
  if (!(probability >= 0 && probability <= 1))
    refuse("bernoulli: the probability is not between 0 and 1");
  return real() < probability;
}

double random_stream::exponential(double mean) {
  if (!(mean >= 0) || !std::isfinite(mean))
    refuse("exponential: the mean is not a finite number of 0 or more");
  for (double rounds = 0;; ++rounds) {
    const double first = real();
    double before = first;
    bool odd = true;
    for (double now = real(); now < before; now = real()) {
      before = now;
      odd = !odd;
    }
    if (odd) return (rounds + first) * mean;
  }
}

uuid random_stream::uuid() noexcept {
  const std::uint64_t high = (*this)();
  const std::uint64_t low = (*this)();
  return uuid::from_draws(high, low);
}

void random_stream::refuse(const char* sentence) { throw std::invalid_argument(sentence); }

random_seed entropy::seed() {
  const std::uint64_t high = next();
  const std::uint64_t low = next();
  return {high, low};
}

uuid entropy::uuid() {
  const std::uint64_t high = next();
  const std::uint64_t low = next();
  return uuid::from_draws(high, low);
}

double entropy::real() { return to_real(next()); }

std::uint64_t system_entropy::next() {
  const std::lock_guard lock(mutex_);
  if (left_ == 0) {
    // Up to 256 bytes come whole or not at all (getrandom(2)).
    while (::getrandom(drawn_.data(), sizeof drawn_, 0) != sizeof drawn_)
      if (errno != EINTR)
        throw std::system_error(errno, std::generic_category(), "theus: getrandom failed");
    left_ = drawn_.size();
  }
  return std::exchange(drawn_[--left_], 0);
}

}  // namespace theus
