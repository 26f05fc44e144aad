#pragma once

#include <string>
#include <vector>

#include <theus/workflows.hpp>

// Work that is split, done side by side, a few parts at a time, and put together again.
namespace split_and_merge {

using paragraphs = std::vector<std::string>;

constexpr theus::activity<paragraphs(std::string book)> split{"split"};
constexpr theus::activity<std::string(std::string paragraph)> translate{"translate"};
constexpr theus::activity<std::string(paragraphs)> merge{"merge"};

// At most three paragraphs are with the translators at a time.
theus::workflow<std::string> translate_book(theus::context& ctx, std::string book);

}  // namespace split_and_merge
