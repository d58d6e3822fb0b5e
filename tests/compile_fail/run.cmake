# SPDX-License-Identifier: Apache-2.0
# Compiles one file; see dotcompute_add_compile_fail_test. Case 0 must compile, others must not.
cmake_minimum_required(VERSION 3.25)
execute_process(
  COMMAND ${compiler} -std=c++20 -fsyntax-only -DDC_COMPILE_FAIL=${case}
          -I${root}/include -I${root}/src -I${root}/tests ${file}
  RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(case EQUAL 0)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${file} does not compile even without its bad lines:\n${output}")
  endif()
elseif(result EQUAL 0)
  message(FATAL_ERROR "${file} compiles in case ${case}, which it must not.")
elseif(NOT output MATCHES "${expect}")
  message(FATAL_ERROR "${file}, case ${case}: no line matches \"${expect}\":\n${output}")
endif()
