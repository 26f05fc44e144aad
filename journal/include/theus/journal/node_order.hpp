#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "theus/journal/history_file.hpp"

namespace theus::journal {

// The bytes of `roots` and of all nodes below them, each once and behind all that it refers to: of
// one set of nodes always in the same order. Without `below` nodes refer to nothing.
// Errors: those of both calls.
result<std::vector<std::string>> nodes_below(
    std::span<const hash256> roots, const std::function<result<std::string>(const hash256&)>& get,
    const node_references& below);

}  // namespace theus::journal
