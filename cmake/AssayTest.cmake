# assay_add_test(NAME source... [LIBRARIES lib...] [LABELS label...] [TIMEOUT seconds])
#
# One GoogleTest executable, its cases registered with CTest one by one. Labels: unit (the default),
# integration (starts servers), slow.
include(GoogleTest)

function(assay_add_test name)
  cmake_parse_arguments(arg "" "TIMEOUT" "LIBRARIES;LABELS" ${ARGN})
  if(NOT arg_LABELS)
    set(arg_LABELS unit)
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 60)
  endif()
  if(ASSAY_SANITIZE)
    # Instrumented code takes several times as long.
    math(EXPR arg_TIMEOUT "${arg_TIMEOUT} * 5")
  endif()
  add_executable(${name} ${arg_UNPARSED_ARGUMENTS})
  target_link_libraries(${name} PRIVATE assay_options ${arg_LIBRARIES} GTest::gmock GTest::gtest_main)
  target_include_directories(${name} PRIVATE ${PROJECT_SOURCE_DIR})
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST
    PROPERTIES LABELS "${arg_LABELS}" TIMEOUT ${arg_TIMEOUT}
      # Copies of plugins belong to the build, not to whoever runs the tests.
      ENVIRONMENT "XDG_CACHE_HOME=${PROJECT_BINARY_DIR}/cache")
endfunction()
