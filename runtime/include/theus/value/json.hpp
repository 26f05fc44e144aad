#pragma once

#include <boost/json/value.hpp>

#include <theus/journal/errc.hpp>
#include <theus/value/value.hpp>

// Values as JSON and back, losing nothing: from_json(to_json(v)) is v. Integers and doubles stay
// apart. What JSON has no form for:
//   bytes       {"$bytes": "AAEC/w=="}   base64, RFC 4648 section 4, with padding
//   a blob      {"$blob": "<64 hex digits>", "size": 5}
//   a map whose only key is "$bytes" or "$map", or whose two keys are "$blob" and "size", which
//               would be taken for one of these
//               {"$map": {"$bytes": …}}
// Entries are written sorted by key, so equal values give equal texts.
namespace theus {

// Errors: errc::bad_input, naming the path, for infinity and NaN.
result<boost::json::value> to_json(const value& v);

// Errors, naming the path: errc::limit_exceeded for integers beyond 64 bits with a sign and what
// value_limits say; errc::bad_input for the forms above with other content, and for infinity and
// NaN.
result<value> from_json(const boost::json::value& json);

}  // namespace theus
