# SPDX-License-Identifier: Apache-2.0
# What others find after installation: find_package(dotcompute) and pkg-config dotcompute. Both are
# written from what dotcompute_add_library was told, so nothing is listed twice.
include(CMakePackageConfigHelpers)
set(dotcompute_cmake_dir ${CMAKE_CURRENT_LIST_DIR})

# dotcompute_install_library(<target> <dependency>...): remembers the target for dotcompute_install.
function(dotcompute_install_library target)
  install(TARGETS ${target} EXPORT dotcompute FILE_SET HEADERS)
  set_property(TARGET ${target} PROPERTY DOTCOMPUTE_DEPENDS ${ARGN})
  set_property(GLOBAL APPEND PROPERTY DOTCOMPUTE_LIBRARIES ${target})
endfunction()

# Sets <order> to our libraries, users before what they use, as a linker reads them, and <packages>
# to the packages of others that they need.
function(dotcompute_link_order order packages)
  set(sorted "")
  set(found "")
  get_property(waiting GLOBAL PROPERTY DOTCOMPUTE_LIBRARIES)
  while(waiting)
    set(ready "")
    foreach(target IN LISTS waiting)
      get_property(depends TARGET ${target} PROPERTY DOTCOMPUTE_DEPENDS)
      list(FILTER depends INCLUDE REGEX "^dotcompute::")
      list(TRANSFORM depends REPLACE "^dotcompute::" "dotcompute_")
      list(REMOVE_ITEM depends ${sorted} "")
      if(NOT depends)
        list(APPEND ready ${target})
        get_property(others TARGET ${target} PROPERTY DOTCOMPUTE_DEPENDS)
        list(FILTER others INCLUDE REGEX "^[^$<>]+::")
        list(TRANSFORM others REPLACE "::.*" "")
        list(APPEND found ${others})
      endif()
    endforeach()
    if(NOT ready)
      message(FATAL_ERROR "These libraries depend on each other or on no library: ${waiting}")
    endif()
    list(REMOVE_ITEM waiting ${ready})
    list(PREPEND sorted ${ready})
  endwhile()
  list(REMOVE_ITEM found dotcompute)
  list(REMOVE_DUPLICATES found)
  set(${order} ${sorted} PARENT_SCOPE)
  set(${packages} ${found} PARENT_SCOPE)
endfunction()

# Called once, after all libraries are made.
function(dotcompute_install)
  dotcompute_link_order(libraries packages)
  set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/dotcompute)

  set(dependencies "")
  foreach(package IN LISTS packages)
    string(APPEND dependencies "find_dependency(${package})\n")
  endforeach()
  configure_package_config_file(${dotcompute_cmake_dir}/dotcompute-config.cmake.in
    dotcompute-config.cmake INSTALL_DESTINATION ${package_dir})
  write_basic_package_version_file(dotcompute-config-version.cmake
    COMPATIBILITY SameMinorVersion)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/dotcompute-config.cmake
                ${CMAKE_CURRENT_BINARY_DIR}/dotcompute-config-version.cmake
                ${dotcompute_cmake_dir}/DotComputeKernels.cmake
          DESTINATION ${package_dir})
  install(EXPORT dotcompute FILE dotcompute-targets.cmake NAMESPACE dotcompute::
          DESTINATION ${package_dir})

  set(archives "")
  foreach(target IN LISTS libraries)
    get_target_property(type ${target} TYPE)
    if(type STREQUAL "STATIC_LIBRARY")
      string(APPEND archives " -l${target}")
    endif()
  endforeach()
  list(REMOVE_ITEM packages Threads)  # has no module of its own: -pthread is in the file
  string(TOLOWER "${packages}" modules)
  list(JOIN modules " " modules)
  # Relative, so that the installed tree can be moved.
  cmake_path(RELATIVE_PATH CMAKE_INSTALL_PREFIX OUTPUT_VARIABLE pkgconfig_to_prefix
             BASE_DIRECTORY ${CMAKE_INSTALL_FULL_LIBDIR}/pkgconfig)
  configure_file(${dotcompute_cmake_dir}/dotcompute.pc.in dotcompute.pc @ONLY)
  install(FILES ${CMAKE_CURRENT_BINARY_DIR}/dotcompute.pc
          DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
  install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
endfunction()
