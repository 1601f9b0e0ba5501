# ASSAY_SANITIZE names the sanitizers, as for -fsanitize=; every target of ours has them through
# assay_options.
if(NOT ASSAY_SANITIZE)
  return()
endif()

target_compile_options(assay_options INTERFACE
  -fsanitize=${ASSAY_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
# A place beyond the end of an array is in the same object and no sanitizer's business.
target_compile_definitions(assay_options INTERFACE _GLIBCXX_ASSERTIONS)
# Between the checks g++ 12 sees reads that cannot be (std::regex's empty functions, an optional
# without a value), so warnings are errors in the presets without a sanitizer only.
target_compile_options(assay_options INTERFACE -Wno-error)
target_link_options(assay_options INTERFACE -fsanitize=${ASSAY_SANITIZE})

set(is_program $<STREQUAL:$<TARGET_PROPERTY:TYPE>,EXECUTABLE>)
if(ASSAY_SANITIZE MATCHES "address")
  add_library(assay_address_sanitizer OBJECT ${PROJECT_SOURCE_DIR}/tests/support/address_sanitizer.c)
  target_sources(assay_options INTERFACE
    $<${is_program}:$<TARGET_OBJECTS:assay_address_sanitizer>>)
endif()
if(ASSAY_SANITIZE MATCHES "thread")
  # A library, so that it is found before libc wherever librdkafka comes from: the program itself or
  # a plugin that it loads.
  add_library(assay_c11_threads SHARED ${PROJECT_SOURCE_DIR}/tests/support/c11_threads.c)
  target_link_libraries(assay_options INTERFACE $<${is_program}:assay_c11_threads>)
  # An object, because the sanitizer asks the program only.
  add_library(assay_thread_sanitizer OBJECT ${PROJECT_SOURCE_DIR}/tests/support/thread_sanitizer.c)
  target_sources(assay_options INTERFACE
    $<${is_program}:$<TARGET_OBJECTS:assay_thread_sanitizer>>)
endif()

function(assay_sanitized_rule_process target)
  target_sources(${target} PRIVATE ${PROJECT_SOURCE_DIR}/tests/support/sanitized_rule_process.c)
endfunction()
