# SPDX-License-Identifier: Apache-2.0
# The only way targets of the library are made, so that flags and exports are said once.

# dotcompute_add_library(<name> [INTERNAL]
#                        [HEADERS ...] [SOURCES ...] [DEPENDS ...] [PRIVATE_DEPENDS ...])
#
# INTERNAL is a part of our programs that no other library needs: neither installed nor exported.
# HEADERS are public: installed, and compiled on their own by the all_verify_interface_header_sets
# target, so each must include what it uses. A package of others is named by its imported target,
# <package>::<target>: the installed configuration asks for that package again.
function(dotcompute_add_library name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "INTERNAL" "" "HEADERS;SOURCES;DEPENDS;PRIVATE_DEPENDS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "dotcompute_add_library(${name}): unknown ${arg_UNPARSED_ARGUMENTS}")
  endif()
  set(target dotcompute_${name})
  set(scope PUBLIC)
  if(arg_SOURCES)
    add_library(${target} STATIC ${arg_SOURCES})
    target_link_libraries(${target} PRIVATE ${arg_PRIVATE_DEPENDS})
    # Not linked, as it would have to be installed then.
    target_compile_options(${target} PRIVATE
      $<TARGET_PROPERTY:dotcompute_warnings,INTERFACE_COMPILE_OPTIONS>)
    target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/src
                                                 ${PROJECT_SOURCE_DIR}/compiler)
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(dotcompute::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
  target_compile_features(${target} ${scope} cxx_std_20)
  target_link_libraries(${target} ${scope} ${arg_DEPENDS})
  target_sources(${target} ${scope} FILE_SET HEADERS BASE_DIRS ${PROJECT_SOURCE_DIR}/include
                                    FILES ${arg_HEADERS})
  if(NOT arg_INTERNAL)
    dotcompute_install_library(${target} ${arg_DEPENDS} ${arg_PRIVATE_DEPENDS})
  endif()
endfunction()

# dotcompute_add_objects(<library> <name> SOURCES ... OPTIONS ...)
#
# Sources of <library> with compiler options of their own, such as those of one instruction set. The
# same source may be named again under another <name>, which it finds in DOTCOMPUTE_OBJECTS.
function(dotcompute_add_objects library name)
  cmake_parse_arguments(PARSE_ARGV 2 arg "" "" "SOURCES;OPTIONS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "dotcompute_add_objects(${name}): unknown ${arg_UNPARSED_ARGUMENTS}")
  endif()
  set(target dotcompute_${library}_${name})
  add_library(${target} OBJECT ${arg_SOURCES})
  target_compile_features(${target} PRIVATE cxx_std_20)
  target_compile_options(${target} PRIVATE ${arg_OPTIONS})
  target_compile_definitions(${target} PRIVATE DOTCOMPUTE_OBJECTS=${name})
  target_include_directories(${target} PRIVATE
    $<TARGET_PROPERTY:dotcompute_${library},INCLUDE_DIRECTORIES>)
  target_link_libraries(${target} PRIVATE dotcompute_warnings)
  target_sources(dotcompute_${library} PRIVATE $<TARGET_OBJECTS:${target}>)
endfunction()

# dotcompute_add_program(<name> [EXPORT_NAME <exported>] SOURCES ... DEPENDS ...)
#
# A program that is installed. With EXPORT_NAME builds that use the package may run it, as
# dotcompute::<exported>.
function(dotcompute_add_program name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "EXPORT_NAME" "SOURCES;DEPENDS")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "dotcompute_add_program(${name}): unknown ${arg_UNPARSED_ARGUMENTS}")
  endif()
  add_executable(${name} ${arg_SOURCES})
  target_compile_features(${name} PRIVATE cxx_std_20)
  target_link_libraries(${name} PRIVATE ${arg_DEPENDS} dotcompute_warnings)
  set(export "")
  if(arg_EXPORT_NAME)
    add_executable(dotcompute::${arg_EXPORT_NAME} ALIAS ${name})
    set_target_properties(${name} PROPERTIES EXPORT_NAME ${arg_EXPORT_NAME})
    set(export EXPORT dotcompute)
  endif()
  install(TARGETS ${name} ${export} RUNTIME)
endfunction()
