// The least that sending mails over one session can cost: a socket, the same commands in the same
// groups, each answered before the next, and a mail that is there already.
#pragma once

#include <cstdint>
#include <string>

namespace assay::bench {

// Sends that mail so many times to a server on loopback; mails a second. Ends the program where the
// server takes one not.
double send_bare(std::uint16_t port, const std::string& mail, int count);

}  // namespace assay::bench
