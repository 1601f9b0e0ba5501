// Shows how far a long run is, on stderr: a bar that redraws itself on a terminal, a line every ten
// seconds elsewhere.
#pragma once

#include "host/produce/producer.hpp"

namespace assay::host {

// "12345678" as "12,345,678".
std::string with_thousands(std::uint64_t number);

// One line without its end: "[#####.....] 50 %  10,000 of 20,000  48,000/s  1 s left".
std::string progress_text(const ProduceProgress& progress);

class ProgressLine {
 public:
  ProgressLine();  // asks whether stderr is a terminal

  void show(const ProduceProgress& progress);
  // Ends the bar's line, if one was begun.
  void finish();

 private:
  bool terminal_;
  bool begun_ = false;
  double next_line_seconds_ = 10.0;
};

}  // namespace assay::host
