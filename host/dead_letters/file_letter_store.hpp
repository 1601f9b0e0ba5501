// Dead letters in their file. The engine writes that file at places of its own, so resolutions
// stand in a second one beside it, `FILE.resolved`, and name the byte at which a letter begins.
//
// Thread: one at a time.
#pragma once

#include "host/dead_letters/letter_store.hpp"

namespace assay::host {

class FileLetterStore final : public LetterStore {
 public:
  explicit FileLetterStore(std::string path) : path_(std::move(path)) {}

  std::string name() const override { return "file " + path_; }
  tl::expected<void, LetterError> read(const Take& take) override;
  tl::expected<void, LetterError> put(const std::vector<Resolution>& resolutions) override;

 private:
  std::string path_;
};

}  // namespace assay::host
