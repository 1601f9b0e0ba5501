// Letters of late, by their ids, so that a batch that comes again tells nobody twice.
//
// A batch may have more letters than are worth remembering for good. So nothing is forgotten while
// one is written, nor of the batch that is written next; beyond that the last `kKept` are known at
// least, and not many more.
//
// Thread: the sink's.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_set>
#include <utility>

namespace assay::smtp {

class RecentLetters final {
 public:
  static constexpr std::size_t kKept = 4'096;

  // Before a batch is written. `ids_of_batch` calls what it is given with each id that the batch
  // may call for; it is asked only when something is forgotten.
  template <class IdsOfBatch>
  void begin(const IdsOfBatch& ids_of_batch) {
    if (recent_.size() < kKept) return;
    const auto oldest = std::exchange(older_, std::exchange(recent_, {}));
    ids_of_batch([&](const std::string& id) {
      if (older_.contains(id) || oldest.contains(id)) recent_.insert(id);
    });
  }
  [[nodiscard]] bool contains(const std::string& id) const {
    return recent_.contains(id) || older_.contains(id);
  }
  void add(const std::string& id) { recent_.insert(id); }

 private:
  std::unordered_set<std::string> recent_;
  std::unordered_set<std::string> older_;
};

}  // namespace assay::smtp
