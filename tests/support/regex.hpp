// std::regex without false alarms: where g++ 12 compiles in the checks of a sanitizer, it takes the
// automaton's empty functions for uninitialised ones.
#pragma once

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#include <regex>
#pragma GCC diagnostic pop
#else
#include <regex>
#endif
