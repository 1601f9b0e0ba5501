// The letters of a batch, written before their turn: while the server takes one mail the next are
// written, and whom the next one is for is known when the content of one goes out.
//
// Thread: the sink's.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <exception>
#include <optional>
#include <vector>

#include "plugins/sinks/mail/letters.hpp"

namespace assay::smtp {

class Drafts final {
 public:
  // Which must outlive it.
  explicit Drafts(mail::Letters& letters) : letters_(&letters) {}

  // Before another batch.
  void begin() {
    rows_.clear();
    first_ = 0;
  }

  // Writes what the rows before `end` call for, as far as the batch has them. Throws nothing: what
  // cannot be written fails when its turn comes.
  void write_until(const Records& records, std::uint32_t end) {
    for (auto row = first_ + rows_.size(); row < std::min(end, records.size()); ++row) {
      auto& post = rows_.emplace_back();
      try {
        post = letters_->of(records, static_cast<std::uint32_t>(row));
      } catch (const std::exception&) {
        post.reset();
      }
    }
  }

  // What a row calls for, which stays where it is until another row's turn. Rows come in order; the
  // ones before are forgotten.
  const std::vector<mail::Letter>& turn_to(const Records& records, std::uint32_t row) {
    for (; first_ < row && !rows_.empty(); ++first_) rows_.pop_front();
    first_ = row;
    write_until(records, row + 1);
    auto& post = rows_.front();
    if (!post) post = letters_->of(records, row);
    letters_->count(*post);
    return post->letters;
  }

  // The first letter of a row; null where there is none, or it was not written yet.
  [[nodiscard]] const mail::Letter* first_of(std::uint32_t row) const {
    const auto at = row - first_;
    if (at >= rows_.size() || !rows_[at] || rows_[at]->letters.empty()) return nullptr;
    return &rows_[at]->letters.front();
  }

 private:
  mail::Letters* letters_;
  std::deque<std::optional<mail::Post>> rows_;  // none: it could not be written
  std::uint32_t first_ = 0;                     // the row that they begin with
};

}  // namespace assay::smtp
