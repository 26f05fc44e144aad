// expect: theus: a const type cannot be recorded: decoding assigns it; drop the const
#include <boost/describe/class.hpp>

#include <theus/codec.hpp>

struct order {
  const int cents = 0;
};
BOOST_DESCRIBE_STRUCT(order, (), (cents))

static_assert(theus::require_recordable<order>());
