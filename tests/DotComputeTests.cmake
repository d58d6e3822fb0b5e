# SPDX-License-Identifier: Apache-2.0
# How tests are made. Each is labelled by its kind: unit, conformance, integration, compile_fail.

# What drivers and sanitizers are told, in every test and when tests are listed after a build. PoCL
# keeps compiled kernels: those of tests not in the user's own folder.
# Nor are devices measured, or programs and rates kept: tests that need it say so in code.
set(DOTCOMPUTE_TEST_ENVIRONMENT "POCL_CACHE_DIR=${CMAKE_BINARY_DIR}/pocl_cache"
  "DOTCOMPUTE_DISK_CACHE=off" "DOTCOMPUTE_CALIBRATION=off")
if(DOTCOMPUTE_SANITIZE MATCHES address)
  list(APPEND DOTCOMPUTE_TEST_ENVIRONMENT
    "ASAN_OPTIONS=detect_leaks=1:detect_stack_use_after_return=1:strict_string_checks=1"
    # Free blocks of the host pool are poisoned, and linked through themselves.
    "LSAN_OPTIONS=use_poisoned=1:print_suppressions=0:suppressions=${CMAKE_CURRENT_LIST_DIR}/lsan.supp"
    "UBSAN_OPTIONS=print_stacktrace=1")
elseif(DOTCOMPUTE_SANITIZE MATCHES thread)
  list(APPEND DOTCOMPUTE_TEST_ENVIRONMENT
    "TSAN_OPTIONS=halt_on_error=1:second_deadlock_stack=1:print_suppressions=0:suppressions=${CMAKE_CURRENT_LIST_DIR}/tsan.supp")
endif()

# dotcompute_add_tests(<kind>/<folder> [FOR <back end>] SOURCES ... [DEPENDS ...] [LABELS ...])
#
# One executable of all test files of the folder whose CMakeLists.txt calls it. Tests may include
# private headers, from src/, backends/ and tests/. FOR makes one executable for each back end and
# puts its name before those of the tests. More LABELS: slow, gpu.
function(dotcompute_add_tests path)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "FOR" "SOURCES;DEPENDS;LABELS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "dotcompute_add_tests(${path}): unknown ${arg_UNPARSED_ARGUMENTS}")
  endif()
  string(REPLACE "/" "_" target ${path})
  set(prefix "")
  if(arg_FOR)
    string(APPEND target _${arg_FOR})
    set(prefix ${arg_FOR}.)
  endif()
  string(REGEX MATCH "^[^/]+" kind ${path})
  add_executable(${target} ${arg_SOURCES})
  target_compile_features(${target} PRIVATE cxx_std_20)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/src
    ${PROJECT_SOURCE_DIR}/compiler ${PROJECT_SOURCE_DIR}/backends ${PROJECT_SOURCE_DIR}/tests)
  target_link_libraries(${target} PRIVATE ${arg_DEPENDS} dotcompute_warnings GTest::gtest_main
                                          GTest::gmock)
  gtest_discover_tests(${target} TEST_PREFIX "${prefix}" DISCOVERY_TIMEOUT 60)
  # Not by PROPERTIES above, which takes no list as a value.
  set(labels ${kind} ${arg_LABELS})
  set(properties ${CMAKE_CURRENT_BINARY_DIR}/${target}_properties.cmake)
  file(WRITE ${properties} "if(${target}_TESTS)
  set_tests_properties(\${${target}_TESTS} PROPERTIES LABELS \"${labels}\"
    ENVIRONMENT \"${DOTCOMPUTE_TEST_ENVIRONMENT}\" TIMEOUT 300)
endif()
")
  set_property(DIRECTORY APPEND PROPERTY TEST_INCLUDE_FILES ${properties})
endfunction()

# dotcompute_add_compile_fail_test(<name> FILE <x.cpp> EXPECT <regex> [CASE <number>])
#
# Passes if the file does not compile with DC_COMPILE_FAIL set to the number, 1 if not given, and
# the compiler's output matches the regular expression. That the same file compiles with
# DC_COMPILE_FAIL 0, so that nothing but the line in question stops it, is a test of its own.
function(dotcompute_add_compile_fail_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "FILE;EXPECT;CASE" "")
  if(arg_UNPARSED_ARGUMENTS OR NOT arg_FILE OR NOT arg_EXPECT)
    message(FATAL_ERROR "dotcompute_add_compile_fail_test(${name}): needs FILE and EXPECT only")
  endif()
  if(NOT arg_CASE)
    set(arg_CASE 1)
  endif()
  cmake_path(ABSOLUTE_PATH arg_FILE)
  cmake_path(GET arg_FILE STEM stem)
  set(run ${CMAKE_COMMAND} -D compiler=${CMAKE_CXX_COMPILER} -D file=${arg_FILE}
          -D root=${PROJECT_SOURCE_DIR})
  set(script -P ${PROJECT_SOURCE_DIR}/tests/compile_fail/run.cmake)
  add_test(NAME compile_fail.${name}
           COMMAND ${run} -D case=${arg_CASE} -D "expect=${arg_EXPECT}" ${script})
  set_tests_properties(compile_fail.${name} PROPERTIES LABELS compile_fail)
  if(NOT TEST compile_fail.${stem}.compiles)
    add_test(NAME compile_fail.${stem}.compiles COMMAND ${run} -D case=0 ${script})
    set_tests_properties(compile_fail.${stem}.compiles PROPERTIES LABELS compile_fail)
  endif()
endfunction()
