#pragma once

#include <string_view>
#include <vector>

#include "theus/journal/record.hpp"

// Which blobs the records of a run refer to. A payload is JSON, in which a blob is an object with
// its hash under "$blob" (docs/payloads.md); the journal knows no more of them.
namespace theus::journal {

// Adds the hash of every "$blob" in the text that is followed by 64 hex digits, however it is
// spaced and escaped, as often as it is there; one of zeros, which is the empty blob's, is none.
// Text that is not JSON gives some of them, or none.
void find_blobs(std::string_view json, std::vector<hash256>& to);
void find_blobs(const event& e, std::vector<hash256>& to);
void find_blobs(const command& c, std::vector<hash256>& to);

void sort_once(std::vector<hash256>& found);  // each once

// Of all payloads of the record, sorted, once each.
std::vector<hash256> blobs_in(const record& r);

}  // namespace theus::journal
