// A rule whose library tells when its code runs: before anybody has called it.
#include <assay/rule.hpp>
#include <cstdio>
#include <cstdlib>

namespace {

class Touching {
 public:
  void bind(assay::Binder&) {}
  assay::Verdict evaluate(const assay::Row&) const { return assay::no_hit(); }
};

[[maybe_unused]] const bool touched = [] {
  const char* path = std::getenv("ASSAY_TEST_MARK");
  std::FILE* file = path != nullptr ? std::fopen(path, "w") : nullptr;
  if (file != nullptr) std::fclose(file);
  return file != nullptr;
}();

}  // namespace

ASSAY_RULE(Touching, "touching", "2.1.0")
