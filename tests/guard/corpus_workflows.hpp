#pragma once

#include <cstdint>
#include <map>
#include <string>

#include <theus/workflows.hpp>

// The workflows of tests/traps and tests/honest that take nothing but the context, as they are
// without lint and audit.
namespace theus::test {

using corpus_workflow = workflow<std::int64_t> (*)(context&);

extern const std::map<std::string, corpus_workflow> trap_workflows;
extern const std::map<std::string, corpus_workflow> honest_workflows;

}  // namespace theus::test
