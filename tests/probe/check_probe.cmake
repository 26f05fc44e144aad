# Configures PROJECT_DIR afresh with COMPILER and compares the probe's verdict with EXPECT:
# accepted, refused or warned. Every known case must be named in a refusal or warning.
set(cases aggregate_temporary capturing_lambda conditional_prvalue await_as_condition braced_list)
set(ENV{CXXFLAGS} "")

file(REMOVE_RECURSE ${BUILD_DIR})
execute_process(COMMAND ${CMAKE_COMMAND} -S ${PROJECT_DIR} -B ${BUILD_DIR} -G Ninja
                        -DCMAKE_CXX_COMPILER=${COMPILER} -DTHEUS_CMAKE_DIR=${THEUS_CMAKE_DIR}
                        -DTHEUS_ALLOW_UNSAFE_WORKFLOW_COMPILER=${ALLOW_UNSAFE}
                RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)

if(EXPECT STREQUAL "refused" AND status EQUAL 0)
  message(FATAL_ERROR "${COMPILER} was accepted for workflow code:\n${output}")
endif()
if(NOT EXPECT STREQUAL "refused" AND NOT status EQUAL 0)
  message(FATAL_ERROR "${COMPILER} was refused:\n${output}")
endif()
foreach(case ${cases})
  string(FIND "${output}" "${case} at " place)
  if(EXPECT STREQUAL "accepted" AND NOT place EQUAL -1)
    message(FATAL_ERROR "${COMPILER} was accepted, yet ${case} is reported:\n${output}")
  elseif(NOT EXPECT STREQUAL "accepted" AND place EQUAL -1)
    message(FATAL_ERROR "the verdict on ${COMPILER} does not name ${case}:\n${output}")
  endif()
endforeach()
if(EXPECT STREQUAL "refused" AND NOT output MATCHES "clang 19 passes")
  message(FATAL_ERROR "the refusal does not say which compiler passes:\n${output}")
endif()
