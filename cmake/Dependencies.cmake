# Every library the tree links, in one place; docs/dependencies.md says why each is here.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(CLI11 REQUIRED)
find_package(spdlog REQUIRED)
find_package(simdjson REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(tl-expected REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(date REQUIRED)
find_path(KAINJOW_MUSTACHE kainjow/mustache.hpp REQUIRED)  # one header, no CMake package
find_package(Boost 1.74 REQUIRED)
find_package(Poco REQUIRED COMPONENTS Foundation Net NetSSL Crypto)
pkg_check_modules(rdkafka REQUIRED IMPORTED_TARGET rdkafka)
# Its macros check the types of their arguments by an extension that g++ forgives a system header.
target_compile_options(PkgConfig::rdkafka INTERFACE
  $<$<COMPILE_LANG_AND_ID:CXX,Clang>:-Wno-gnu-statement-expression>)
pkg_check_modules(pq REQUIRED IMPORTED_TARGET libpq)
pkg_check_modules(pqxx REQUIRED IMPORTED_TARGET libpqxx)

if(ASSAY_TESTS)
  find_package(GTest REQUIRED)
  find_package(rapidcheck REQUIRED)
endif()
if(ASSAY_BENCH)
  find_package(benchmark REQUIRED)
endif()
