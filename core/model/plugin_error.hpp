// What a plugin said about a call that failed: the host's side of the ABI's opaque `assay_error`.
//
// The first failure of a call wins; the rest of it adds place and advice. Owned by the caller and
// used again from call to call.
#pragma once

#include <assay/types.h>

#include <cstdint>
#include <string>

struct assay_error {
  bool failed = false;
  std::int32_t code = 0;
  std::string message;
  std::string file;
  std::string help;
  std::uint32_t line = 0;
  std::uint32_t column = 0;

  void clear() { *this = {}; }
};
