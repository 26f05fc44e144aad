# theus_add_schema(<target> <name>.capnp [<imported>.capnp…] READER <file>.cpp)
# Compiles the schema, and what it imports, into <target>. <file>.cpp is the one source that
# includes the generated header, as <name>.capnp.h; all of them are compiled with
# journal/capnp_clang_fix.hpp included first.
function(theus_add_schema target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "READER" "")
  if(NOT arg_READER)
    message(FATAL_ERROR
      "theus_add_schema(${target} ${arg_UNPARSED_ARGUMENTS}): READER <file>.cpp is missing")
  endif()
  set(CAPNPC_OUTPUT_DIR ${CMAKE_CURRENT_BINARY_DIR}/generated)
  file(MAKE_DIRECTORY ${CAPNPC_OUTPUT_DIR})
  capnp_generate_cpp(generated_sources generated_headers ${arg_UNPARSED_ARGUMENTS})
  target_sources(${target} PRIVATE ${generated_sources} ${generated_headers})
  target_include_directories(${target} SYSTEM PRIVATE ${CAPNPC_OUTPUT_DIR})
  set_source_files_properties(${generated_sources} ${arg_READER} PROPERTIES
    COMPILE_OPTIONS "-include;${PROJECT_SOURCE_DIR}/journal/capnp_clang_fix.hpp"
    SKIP_PRECOMPILE_HEADERS ON)
  set_property(SOURCE ${generated_sources} APPEND PROPERTY COMPILE_OPTIONS -w)
endfunction()
