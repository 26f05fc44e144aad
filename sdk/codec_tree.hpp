#pragma once

#include <theus/codec/json_document.hpp>
#include <theus/value/value.hpp>

namespace theus::detail {

// JSON as it stands there: integers, which have neither fraction nor exponent, and reals, texts,
// lists and maps. Throws codec_error: out_of_range for numbers a value cannot hold, too_large for
// what exceeds value_limits.
value plain_value(json_view in);

// The same of the form in theus/value/json.hpp, in which bytes are objects.
value formed_value(json_view in);

}  // namespace theus::detail
