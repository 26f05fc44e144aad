// expect: theus: a pointer cannot be recorded: it means nothing after a restart; record the value
#include <theus/application.hpp>

void beat(theus::attempt& a, const int* lines) { a.heartbeat(lines); }
