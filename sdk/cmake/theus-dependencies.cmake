# What Theus links, found the same way by its own build and by the installed package.
# Debian 12's RocksDB package needs the compression libraries it was built with; its own
# configuration file finds them.
include(CMakeFindDependencyMacro)

find_dependency(Threads REQUIRED)
find_dependency(Boost 1.81 REQUIRED COMPONENTS json)
find_dependency(CapnProto REQUIRED)
find_dependency(RocksDB REQUIRED)
find_dependency(OpenSSL REQUIRED)
find_dependency(CLI11 REQUIRED)
