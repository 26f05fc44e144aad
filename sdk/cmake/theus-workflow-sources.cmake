# Sources that hold workflows, and what they call:
#
#   theus_workflow_sources(<target> <file>… [ALLOW <name> <reason>…])
#
# adds the files to the target and watches over them, as docs/determinism.md describes:
#   - the compiler must translate coroutines rightly;
#   - names that differ on replay are errors (lint/poison.hpp is included first);
#   - before the target is linked, what the objects refer to is looked at (theus-lint audit).
# ALLOW excepts a name in these files; the reason is shown whenever the target is linked. A file has
# the same allowances in all targets of a folder. Called in the folder that made the target.
#
# The target theus_tidy_workflows looks at the syntax of all such files, with clang-query 19.
include(${CMAKE_CURRENT_LIST_DIR}/theus-workflow-compiler.cmake)

set(THEUS_LINT_DIR ${CMAKE_CURRENT_LIST_DIR}/lint CACHE INTERNAL "")

# A workflow<T> that falls off its end, an operation that is written but not awaited, a local that
# is read before it was given a value, __DATE__ and __TIME__.
set(THEUS_WORKFLOW_COMPILE_OPTIONS
    -Werror=return-type -Werror=unused-result -Werror=date-time -fno-lto
    $<$<CXX_COMPILER_ID:Clang>:-Werror=uninitialized>
    CACHE INTERNAL "")

function(theus_workflow_sources target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "ALLOW")
  set(sources ${arg_UNPARSED_ARGUMENTS})
  theus_check_workflow_compiler()
  theus_lint_header(header "${arg_ALLOW}")
  target_sources(${target} PRIVATE ${sources})
  foreach(source IN LISTS sources)
    get_property(known SOURCE ${source} TARGET_DIRECTORY ${target} PROPERTY THEUS_LINT_HEADER)
    if(known AND NOT known STREQUAL header)
      message(FATAL_ERROR "theus_workflow_sources(${target} ${source}): another target of this "
              "folder has this file with other allowances; give both the same.")
    endif()
    if(NOT known)
      # Poison works only on what was not declared before, so there is no precompiled header.
      set_source_files_properties(${source} TARGET_DIRECTORY ${target} PROPERTIES
        THEUS_LINT_HEADER ${header} SKIP_PRECOMPILE_HEADERS ON SKIP_UNITY_BUILD_INCLUSION ON)
      set_property(SOURCE ${source} TARGET_DIRECTORY ${target} APPEND PROPERTY
                   COMPILE_OPTIONS ${THEUS_WORKFLOW_COMPILE_OPTIONS} -include ${header})
      # Poison is silent in system headers, and Theus's own are that, also within its own build.
      foreach(folder IN LISTS THEUS_OWN_HEADERS)
        set_property(SOURCE ${source} TARGET_DIRECTORY ${target} APPEND PROPERTY
                     COMPILE_OPTIONS -isystem ${folder})
      endforeach()
    endif()
    cmake_path(ABSOLUTE_PATH source)
    set_property(GLOBAL APPEND PROPERTY THEUS_WORKFLOW_SOURCES ${source})
  endforeach()

  get_target_property(audited ${target} THEUS_AUDITED)
  if(NOT audited)
    set_target_properties(${target} PROPERTIES THEUS_AUDITED ON EXPORT_COMPILE_COMMANDS ON)
    add_custom_command(TARGET ${target} PRE_LINK
                       COMMAND theus::lint audit "$<TARGET_OBJECTS:${target}>"
                       COMMAND_EXPAND_LISTS VERBATIM)
  endif()

  get_property(has_tidy GLOBAL PROPERTY THEUS_TIDY_DEFERRED)
  if(NOT has_tidy)
    set_property(GLOBAL PROPERTY THEUS_TIDY_DEFERRED ON)
    cmake_language(DEFER DIRECTORY ${CMAKE_SOURCE_DIR} CALL theus_add_tidy_target)
  endif()
endfunction()

# Sets `result` to the header that is included first: the poison, less what is allowed.
function(theus_lint_header result allow)
  if(NOT allow)
    set(${result} ${THEUS_LINT_DIR}/poison.hpp PARENT_SCOPE)
    return()
  endif()
  set(text "// Written by theus_workflow_sources.\n#pragma once\n")
  while(allow)
    list(POP_FRONT allow name reason)
    if(NOT reason)
      message(FATAL_ERROR "theus_workflow_sources: ALLOW ${name} has no reason; it takes pairs of "
              "a name and a reason.")
    endif()
    if(NOT "${name}${reason}" MATCHES "^[^\"\\\n\r\t]*$")
      message(FATAL_ERROR "theus_workflow_sources: ALLOW ${name}: neither it nor its reason can "
              "hold quotes, backslashes or line ends.")
    endif()
    string(MAKE_C_IDENTIFIER ${name} identifier)
    string(APPEND text "#define THEUS_ALLOWS_${identifier} 0,\n"
           "__asm__(\".pushsection .theus.workflow,\\\"e\\\",@progbits\\n\"\n"
           "        \".asciz \\\"allow\\t${name}\\t${reason}\\\"\\n\"\n"
           "        \".popsection\");\n")
  endwhile()
  string(APPEND text "#include \"${THEUS_LINT_DIR}/poison.hpp\"\n")
  string(MD5 digest "${text}")
  set(header ${CMAKE_BINARY_DIR}/theus-lint/${digest}.hpp)
  file(CONFIGURE OUTPUT ${header} CONTENT "${text}" @ONLY)
  set(${result} ${header} PARENT_SCOPE)
endfunction()

function(theus_add_tidy_target)
  get_property(sources GLOBAL PROPERTY THEUS_WORKFLOW_SOURCES)
  list(REMOVE_DUPLICATES sources)
  find_program(THEUS_CLANG_QUERY NAMES clang-query-19 clang-query
               DOC "clang-query 19 (Debian package clang-tools-19), for theus_tidy_workflows")
  set(query "")
  if(THEUS_CLANG_QUERY)
    set(query --query ${THEUS_CLANG_QUERY})
  endif()
  set(gcc "")
  if(THEUS_PROBE_FAILURES)
    set(gcc --gcc)
  endif()
  add_custom_target(theus_tidy_workflows
    COMMAND theus::lint tidy -p ${CMAKE_BINARY_DIR} --traps ${THEUS_LINT_DIR}/traps.query
            ${query} ${gcc} ${sources}
    VERBATIM)
endfunction()
