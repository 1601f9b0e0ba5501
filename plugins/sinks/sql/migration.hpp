// One numbered step of a store's tables; the texts are built in from the files of `migrations/`.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace assay::sql {

struct Migration {
  std::int64_t version;
  std::string_view name;  // of the file, without number and ending
  std::string_view statements;
};

// In order, without a gap, from version 1.
std::span<const Migration> migrations();

}  // namespace assay::sql
