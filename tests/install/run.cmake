# SPDX-License-Identifier: Apache-2.0
# One step of the installation test: prefix, headers, cmake or pkg_config.
cmake_minimum_required(VERSION 3.25)
set(consumer ${source}/tests/install/consumer)

function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()

if(step STREQUAL "prefix")
  file(REMOVE_RECURSE ${prefix})
  run(${CMAKE_COMMAND} --install ${build} --prefix ${prefix})

elseif(step STREQUAL "headers")
  # A header that no library names is neither installed nor compiled on its own.
  file(GLOB_RECURSE wanted RELATIVE ${source}/include ${source}/include/*.hpp)
  file(GLOB_RECURSE found RELATIVE ${prefix}/${includedir} ${prefix}/${includedir}/*.hpp)
  list(REMOVE_ITEM wanted ${found})
  if(wanted)
    message(FATAL_ERROR "In no HEADERS list: ${wanted}")
  endif()

elseif(step STREQUAL "cmake")
  file(REMOVE_RECURSE ${work}/cmake)
  run(${CMAKE_COMMAND} -S ${consumer} -B ${work}/cmake -G ${generator}
      -D CMAKE_CXX_COMPILER=${compiler} -D "CMAKE_CXX_FLAGS=${flags}"
      -D CMAKE_PREFIX_PATH=${prefix} -D CMAKE_FIND_USE_PACKAGE_REGISTRY=OFF)
  run(${CMAKE_COMMAND} --build ${work}/cmake)
  run(${work}/cmake/consumer)
  if(has_compiler)
    run(${work}/cmake/kernel_consumer)
  endif()

elseif(step STREQUAL "pkg_config")
  set(ENV{PKG_CONFIG_PATH} ${prefix}/${libdir}/pkgconfig)
  execute_process(COMMAND pkg-config --cflags --libs --static dotcompute
    OUTPUT_VARIABLE options COMMAND_ERROR_IS_FATAL ANY)
  separate_arguments(options UNIX_COMMAND "${options}")
  separate_arguments(flags UNIX_COMMAND "${flags}")
  run(${compiler} -std=c++20 ${flags} ${consumer}/main.cpp ${options} -o ${work}/consumer)
  run(${work}/consumer)

else()
  message(FATAL_ERROR "No step is named ${step}.")
endif()
