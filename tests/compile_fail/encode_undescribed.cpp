// expect: theus: this type cannot be recorded: describe it with BOOST_DESCRIBE_STRUCT
#include <theus/codec.hpp>

struct order {
  int cents;
};

const auto text = theus::encode(order{5});
