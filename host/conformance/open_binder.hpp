// A binder that takes whatever is declared, as long as it keeps the ABI: every field exists and has
// the type that is asked for. What was declared tells which data a check has to make up.
//
// Thread: the one that calls bind.
#pragma once

#include <assay/binder.h>

#include <cstdint>
#include <string>
#include <vector>

namespace assay::host {

struct DeclaredColumn {
  enum class Origin { field, feature, coverage };

  std::string name;  // a field's, or a feature's text
  std::uint32_t type = 0;
  Origin origin = Origin::field;
  bool optional = false;

  friend bool operator==(const DeclaredColumn&, const DeclaredColumn&) = default;
};

struct DeclaredReason {
  std::string code;
  std::vector<std::string> evidence;  // names

  friend bool operator==(const DeclaredReason&, const DeclaredReason&) = default;
};

struct Declared {
  std::vector<DeclaredColumn> columns;  // by number
  std::vector<DeclaredReason> reasons;

  friend bool operator==(const Declared&, const Declared&) = default;
};

class OpenBinder final {
 public:
  OpenBinder();
  OpenBinder(const OpenBinder&) = delete;
  OpenBinder& operator=(const OpenBinder&) = delete;

  [[nodiscard]] const assay_binder* table() const { return &table_; }
  [[nodiscard]] const Declared& declared() const { return declared_; }

 private:
  struct Calls;

  assay_binder table_;  // first: its address is ours
  Declared declared_;
};

}  // namespace assay::host
