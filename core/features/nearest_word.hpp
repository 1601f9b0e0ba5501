// The known word that a slip of the finger could have turned into the one given.
//
// Thread: any.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace assay::core {

// "did you mean `distinct`?", or empty where no word is near: at most a third of the letters, and
// at most three, are other ones.
std::string did_you_mean_word(std::string_view word, std::span<const std::string> known);

}  // namespace assay::core
