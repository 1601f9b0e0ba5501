// Passwords inside other values: `kafka://user:password@host`, `host=db password=x`. Such a value
// stands under a key that is no secret's, and is shown without the password in it.
//
// Thread: any.
#pragma once

#include <string>
#include <string_view>

namespace assay::host {

/// Whether a key or a parameter of that name holds a secret, as far as a name can tell.
[[nodiscard]] bool tells_of_secret(std::string_view name);

/// The text with an asterisk for each byte of a password in it.
[[nodiscard]] std::string without_credentials(std::string text);

}  // namespace assay::host
