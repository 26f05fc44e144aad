// expect: theus: this type cannot be recorded: describe it with BOOST_DESCRIBE_STRUCT
#include <theus/workflows.hpp>

struct order {
  int cents;
};

constexpr theus::activity<void(order)> ship{"ship"};
