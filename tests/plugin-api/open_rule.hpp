// Opens a rule's library for the rest of the process, as the engine does it.
#pragma once

#include <assay/plugin.h>
#include <dlfcn.h>

#include <stdexcept>
#include <string>

namespace assay::test {

inline const assay_entry& open_rule(const std::string& path) {
  auto* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!library) throw std::runtime_error(dlerror());
  const auto* entry = static_cast<const assay_entry*>(dlsym(library, ASSAY_ENTRY_SYMBOL));
  if (!entry) throw std::runtime_error(path + " exports no " ASSAY_ENTRY_SYMBOL);
  return *entry;
}

}  // namespace assay::test
