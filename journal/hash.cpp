#include "hash.hpp"

#include <cstdio>
#include <cstdlib>
#include <memory>

#include <openssl/evp.h>

#include "theus/journal/codec.hpp"

namespace theus::journal {
namespace {

// Looking the algorithm up takes longer than hashing a record, so it happens once, and each thread
// keeps one context.
const EVP_MD* algorithm() {
  static const EVP_MD* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return fetched;
}

struct free_context {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

EVP_MD_CTX* context() {
  thread_local const std::unique_ptr<EVP_MD_CTX, free_context> own(EVP_MD_CTX_new());
  return own.get();
}

void require(bool ok) {
  if (ok) return;
  std::fputs("theus: OpenSSL cannot compute SHA-256\n", stderr);
  std::abort();
}

}  // namespace

hash256 sha256(std::initializer_list<std::span<const std::uint8_t>> parts) {
  EVP_MD_CTX* const c = context();
  require(c != nullptr && EVP_DigestInit_ex2(c, algorithm(), nullptr) == 1);
  for (auto part : parts) require(EVP_DigestUpdate(c, part.data(), part.size()) == 1);
  hash256 out;
  require(EVP_DigestFinal_ex(c, out.bytes.data(), nullptr) == 1);
  return out;
}

hash256 hash_of(std::span<const std::uint8_t> bytes) { return sha256({bytes}); }

}  // namespace theus::journal
