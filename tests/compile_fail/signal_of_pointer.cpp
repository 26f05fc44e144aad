// expect: theus: a pointer cannot be recorded: it means nothing after a restart; record the value
// it points to (std::string for text, std::optional for maybe)
#include <theus/workflows.hpp>

constexpr theus::signal<int*> moved{"moved"};
