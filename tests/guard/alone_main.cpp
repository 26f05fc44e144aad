#include "theus/application.hpp"

// Names nothing of what the guard watches: what of that is in the program, the library brought.
int main() {
  const theus::application app;
  return app.bound().guard ? 0 : 1;
}
