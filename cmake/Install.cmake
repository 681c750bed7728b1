# Where things are installed. Components: winnow is everything but the program that needs libtorch,
# which is training.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME winnow)

# Programs go on working with a library of the same SONAME (include/winnow/version.h).
if(PROJECT_VERSION_MAJOR EQUAL 0)
  set(WINNOW_SOVERSION 0.${PROJECT_VERSION_MINOR})
  set(compatibility SameMinorVersion)
else()
  set(WINNOW_SOVERSION ${PROJECT_VERSION_MAJOR})
  set(compatibility SameMajorVersion)
endif()

# find_package(Winnow) and pkg-config; both find everything relative to themselves.
set(config ${PROJECT_BINARY_DIR}/config)
set(config_folder ${CMAKE_INSTALL_LIBDIR}/cmake/Winnow)
configure_package_config_file(cmake/WinnowConfig.cmake.in ${config}/WinnowConfig.cmake
  INSTALL_DESTINATION ${config_folder} NO_SET_AND_CHECK_MACRO)
write_basic_package_version_file(${config}/WinnowConfigVersion.cmake COMPATIBILITY ${compatibility})
install(FILES ${config}/WinnowConfig.cmake ${config}/WinnowConfigVersion.cmake
  DESTINATION ${config_folder})
install(EXPORT WinnowTargets NAMESPACE Winnow:: DESTINATION ${config_folder})
file(RELATIVE_PATH PREFIX_FROM_PC ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig ${CMAKE_INSTALL_PREFIX})
configure_file(cmake/winnow.pc.in ${config}/winnow.pc @ONLY)
install(FILES ${config}/winnow.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)

install(DIRECTORY include/winnow DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(DIRECTORY models/ DESTINATION ${CMAKE_INSTALL_DATADIR}/winnow/models
  FILES_MATCHING PATTERN "*.safetensors" PATTERN "*.md" PATTERN logs EXCLUDE)
install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)
install(FILES README.md docs/library.md DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(FILES examples/restore_buffer.c examples/restore_file.cc examples/CMakeLists.txt
  DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples)
