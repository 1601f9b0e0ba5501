// Which open files the process of a rule begins with.
#pragma once

namespace assay::host {

inline constexpr int kQuestionFile = 3;
inline constexpr int kAnswerFile = 4;
inline constexpr int kLibraryFile = 5;
inline constexpr int kPapersFile = 6;
inline constexpr int kProgramFile = 7;  // what is run: it stays the same when a package replaces it
inline constexpr int kFirstOther = 8;   // from here on nothing is open

}  // namespace assay::host
