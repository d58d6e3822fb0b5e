# SPDX-License-Identifier: Apache-2.0
# Finds the C++ API of Clang 19 as its shared libraries: the target dotcompute_clang. Clang's own
# package configuration is not asked, as it wants the development files of all that LLVM can use.
#
# Sets DotComputeClang_FOUND, DotComputeClang_VERSION and DotComputeClang_BINARY_DIR.

set(DOTCOMPUTE_LLVM_ROOT /usr/lib/llvm-19 CACHE PATH "Where LLVM and Clang 19 are installed")
mark_as_advanced(DOTCOMPUTE_LLVM_ROOT)

find_path(DotComputeClang_INCLUDE_DIR clang/AST/ASTContext.h
  HINTS ${DOTCOMPUTE_LLVM_ROOT}/include)
# Debian's packages have no libclang-cpp.so without a version.
find_library(DotComputeClang_CLANG NAMES clang-cpp libclang-cpp.so.19.1 libclang-cpp.so.19
  HINTS ${DOTCOMPUTE_LLVM_ROOT}/lib NO_DEFAULT_PATH)
find_library(DotComputeClang_LLVM NAMES LLVM-19 LLVM
  HINTS ${DOTCOMPUTE_LLVM_ROOT}/lib NO_DEFAULT_PATH)
find_path(DotComputeClang_BINARY_DIR NAMES clang llvm-config
  HINTS ${DOTCOMPUTE_LLVM_ROOT}/bin NO_DEFAULT_PATH)
mark_as_advanced(DotComputeClang_INCLUDE_DIR DotComputeClang_CLANG DotComputeClang_LLVM
                 DotComputeClang_BINARY_DIR)

set(version_file ${DotComputeClang_INCLUDE_DIR}/llvm/Config/llvm-config.h)
if(EXISTS ${version_file})
  file(STRINGS ${version_file} version_line REGEX "define LLVM_VERSION_STRING ")
  string(REGEX MATCH "[0-9]+[.0-9]*" DotComputeClang_VERSION "${version_line}")
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(DotComputeClang
  REQUIRED_VARS DotComputeClang_CLANG DotComputeClang_LLVM DotComputeClang_INCLUDE_DIR
                DotComputeClang_BINARY_DIR
  VERSION_VAR DotComputeClang_VERSION)

if(DotComputeClang_FOUND AND NOT TARGET dotcompute_clang)
  add_library(dotcompute_clang INTERFACE)
  target_include_directories(dotcompute_clang SYSTEM INTERFACE ${DotComputeClang_INCLUDE_DIR})
  target_link_libraries(dotcompute_clang INTERFACE ${DotComputeClang_CLANG}
                                                   ${DotComputeClang_LLVM})
  # LLVM is built without run-time type information: classes derived from its own would not link.
  target_compile_options(dotcompute_clang INTERFACE -fno-rtti)
endif()
