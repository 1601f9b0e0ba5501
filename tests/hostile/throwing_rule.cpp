// A rule whose table lets exceptions out, as one does that was written without the veneer.
#include <assay/plugin.h>

#include <cstring>
#include <stdexcept>

struct assay_rule {};

namespace {

assay_rule the_rule;

const char* describe() { return R"({"type": "object"})"; }
assay_status create(const assay_host*, const assay_config*, assay_rule_shared*,
                    const assay_instance*, assay_rule** rule, assay_error*) {
  *rule = &the_rule;
  return ASSAY_OK;
}
void destroy(assay_rule*) {}
assay_status bind(assay_rule*, const assay_binder*, assay_error*) { return ASSAY_OK; }
assay_status evaluate(assay_rule*, const assay_batch*, const assay_verdicts*, assay_error*) {
  throw std::runtime_error("nobody catches this");
}

constexpr assay_rule_api kApi{sizeof(assay_rule_api),
                              0,
                              0,
                              &describe,
                              nullptr,
                              nullptr,
                              &create,
                              &destroy,
                              &bind,
                              &evaluate,
                              nullptr,
                              nullptr,
                              nullptr};

assay_status init(const assay_host*, assay_error*) { return ASSAY_OK; }
void deinit() {}
const void* get_interface(const char* id) {
  return std::strcmp(id, ASSAY_RULE_ID) == 0 ? &kApi : nullptr;
}

}  // namespace

const assay_entry assay_entry_v1 = {
    sizeof(assay_entry), ASSAY_ABI_MINOR, "throwing_rule", &init, &deinit, &get_interface, "6.6.6"};
