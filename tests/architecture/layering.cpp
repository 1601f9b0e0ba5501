#include "tests/architecture/layering.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <optional>
#include <regex>
#include <set>

namespace assay::tests {
namespace {

using Names = std::initializer_list<std::string_view>;

bool begins_with_any(std::string_view text, Names beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [&](std::string_view beginning) { return text.starts_with(beginning); });
}

// "core/decode/decoder.cpp" at depth 2 is "core/decode".
std::string_view folder(std::string_view path, int depth) {
  std::size_t end = 0;
  for (; depth > 0; --depth) {
    end = path.find('/', end == 0 ? 0 : end + 1);
    if (end == path.npos) return {};
  }
  return path.substr(0, end);
}

bool standard(std::string_view name) {
  static const std::set<std::string_view> kC{
      "assert.h",  "ctype.h",  "errno.h",  "inttypes.h", "limits.h", "math.h",   "stdarg.h",
      "stdbool.h", "stddef.h", "stdint.h", "stdio.h",    "stdlib.h", "string.h", "time.h"};
  // A header of the C++ library has neither a folder nor an extension.
  return kC.contains(name) || name.find_first_of("./") == name.npos;
}

// What core may not have, whoever asks for it.
constexpr std::array kImpureHeaders{"atomic",    "barrier",    "condition_variable",
                                    "ctime",     "filesystem", "fstream",
                                    "future",    "latch",      "mutex",
                                    "semaphore", "stop_token", "shared_mutex",
                                    "thread",    "iostream",   "random",
                                    "syncstream"};

bool is_test(std::string_view path) { return path.find("_test.c") != path.npos; }
bool has_test_libraries(std::string_view name) {
  return begins_with_any(name, {"gtest/", "gmock/", "benchmark/"});
}

// The library that a sink stands for; the folders `mail` and `sql` are what sinks share.
bool own_library(std::string_view path, std::string_view name) {
  struct Owner {
    std::string_view folder;
    Names names;
  };
  static const std::array kOwners{
      Owner{"plugins/sinks/postgres/", {"pqxx/", "libpq-fe.h", "date/"}},
      Owner{"plugins/sinks/sqlite/", {"sqlite3.h", "date/"}},
      Owner{"plugins/sinks/smtp/", {"Poco/", "openssl/"}},
      Owner{"plugins/sinks/kafka/", {"librdkafka/"}},
      Owner{"plugins/sinks/mail/", {"kainjow/", "openssl/", "date/"}},
      Owner{"plugins/sinks/mail_folder/", {"openssl/"}},
      Owner{"plugins/sinks/sql/", {"date/"}},
      Owner{"plugins/rules/", {"date/"}},
  };
  return std::any_of(kOwners.begin(), kOwners.end(), [&](const Owner& owner) {
    return path.starts_with(owner.folder) && begins_with_any(name, owner.names);
  });
}

// The operating system's own headers, for sinks that speak to a socket or a folder.
bool operating_system(std::string_view name) {
  return begins_with_any(name, {"sys/", "netinet/", "arpa/"}) ||
         std::set<std::string_view>{"fcntl.h",   "netdb.h",  "poll.h",
                                    "pthread.h", "signal.h", "unistd.h"}
             .contains(name);
}

std::optional<std::string> fault_of_api(std::string_view path, std::string_view name, bool quoted) {
  if (quoted) return "the plugin API includes only <assay/...> and the standard library";
  if (name.starts_with("assay/") || standard(name)) return std::nullopt;
  if (is_test(path) && has_test_libraries(name)) return std::nullopt;
  // Opening a file without waiting for a pipe's other end is beyond the standard library.
  if (path == "plugin-api/include/assay/file.hpp" && operating_system(name)) return std::nullopt;
  return "the plugin API depends on nothing but the standard library";
}

std::optional<std::string> fault_of_plugin(std::string_view path, std::string_view name,
                                           bool quoted) {
  if (!quoted) {
    if (name.starts_with("assay/") || standard(name)) return std::nullopt;
    if (own_library(path, name)) return std::nullopt;
    if (path.starts_with("plugins/sinks/") && operating_system(name)) return std::nullopt;
    return "a plugin includes only <assay/...>, the standard library and its own library";
  }
  if (path.starts_with("plugins/rules/") && name.starts_with("plugins/rules/")) return std::nullopt;
  if (path.starts_with("plugins/sinks/")) {
    if (folder(name, 3) == folder(path, 3)) return std::nullopt;
    if (begins_with_any(name, {"plugins/sinks/mail/", "plugins/sinks/sql/"})) return std::nullopt;
  }
  return "a plugin includes nothing of the engine or of another plugin";
}

std::optional<std::string> fault_of_core(std::string_view path, std::string_view name,
                                         bool quoted) {
  if (!quoted) {
    if (std::find(kImpureHeaders.begin(), kImpureHeaders.end(), name) != kImpureHeaders.end()) {
      return "core is pure: no thread, lock, file, clock or log";
    }
    if (standard(name) || begins_with_any(name, {"assay/", "simdjson.h", "openssl/", "re2/"}) ||
        name == "tl/expected.hpp") {
      return std::nullopt;
    }
    return "core includes only the standard library, <assay/...>, simdjson, OpenSSL, RE2 and "
           "expected";
  }
  if (!name.starts_with("core/")) return "core includes nothing outside core";
  const auto ours = folder(path, 2);
  const auto theirs = folder(name, 2);
  if (ours == theirs || theirs == "core/model" || ours == "core/pipeline") return std::nullopt;
  return "stages of core include each other only through core/model";
}

std::optional<std::string> fault_of(std::string_view path, std::string_view name, bool quoted) {
  const auto top = folder(path, 1);
  if (quoted) {
    if (!begins_with_any(name, {"bench/", "core/", "host/", "plugin-api/", "plugins/", "tests/"})) {
      return "includes in quotes begin at the root of the tree";
    }
    if (name.find("..") != name.npos) return "includes do not climb";
    if (name.starts_with("host/") && top != "host" && top != "tests" && top != "bench") {
      return "nobody includes the host";
    }
    if (begins_with_any(name, {"tests/", "bench/"}) && top != "tests" && top != "bench") {
      return "nothing that ships includes a test";
    }
  }
  if (top == "plugin-api") return fault_of_api(path, name, quoted);
  if (top == "plugins") return fault_of_plugin(path, name, quoted);
  if (top == "core") return fault_of_core(path, name, quoted);
  if (top == "host" && quoted && name.starts_with("plugins/")) {
    return "the host knows plugins through the ABI only";
  }
  return std::nullopt;
}

// Comments become spaces; lines stay where they are.
std::string without_comments(std::string_view text) {
  std::string bare(text);
  bool in_text = false;
  for (std::size_t i = 0; i < bare.size(); ++i) {
    if (in_text || bare[i] == '"') {
      if (in_text && bare[i] == '\\') {
        ++i;
      } else if (bare[i] == '"' || bare[i] == '\n') {
        in_text = bare[i] == '"' && !in_text;
      }
      continue;
    }
    const auto two = std::string_view(bare).substr(i, 2);
    if (two != "//" && two != "/*") continue;
    const auto end = two == "//" ? bare.find('\n', i) : bare.find("*/", i);
    const auto stop = end == bare.npos ? bare.size() : end + (two == "//" ? 0 : 2);
    for (; i < stop; ++i) {
      if (bare[i] != '\n') bare[i] = ' ';
    }
    --i;
  }
  return bare;
}

const std::regex& impure_identifiers() {
  static const std::regex kImpure(
      R"(_clock::now|std::j?thread\b|std::(shared_|recursive_|timed_)*mutex\b|std::async\b)"
      R"(|std::[io]?fstream\b|std::filesystem\b|std::c(out|err|log)\b|\bstd::time\()"
      R"(|\b(pthread_\w+|clock_gettime|gettimeofday|fopen|dlopen|socket|getenv|system)\s*\()"
      R"(|\bspdlog\b|\bthread_local\b)");
  return kImpure;
}

}  // namespace

std::vector<LayeringFault> layering_faults(std::string_view path, std::string_view text) {
  static const std::regex kInclude(R"(^\s*#\s*include\s*([<"])([^>"]+)[>"])");
  std::vector<LayeringFault> faults;
  const auto bare = without_comments(text);
  std::uint32_t number = 0;
  for (std::size_t begin = 0; begin < bare.size();) {
    const auto end = std::min(bare.find('\n', begin), bare.size());
    const auto line = bare.substr(begin, end - begin);
    begin = end + 1;
    ++number;
    std::smatch found;
    if (std::regex_search(line, found, kInclude)) {
      const auto name = found[2].str();
      if (const auto fault = fault_of(path, name, found[1] == "\"")) {
        faults.push_back({number, "includes " + name + ": " + *fault});
      }
    } else if (path.starts_with("core/") && std::regex_search(line, found, impure_identifiers())) {
      faults.push_back({number, "`" + found[0].str() + "`: core is pure"});
    }
  }
  return faults;
}

}  // namespace assay::tests
