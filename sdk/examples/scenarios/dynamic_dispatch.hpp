#pragma once

#include <string>
#include <vector>

#include <theus/workflows.hpp>

// Which activities are called, and in which order, is data.
namespace dispatch {

// All that a recipe may name have one signature: that of the table in the source.
using step = theus::activity<std::string(std::string image)>;
constexpr step crop{"crop"};
constexpr step sharpen{"sharpen"};
constexpr step watermark{"watermark"};

// The image behind all steps. Throws theus::failure "unknown_step" before it does any of them.
theus::workflow<std::string> process(theus::context& ctx, std::string image,
                                     std::vector<std::string> recipe);

}  // namespace dispatch
