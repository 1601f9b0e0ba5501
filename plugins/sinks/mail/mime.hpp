// The wire form of a mail: headers, encodings, parts (RFC 5322, 2045, 2047).
//
// Written by hand because every byte must be the same when the same mail is made twice: no random
// boundary, no clock. Everything that comes out is ASCII, has CRLF line ends and lines of at most
// 76 characters, so no server has a reason to rewrite it.
//
// Thread: any.
#pragma once

#include <assay/values.hpp>
#include <string>
#include <string_view>

#include "plugins/sinks/mail/address.hpp"

namespace assay::mail {

// One header line, folded; a value that is not plain ASCII becomes encoded words. Line breaks and
// controls in the value do not survive.
[[nodiscard]] std::string header(std::string_view name, std::string_view value);
[[nodiscard]] std::string header(std::string_view name, const Mailbox& mailbox);

// "Mon, 23 Nov 2026 18:34:46 +0000".
[[nodiscard]] std::string mail_date(Time time);

// Text with any line ends, encoded; ends in CRLF.
[[nodiscard]] std::string quoted_printable(std::string_view text);

// Content-Type and the two parts, the text first; `boundary` must not end in a space.
[[nodiscard]] std::string alternatives(std::string_view boundary, std::string_view text,
                                       std::string_view html);

}  // namespace assay::mail
