# SPDX-License-Identifier: Apache-2.0
# How our own code is compiled. Nothing here reaches those who use the library.

add_library(dotcompute_warnings INTERFACE)
target_compile_options(dotcompute_warnings INTERFACE -Wall -Wextra -Wpedantic -Wconversion -Wshadow
  -Wnon-virtual-dtor -Wno-missing-field-initializers
  # g++ 12 sees overlaps in std::string that are not there (its bug 105651, mended in 13), and
  # members of unions read that are not set, where another member is the one in use.
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-restrict>
  $<$<AND:$<CXX_COMPILER_ID:GNU>,$<VERSION_LESS:$<CXX_COMPILER_VERSION>,13>>:-Wno-maybe-uninitialized>
  $<$<BOOL:${DOTCOMPUTE_WERROR}>:-Werror>)

# Kernels in a shared library bring parts of ours with them, so all of it is position independent;
# without the second line that would stop g++ from inlining.
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
add_compile_options(-fno-semantic-interposition)

if(DOTCOMPUTE_SANITIZE)
  add_compile_options(-fsanitize=${DOTCOMPUTE_SANITIZE} -fno-sanitize-recover=all
                      -fno-omit-frame-pointer)
  add_link_options(-fsanitize=${DOTCOMPUTE_SANITIZE})
endif()

if(DOTCOMPUTE_BUILD_FUZZERS)
  add_compile_options(-fsanitize=fuzzer-no-link)  # tells which lines an input reaches
endif()

if(PROJECT_IS_TOP_LEVEL AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  find_program(DOTCOMPUTE_CCACHE ccache)
  if(DOTCOMPUTE_CCACHE)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${DOTCOMPUTE_CCACHE})
  endif()
endif()
