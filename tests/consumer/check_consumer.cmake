# Install, configure, build, run; each step's output is shown when it fails, and what it must
# contain is checked.
function(step what)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE status OUTPUT_VARIABLE output
                  ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${what} failed (${status}):\n${output}")
  endif()
  message(STATUS "${what}: done")
  set(output "${output}" PARENT_SCOPE)
endfunction()

file(REMOVE_RECURSE ${WORK_DIR})
file(COPY ${PROJECT_DIR}/CMakeLists.txt ${EXAMPLE}/main.cpp ${EXAMPLE}/workflow.cpp
     ${EXAMPLE}/workflow.hpp ${EXAMPLE}/checkout_test.cpp DESTINATION ${WORK_DIR}/source)
step("installing" ${CMAKE_COMMAND} --install ${THEUS_BUILD_DIR} --prefix ${WORK_DIR}/prefix)
step("configuring" ${CMAKE_COMMAND} -S ${WORK_DIR}/source -B ${WORK_DIR}/build -G Ninja
     -DCMAKE_PREFIX_PATH=${WORK_DIR}/prefix -DCMAKE_CXX_COMPILER=${COMPILER}
     "-DCMAKE_CXX_FLAGS=${FLAGS}" -DTHEUS_ALLOW_UNSAFE_WORKFLOW_COMPILER=${ALLOW_UNSAFE})
step("building" ${CMAKE_COMMAND} --build ${WORK_DIR}/build)

# Each verb is a process of its own. Nothing runs in the background: start and signal are recorded,
# run takes them up.
set(consumer ${WORK_DIR}/build/consumer)
set(journal --journal ${WORK_DIR}/journal)
step("starting" ${consumer} start checkout --id order-1 --arg [[{"id":"order-1","cents":4200}]]
     ${journal})
step("approving" ${consumer} signal order-1 approved true ${journal})
step("running" ${consumer} run --exit-when-done ${journal})
if(NOT output MATCHES "charging 4200 cents for order-1" OR NOT output MATCHES "shipping order-1")
  message(FATAL_ERROR "the activities did not run:\n${output}")
endif()
step("asking" ${consumer} result order-1 ${journal})
if(NOT output MATCHES "payment-of-order-1")
  message(FATAL_ERROR "the result is not the receipt:\n${output}")
endif()
step("replaying" ${consumer} replay --all ${journal})
step("testing" ${WORK_DIR}/build/consumer_test)
if(NOT output MATCHES "PASSED")
  message(FATAL_ERROR "the workflow's own tests did not run:\n${output}")
endif()
