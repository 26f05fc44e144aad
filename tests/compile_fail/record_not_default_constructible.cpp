// expect: theus: this type cannot be recorded: decoding starts from T{}, so give it a default
// constructor
#include <boost/describe/class.hpp>

#include <theus/codec.hpp>

struct order {
  explicit order(int given) : cents(given) {}
  int cents;
};
BOOST_DESCRIBE_STRUCT(order, (), (cents))

static_assert(theus::require_recordable<order>());
