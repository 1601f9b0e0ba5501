// A plugin in C++ with a variable that the compiler lets the whole process share.
#include <assay/note.hpp>

namespace strangers {

template <class T>
struct Counter {
  static T count;
};
template <class T>
T Counter<T>::count = 0;

int use() { return ++Counter<int>::count; }

}  // namespace strangers

extern "C" ASSAY_EXPORT const assay_entry assay_entry_v1 = {
    sizeof(assay_entry), ASSAY_ABI_MINOR, "sample", nullptr, nullptr, nullptr, "1.0.0"};
