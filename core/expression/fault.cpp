#include "core/expression/fault.hpp"

#include <algorithm>

namespace assay::core::expression {

std::string shown(const Fault& fault, std::string_view text) {
  std::string out = fault.message;
  for (const auto& more : {fault.note, fault.help}) {
    if (!more.empty()) out += "; " + more;
  }
  const auto at = std::min<std::size_t>(fault.offset, text.size());
  const auto before = at == 0 ? text.npos : text.rfind('\n', at - 1);
  const auto begin = before == text.npos ? 0 : before + 1;
  const auto line = text.substr(begin, text.find('\n', begin) - begin);
  const auto room = line.size() - std::min(line.size(), at - begin);
  const auto length = std::clamp<std::size_t>(fault.length, 1, std::max<std::size_t>(room, 1));
  out += "\n  " + std::string(line) + "\n  " + std::string(at - begin, ' ') + '^';
  return out + std::string(length - 1, '~') + '\n';
}

}  // namespace assay::core::expression
