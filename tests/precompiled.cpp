// Carries the precompiled headers that every test shares; see CMakeLists.txt.
