#pragma once

#include <cstdint>
#include <span>
#include <string_view>

// What is fuzzed: each target is one function that takes any bytes at all. libFuzzer calls it
// (entry.cpp), and so does the test that runs the corpora in the other builds (corpus_test.cpp).
// Thread: one at a time.
namespace theus::fuzz {

using input = std::span<const std::uint8_t>;

// Ends the process, naming the promise that was broken, so that libFuzzer keeps the input.
void require(bool holds, std::string_view promise);

// A record as it lies on disk; or 'w' and the words of its message without the segment table,
// which the target packs: so mutations reach the fields and not only the packing.
void record(input bytes);
// An exported run, as a file; or 'c' and its records (each the number of words in one byte and
// those words), which the target chains and seals before it has them read.
void history(input bytes);
// A frame of the control socket with its header, read as a request and as a reply.
void frames(input bytes);
// What a client sends over a whole connection, behind one byte: the size of the pieces in which
// it arrives, 0 for all at once.
void session(input bytes);
// Text that should be JSON.
void json(input bytes);
// Nodes of a tree of values, the last of which is its root: each its length in two bytes and its
// bytes, in which 0xFE 0xED and a number stand for the hash of the node of that number.
void nodes(input bytes);
// Packed words.
void packing(input bytes);
// A patch of a tree of values, or a value, in its flat form.
void patch(input bytes);
// Keys and values of rows, behind one byte that says of which kind; positions of a tail.
void rows(input bytes);
// A journal's watermark; or 's' and its two slots, which the target seals.
void watermark(input bytes);
// Holds a bug on purpose: proof that a crash is found and reported.
void canary(input bytes);

struct target {
  std::string_view name;
  void (*run)(input);
};
// All but the canary.
std::span<const target> targets();

}  // namespace theus::fuzz
