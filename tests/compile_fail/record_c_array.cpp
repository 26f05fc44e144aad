// expect: theus: a C array cannot be recorded: use std::array, or std::string for text
#include <boost/describe/class.hpp>

#include <theus/codec.hpp>

struct order {
  int cents[2];
};
BOOST_DESCRIBE_STRUCT(order, (), (cents))

static_assert(theus::require_recordable<order>());
