// What the cases include, read once for all of them where the compiler can keep it.
#include <theus/application.hpp>
#include <theus/workflows.hpp>
