# Install, configure, build, run; each step's output is shown when it fails.
function(step what)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output
                  ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${what} failed (${status}):\n${output}")
  endif()
  message(STATUS "${what}: done")
endfunction()

file(REMOVE_RECURSE ${WORK_DIR})
step("installing" ${CMAKE_COMMAND} --install ${THEUS_BUILD_DIR} --prefix ${WORK_DIR}/prefix)
step("configuring" ${CMAKE_COMMAND} -S ${PROJECT_DIR} -B ${WORK_DIR}/build -G Ninja
     -DCMAKE_PREFIX_PATH=${WORK_DIR}/prefix -DCMAKE_CXX_COMPILER=${COMPILER}
     "-DCMAKE_CXX_FLAGS=${FLAGS}" -DTHEUS_ALLOW_UNSAFE_WORKFLOW_COMPILER=${ALLOW_UNSAFE})
step("building" ${CMAKE_COMMAND} --build ${WORK_DIR}/build)
step("running" ${WORK_DIR}/build/consumer ${WORK_DIR}/journal)
