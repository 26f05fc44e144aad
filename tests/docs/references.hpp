#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

// What a document refers to. Each function leaves out what fenced blocks of code contain, except
// commands, which are looked for everywhere.
namespace references {

// Targets of links that are not addresses of the web: "rules.md", "../README.md#install", "#words".
std::vector<std::string> relative_links(const std::string& markdown);

// What GitHub makes of each heading: "A run is its records" becomes "a-run-is-its-records".
std::set<std::string> anchors(const std::string& markdown);

// Inline code that names a file or folder of the tree: it begins with one of `top_folders` and '/'.
std::vector<std::string> tree_paths(const std::string& markdown,
                                    const std::set<std::string>& top_folders);

// Inline code of the form `Suite.Name`, both capitalised.
std::vector<std::string> tests(const std::string& markdown);

// The words behind each "./dev", up to the end of the command.
std::vector<std::vector<std::string>> dev_commands(const std::string& markdown);

// The commands that the script `dev` knows: the labels of its last `case`.
std::set<std::string> commands_of(const std::string& script);

// The sentences of a header that the compiler prints: literals that begin with "theus: ", with
// those that follow on joined to them, except in what is thrown.
std::vector<std::string> refusals_of(const std::string& header);

// What a case of tests/compile_fail expects to read; "" when it does not say.
std::string expectation_of(const std::string& source);

// Suite.Name of every GoogleTest test in a source; CompileFail.<case> is a file and not here.
std::set<std::string> tests_of(const std::string& source);

}  // namespace references
