#include "hash.hpp"

#include <cstdio>
#include <cstdlib>
#include <utility>

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "theus/journal/codec.hpp"

namespace theus::journal {
namespace {

// Looking the algorithm up takes longer than hashing a record, so it happens once, and each thread
// keeps one context. Hashing works to the very end of the process, since a runtime may be a static
// object: OpenSSL is told not to clean up before those are gone (unless the program used it
// before), and what a thread keeps is a plain pointer.
const EVP_MD* algorithm() {
  static const EVP_MD* const fetched = [] {
    OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, nullptr);
    return EVP_MD_fetch(nullptr, "SHA256", nullptr);
  }();
  return fetched;
}

thread_local constinit EVP_MD_CTX* context_of_thread = nullptr;

struct freed_with_thread {
  ~freed_with_thread() { EVP_MD_CTX_free(std::exchange(context_of_thread, nullptr)); }
};

EVP_MD_CTX* context() {
  if (context_of_thread == nullptr) {
    context_of_thread = EVP_MD_CTX_new();
    [[maybe_unused]] thread_local const freed_with_thread in_the_end;
  }
  return context_of_thread;
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
