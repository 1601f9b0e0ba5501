// A feature's or a condition's text with its parameters filled in, and the way back: whoever finds
// a fault in the filled text learns which characters of the written one it is about.
//
// Thread: control.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

#include "host/names/parameters.hpp"

namespace assay::host {

class Substitution final {
 public:
  enum class Kind { feature, condition };
  struct Range {
    std::size_t offset = 0;
    std::size_t length = 0;
  };
  struct Fault {
    Range at;
    std::string message;
    std::string help;
  };

  // `parameters.x` inside quotes is text and stays. In a feature what stands before `where` is a
  // window's place.
  [[nodiscard]] static tl::expected<Substitution, Fault> of(std::string_view written, Kind kind,
                                                            const Parameters& parameters);

  [[nodiscard]] const std::string& text() const { return text_; }
  // In the written text: all of `parameters.x` where the range touches what stands for it.
  [[nodiscard]] Range written(Range filled) const;

 private:
  struct Piece {
    std::size_t filled;  // where it begins in `text_`
    std::size_t filled_length;
    Range written;
    bool replaced;
  };

  [[nodiscard]] std::size_t begin_of(std::size_t filled) const;

  std::string text_;
  std::vector<Piece> pieces_;
};

}  // namespace assay::host
