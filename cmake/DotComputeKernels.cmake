# SPDX-License-Identifier: Apache-2.0
# Kernels in C++ become part of a target. In the build tree of DotCompute and, by
# find_package(dotcompute), in every project that uses it.

# What generated code for the CPU is compiled with; dotcompute/generated/prelude.hpp relies on it.
# The kernels are optimised in every configuration: what they are tested as is what runs.
set(DOTCOMPUTE_KERNEL_OPTIONS -O3 -fopenmp-simd -fno-math-errno -fno-trapping-math -fwrapv
  -ffp-contract=fast
  CACHE INTERNAL "")

# Sets <variable> to the instruction sets that kernels are compiled for on the target processor.
function(dotcompute_instruction_sets variable)
  set(processor ${CMAKE_SYSTEM_PROCESSOR})
  if(processor MATCHES "^(x86_64|AMD64|amd64)$")
    set(${variable} baseline v3 v4 PARENT_SCOPE)
  elseif(processor MATCHES "^(aarch64|arm64|ARM64)$")
    set(${variable} neon PARENT_SCOPE)
  else()
    set(${variable} baseline PARENT_SCOPE)
  endif()
endfunction()

# Sets <variable> to the kernel compiler: a target, or a path where DOTCOMPUTE_KERNELC gives one,
# as it must when the target processor is not that of this machine.
function(dotcompute_find_kernel_compiler variable)
  if(DOTCOMPUTE_KERNELC)
    set(${variable} ${DOTCOMPUTE_KERNELC} PARENT_SCOPE)
  elseif(TARGET dotcompute::kernelc)
    set(${variable} dotcompute::kernelc PARENT_SCOPE)
  else()
    message(FATAL_ERROR
      "The kernel compiler is not built, so no kernels can be generated. Install what it needs and "
      "build DotCompute again:\n  apt-get install libclang-19-dev llvm-19-dev clang-19\n"
      "Or write the kernels as callables: dotcompute/callable.hpp. When cross-compiling, set "
      "DOTCOMPUTE_KERNELC to a dotcompute-kernelc that runs on this machine.")
  endif()
endfunction()

