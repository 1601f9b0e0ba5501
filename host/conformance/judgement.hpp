// What one check says of a plugin: whether it kept the promise, what was seen, how to mend it.
//
// Thread: any.
#pragma once

#include <string>
#include <utility>

namespace assay::host {

struct Judgement {
  enum class Outcome { passed, failed, skipped };

  Outcome outcome = Outcome::passed;
  std::string message{};  // what was seen; of a skipped check, why
  std::string help{};     // how to mend it; empty unless it failed
};

inline Judgement passed(std::string saw) {
  return {Judgement::Outcome::passed, std::move(saw), {}};
}
inline Judgement skipped(std::string why) {
  return {Judgement::Outcome::skipped, std::move(why), {}};
}

// Thrown where a promise is found broken, however deep in a check; the check ends there. It never
// crosses a plugin's frames: what the host's own functions find is kept until the call returns.
struct Broken {
  std::string message;
  std::string help;
};

// A call that failed: where the host's answers were sound, that is a broken promise, too.
struct Refused : Broken {
  bool with_words;
};

}  // namespace assay::host
