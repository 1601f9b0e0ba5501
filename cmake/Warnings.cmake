# One interface target that every target of ours links: warnings, visibility, sanitizers.
add_library(assay_options INTERFACE)
target_compile_features(assay_options INTERFACE cxx_std_20 c_std_11)
target_compile_options(assay_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion
  # librdkafka's macros check their arguments by an extension; g++ forgives it a system header.
  $<$<COMPILE_LANG_AND_ID:CXX,Clang>:-Wno-gnu-statement-expression>
  # The sized operator delete of C++14, which clang before 19 has only when asked.
  $<$<COMPILE_LANG_AND_ID:CXX,Clang>:-fsized-deallocation>
  $<$<BOOL:${ASSAY_WERROR}>:-Werror>)