# One object library of <sources> for an instruction set.
function(dotcompute_add_kernel_bodies target set sources)
  set(options_baseline "")
  set(options_v3 -march=x86-64-v3)
  set(options_v4 -march=x86-64-v4 -mprefer-vector-width=512)
  set(options_neon "")
  set(objects ${target}_kernels_${set})
  add_library(${objects} OBJECT ${sources})
  target_compile_features(${objects} PRIVATE cxx_std_20)
  target_compile_options(${objects} PRIVATE ${DOTCOMPUTE_KERNEL_OPTIONS} ${options_${set}})
  target_compile_definitions(${objects} PRIVATE DC_INSTRUCTION_SET=${set})
  target_link_libraries(${objects} PRIVATE dotcompute::generated)
  set_target_properties(${objects} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  add_dependencies(${objects} ${target}_kernels)
  target_sources(${target} PRIVATE $<TARGET_OBJECTS:${objects}>)
endfunction()

# dotcompute_add_kernels(<target> [FUNCTION <qualified name>] <file.cpp>...)
#
# The kernels in the files become part of <target>, with a body for each instruction set and, for
# <file>.cpp, a header <file>.kernels.hpp of typed handles, which the target's sources may include.
# Every runtime of the program finds the kernels. With FUNCTION none does: instead there is
# `void <qualified name>(dotcompute::KernelModule&)` for RuntimeBuilder::add_module(). A static
# library needs that, as linkers drop what nothing calls.
#
# The files are compiled with the include directories and definitions of the target. Once for each
# target; call it after the target is linked to dotcompute::dotcompute.
function(dotcompute_add_kernels target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "FUNCTION" "")
  set(files ${arg_UNPARSED_ARGUMENTS})
  if(NOT files)
    message(FATAL_ERROR "dotcompute_add_kernels(${target}): no files are given.")
  endif()
  get_target_property(type ${target} TYPE)
  if(type STREQUAL "STATIC_LIBRARY" AND NOT arg_FUNCTION)
    message(FATAL_ERROR "dotcompute_add_kernels(${target}): linkers drop kernels of a static "
      "library that nothing calls. Name a function by FUNCTION and hand it to "
      "RuntimeBuilder::add_module(), or make the target an object library.")
  endif()
  dotcompute_find_kernel_compiler(compiler)

  set(directory ${CMAKE_CURRENT_BINARY_DIR}/${target}_kernels)
  set(sources "")
  set(registration "")
  set(bodies "")
  set(headers "")
  set(source_directories "")
  foreach(file IN LISTS files)
    cmake_path(ABSOLUTE_PATH file BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} NORMALIZE)
    cmake_path(GET file STEM LAST_ONLY stem)
    cmake_path(GET file PARENT_PATH parent)
    list(APPEND sources ${file})
    list(APPEND source_directories ${parent})
    list(APPEND registration ${directory}/${stem}.kernels.cpp)
    list(APPEND bodies ${directory}/${stem}.cpu.cpp)
    list(APPEND headers ${directory}/${stem}.kernels.hpp)
  endforeach()
  list(REMOVE_DUPLICATES source_directories)
  set(function "")
  if(arg_FUNCTION)
    list(APPEND registration ${directory}/registration.cpp)
    set(function --function ${arg_FUNCTION})
  endif()

  # The outputs that did not change keep their time stamps, so that only the stamp tells when the
  # compiler ran last.
  set(includes "$<REMOVE_DUPLICATES:$<TARGET_PROPERTY:${target},INCLUDE_DIRECTORIES>>")
  set(definitions "$<TARGET_PROPERTY:${target},COMPILE_DEFINITIONS>")
  string(MAKE_C_IDENTIFIER ${target} name)
  set(stamp ${directory}/kernels.stamp)
  add_custom_command(OUTPUT ${stamp}
    BYPRODUCTS ${registration} ${bodies} ${headers}
    COMMAND ${compiler} --output-directory ${directory} --name ${name} ${function}
            --root ${PROJECT_SOURCE_DIR} --depfile ${stamp}.d --stamp ${stamp}
            "$<$<BOOL:${includes}>:-I$<JOIN:${includes},;-I>>"
            "$<$<BOOL:${definitions}>:-D$<JOIN:${definitions},;-D>>"
            ${sources}
    DEPENDS ${sources} ${compiler}
    DEPFILE ${stamp}.d
    COMMENT "Compiling kernels of ${target}"
    COMMAND_EXPAND_LISTS VERBATIM)
  add_custom_target(${target}_kernels DEPENDS ${stamp})

  set(objects ${target}_kernels_registration)
  add_library(${objects} OBJECT ${registration})
  target_compile_features(${objects} PRIVATE cxx_std_20)
  target_include_directories(${objects} PRIVATE ${directory} ${source_directories}
                                                ${includes})
  target_compile_definitions(${objects} PRIVATE ${definitions})
  # Metadata says what is not as usual, and leaves out the rest.
  target_compile_options(${objects} PRIVATE -Wno-missing-field-initializers)
  target_link_libraries(${objects} PRIVATE dotcompute::registration)
  set_target_properties(${objects} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  add_dependencies(${objects} ${target}_kernels)
  target_sources(${target} PRIVATE $<TARGET_OBJECTS:${objects}>)
  dotcompute_instruction_sets(sets)
  foreach(set IN LISTS sets)
    dotcompute_add_kernel_bodies(${target} ${set} "${bodies}")
  endforeach()

  target_include_directories(${target} PRIVATE ${directory} ${source_directories})
  add_dependencies(${target} ${target}_kernels)
endfunction()

# dotcompute_add_kernel_module(<name> <file.cpp>...): the kernels in the files as a shared object,
# for KernelRegistry::load_module() and `dotc --module`.
function(dotcompute_add_kernel_module name)
  add_library(${name} MODULE)
  set_target_properties(${name} PROPERTIES LINKER_LANGUAGE CXX PREFIX "")
  target_link_libraries(${name} PRIVATE dotcompute::registration)
  dotcompute_add_kernels(${name} ${ARGN})
endfunction()
