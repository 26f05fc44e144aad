// expect: theus: this type cannot be recorded: describe it with BOOST_DESCRIBE_STRUCT
#include <theus/application.hpp>

struct order {
  int cents;
};

theus::workflow<void> ship(theus::context&, order) { co_return; }

void set_up(theus::application& app) { app.add("ship", ship); }
