# theus_add_schema(<target> <name>.capnp READER <file>.cpp)
# Compiles the schema into <target>. <file>.cpp is the one source that includes the generated
# header, as <name>.capnp.h; both are compiled with journal/capnp_clang_fix.hpp included first.
function(theus_add_schema target schema)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "READER" "")
  if(NOT arg_READER)
    message(FATAL_ERROR "theus_add_schema(${target} ${schema}): READER <file>.cpp is missing")
  endif()
  set(CAPNPC_OUTPUT_DIR ${CMAKE_CURRENT_BINARY_DIR}/generated)
  file(MAKE_DIRECTORY ${CAPNPC_OUTPUT_DIR})
  capnp_generate_cpp(generated_sources generated_headers ${schema})
  target_sources(${target} PRIVATE ${generated_sources} ${generated_headers})
  target_include_directories(${target} SYSTEM PRIVATE ${CAPNPC_OUTPUT_DIR})
  set_source_files_properties(${generated_sources} ${arg_READER} PROPERTIES
    COMPILE_OPTIONS "-include;${PROJECT_SOURCE_DIR}/journal/capnp_clang_fix.hpp"
    SKIP_PRECOMPILE_HEADERS ON)
  set_property(SOURCE ${generated_sources} APPEND PROPERTY COMPILE_OPTIONS -w)
endfunction()
