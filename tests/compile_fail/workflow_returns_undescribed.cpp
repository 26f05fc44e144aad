// expect: theus: this type cannot be recorded: describe it with BOOST_DESCRIBE_STRUCT
#include <theus/workflows.hpp>

struct order {
  int cents;
};

theus::workflow<order> find(theus::context&) { co_return order{5}; }
