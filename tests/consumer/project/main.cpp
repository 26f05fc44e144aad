#include <theus/journal/ids.hpp>

int main() {}
