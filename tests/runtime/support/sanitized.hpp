#pragma once

// THEUS_SANITIZED is defined in builds whose memory is watched: they keep what was freed for a
// while, and take terabytes of address space.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define THEUS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define THEUS_SANITIZED 1
#endif
#endif
