# What Theus links, found the same way by its own build and by the installed package.
include(CMakeFindDependencyMacro)

# Cap'n Proto 0.9's package looks for libatomic with a test program that g++ rejects when C is
# not among the project's languages. libkj brings libatomic itself, so the answer is known.
set(FOUND_LIBATOMIC TRUE)

find_dependency(Threads REQUIRED)
find_dependency(Boost 1.81 REQUIRED COMPONENTS json stacktrace_backtrace)
find_dependency(CapnProto REQUIRED)
find_dependency(RocksDB REQUIRED)
find_dependency(OpenSSL REQUIRED)
find_dependency(CLI11 REQUIRED)
