// What differs between two configurations, in the words of those who run them: a rule, a feature, a
// step that is there or not or is another one, its settings before and after, and what comes of it.
//
// Holds no secret: what is one is shown as ***.
//
// Thread: any.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "host/comparison/settings.hpp"

namespace assay::host {

struct Consequence {
  enum class Weight {
    note,
    restart,  // every process of the group has to be started anew, no less
    warning   // somebody should think again before it is done
  };

  Weight weight = Weight::note;
  std::string words;  // a sentence without its full stop
};

struct Change {
  enum class Part { source, schema, features, rules, decision, sinks, chains, engine };
  enum class Kind { added, removed, changed };

  Part part = Part::engine;
  Kind kind = Kind::changed;
  std::string what;  // "small_burst", "main.store", "count() by card over 10m"
  std::vector<Difference> differences{};
  std::vector<Consequence> consequences{};

  void note(std::string words) {
    consequences.push_back({Consequence::Weight::note, std::move(words)});
  }
  void warn(std::string words) {
    consequences.push_back({Consequence::Weight::warning, std::move(words)});
  }
};

using Changes = std::vector<Change>;

}  // namespace assay::host
