// expect: theus: this type cannot be recorded: describe it with BOOST_DESCRIBE_STRUCT
#include <theus/application.hpp>

struct progress {
  int lines;
};

void beat(theus::attempt& a) { a.heartbeat(progress{5}); }
