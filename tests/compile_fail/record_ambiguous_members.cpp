// expect: theus: this type cannot be recorded: a base has a member of the same name
#include <boost/describe/class.hpp>

#include <theus/codec.hpp>

struct base {
  int id = 0;
};
BOOST_DESCRIBE_STRUCT(base, (), (id))
struct order : base {
  int id = 0;
};
BOOST_DESCRIBE_STRUCT(order, (base), (id))

static_assert(theus::require_recordable<order>());
