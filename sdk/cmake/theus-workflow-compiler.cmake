# Workflows need a compiler that translates coroutines rightly; g++ 12 silently does not.
#
#   theus_check_workflow_compiler()
#
# The check builds and runs small programs, one for each known miscompilation, at -O0 and at -O2. A
# compiler that fails one is refused at configure time. The answer is cached per compiler and flags.
option(THEUS_ALLOW_UNSAFE_WORKFLOW_COMPILER
       "Accept a compiler that is known to miscompile workflow code" OFF)

set(THEUS_PROBE_DIR ${CMAKE_CURRENT_LIST_DIR}/probe CACHE INTERNAL "")
set(THEUS_PROBE_CASES aggregate_temporary capturing_lambda conditional_prvalue await_as_condition
    CACHE INTERNAL "")
set(THEUS_PROBE_aggregate_temporary
    "an aggregate with non-trivial members created beside a co_await is destroyed twice"
    CACHE INTERNAL "")
set(THEUS_PROBE_capturing_lambda
    "a lambda that captures an object by copy beside a co_await destroys the copy twice"
    CACHE INTERNAL "")
set(THEUS_PROBE_conditional_prvalue
    "a ?: that yields an object beside a co_await destroys it twice"
    CACHE INTERNAL "")
set(THEUS_PROBE_await_as_condition
    "`if (co_await …) co_return …;` in a body without locals crashes or never ends"
    CACHE INTERNAL "")
set(THEUS_PROBE_braced_list
    "a braced initializer_list beside a co_await does not compile"
    CACHE INTERNAL "")

function(theus_check_workflow_compiler)
  set(compiler "${CMAKE_CXX_COMPILER} (${CMAKE_CXX_COMPILER_ID} ${CMAKE_CXX_COMPILER_VERSION})")
  set(key "${compiler} ${CMAKE_CXX_FLAGS}")
  if(NOT THEUS_PROBED_COMPILER STREQUAL key)
    message(STATUS "Theus: probing ${compiler} for workflow code")
    theus_run_probes(failures)
    set(THEUS_PROBE_FAILURES "${failures}" CACHE INTERNAL "")
    set(THEUS_PROBED_COMPILER "${key}" CACHE INTERNAL "")
  endif()

  if(NOT THEUS_PROBE_FAILURES)
    return()
  endif()
  set(report "Theus: ${compiler} miscompiles workflow code:\n")
  foreach(failure ${THEUS_PROBE_FAILURES})
    string(REGEX MATCH "^[a-z_]+" case ${failure})
    string(APPEND report "  ${failure}: ${THEUS_PROBE_${case}}\n")
  endforeach()
  if(THEUS_ALLOW_UNSAFE_WORKFLOW_COMPILER)
    get_property(warned GLOBAL PROPERTY THEUS_WORKFLOW_COMPILER_WARNED)
    if(warned)
      return()
    endif()
    set_property(GLOBAL PROPERTY THEUS_WORKFLOW_COMPILER_WARNED TRUE)
    message(WARNING "${report}"
      "THEUS_ALLOW_UNSAFE_WORKFLOW_COMPILER is on: every workflow must stay clear of these forms.")
    return()
  endif()
  message(FATAL_ERROR "${report}"
    "clang 19 passes: configure with -DCMAKE_CXX_COMPILER=clang++-19 (Debian package clang-19). "
    "A project whose workflows stay clear of these forms may set "
    "-DTHEUS_ALLOW_UNSAFE_WORKFLOW_COMPILER=ON.")
endfunction()

# Sets `result` to the failed probes, each as `<case> at <levels>`; empty when all pass.
function(theus_run_probes result)
  set(sources main ${THEUS_PROBE_CASES})
  list(TRANSFORM sources PREPEND ${THEUS_PROBE_DIR}/)
  list(TRANSFORM sources APPEND .cpp)
  foreach(level -O0 -O2)
    theus_build_probe(program${level} ${level} ${sources})
  endforeach()
  set(failures "")
  foreach(case ${THEUS_PROBE_CASES})
    set(failed_at "")
    foreach(level -O0 -O2)
      set(status "not built")
      if(program${level})
        execute_process(COMMAND ${CMAKE_CROSSCOMPILING_EMULATOR} ${program${level}} ${case}
                        TIMEOUT 10 RESULT_VARIABLE status OUTPUT_QUIET ERROR_QUIET)
      endif()
      if(NOT status STREQUAL "0")
        string(APPEND failed_at " ${level}")
      endif()
    endforeach()
    if(failed_at)
      list(APPEND failures "${case} at${failed_at}")
    endif()
  endforeach()
  theus_build_probe(program -O0 ${THEUS_PROBE_DIR}/braced_list.cpp)
  if(NOT program)
    list(APPEND failures "braced_list at every level")
  endif()
  set(${result} "${failures}" PARENT_SCOPE)
endfunction()

# Sets `result` to the program built from the sources, or to nothing when they do not compile.
function(theus_build_probe result level)
  set(program ${CMAKE_BINARY_DIR}/theus-probe/program${level}${CMAKE_EXECUTABLE_SUFFIX})
  try_compile(built ${CMAKE_BINARY_DIR}/theus-probe SOURCES ${ARGN}
              COMPILE_DEFINITIONS ${level} -w
              CXX_STANDARD 20 CXX_STANDARD_REQUIRED ON CXX_EXTENSIONS OFF
              COPY_FILE ${program})
  if(built)
    set(${result} ${program} PARENT_SCOPE)
  else()
    set(${result} "" PARENT_SCOPE)
  endif()
  unset(built CACHE)
endfunction()
