// expect: theus: a pointer cannot be recorded: it means nothing after a restart; record the value
// it points to (std::string for text, std::optional for maybe)
#include <theus/codec.hpp>

auto read() { return theus::decode<int*>("1"); }
