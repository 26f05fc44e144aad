#pragma once

#include <cstdint>
#include <functional>
#include <istream>
#include <string>

#include <boost/describe.hpp>

#include <theus/heartbeat.hpp>
#include <theus/workflows.hpp>

// A long file is taken in line by line, by an attempt that says how far it got: the next one goes
// on there, whatever became of the one before.
namespace file_import {

// Where to go on: so many bytes and lines are done.
struct progress {
  std::int64_t bytes = 0;
  std::int64_t lines = 0;
};
BOOST_DESCRIBE_STRUCT(progress, (), (bytes, lines))

// Gives how many lines there were.
constexpr theus::activity<std::int64_t(std::string file)> take_in{"take_in"};
constexpr theus::activity<void(std::string file)> archive{"archive"};
constexpr theus::activity<void(std::string file, std::string why)> set_aside{"set_aside"};

// -1: it was set aside.
theus::workflow<std::int64_t> import_file(theus::context& ctx, std::string file);

// What `take_in` does with a file that is open. A line may be taken once more after a crash, under
// the same number.
std::int64_t take_lines(
    theus::attempt& a, std::istream& from,
    const std::function<void(std::int64_t number, const std::string& line)>& take);

}  // namespace file_import
