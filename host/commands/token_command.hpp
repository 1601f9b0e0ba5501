// `assay token`: card numbers to tokens for list files, and the key that makes them.
//
// A list never holds a card number in clear; this is how its entries are made, with the key that
// the engine runs with. Numbers come by file or stdin, never by argument: every user can list
// those.
#pragma once

#include <string>
#include <string_view>
#include <tl/expected.hpp>

#include "core/decode/card_token.hpp"

namespace CLI {
class App;
}

namespace assay::host {

// Adds the subcommand. It runs from CLI11's callback, inside parse(), and leaves its result in
// `exit_code`, which must outlive `app`: 0 done, 2 the key or an entry is wrong, 74 input or output
// failed.
void add_token_command(CLI::App& app, int& exit_code);

// The lines of a list file with a token in place of each card number. Comments, empty lines and
// what follows the number (expires, reason) stay, with anything in them that may be a card number
// masked; an entry that is a token already stays, too. The error names the line, never its text.
tl::expected<std::string, std::string> tokenise_list(std::string_view text,
                                                     const core::CardTokenizer& tokenizer);

// Writes a new random key of 256 bits as hex digits, readable by its owner only. Never overwrites.
// The error says what failed.
tl::expected<void, std::string> write_card_key(const std::string& path);

}  // namespace assay::host
