# `cmake --install` puts the libraries, the public headers and a package that
# `find_package(theus)` finds under the prefix.
include(CMakePackageConfigHelpers)

set(theus_package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/theus)

# Position independent also as static libraries, for those who put Theus into a library of theirs.
foreach(library journal value runtime sdk testing replay_tool)
  set_target_properties(theus_${library} PROPERTIES
    EXPORT_NAME ${library}
    LINKER_LANGUAGE CXX
    POSITION_INDEPENDENT_CODE ON
    DEFINE_SYMBOL ""
    VERSION ${PROJECT_VERSION}
    SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR})
endforeach()

install(TARGETS theus_journal theus_value theus_runtime theus_sdk theus_testing theus_replay_tool
        EXPORT theus
        FILE_SET HEADERS)
install(TARGETS theus_lint EXPORT theus RUNTIME)
install(EXPORT theus NAMESPACE theus:: DESTINATION ${theus_package_dir} FILE theus-targets.cmake)

configure_package_config_file(${CMAKE_CURRENT_LIST_DIR}/theusConfig.cmake.in theusConfig.cmake
                              INSTALL_DESTINATION ${theus_package_dir})
write_basic_package_version_file(theusConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/theusConfig.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/theusConfigVersion.cmake
              ${CMAKE_CURRENT_LIST_DIR}/theus-dependencies.cmake
              ${CMAKE_CURRENT_LIST_DIR}/theus-workflow-compiler.cmake
              ${CMAKE_CURRENT_LIST_DIR}/theus-workflow-sources.cmake
        DESTINATION ${theus_package_dir})
install(DIRECTORY ${CMAKE_CURRENT_LIST_DIR}/probe ${CMAKE_CURRENT_LIST_DIR}/lint
        DESTINATION ${theus_package_dir})
