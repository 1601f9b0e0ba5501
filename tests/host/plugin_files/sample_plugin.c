/* A plugin that is sound, or wrong in what the build makes of it. */
#include <assay/plugin.h>
#include <string.h>

#ifdef NOTED
#include <assay/note.h>
ASSAY_NOTE(
    "{\"id\": \"sample\", \"version\": \"1.0.0\", \"interfaces\": [\"assay.rule/1\"], \"colour\": "
    "\"red\"}");
#endif

#ifdef HELPED
extern int stranger_helps(void);
#endif

#ifdef TALKATIVE
int second_name(void);
int second_name(void) { return 2; }
#endif

#ifdef RELOCATED_CODE
__asm__(".pushsection .text\n.quad assay_entry_v1\n.popsection");
#endif

static const char* describe(void) { return "{\"type\": \"object\"}"; }

static const assay_rule_api rule_api = {.size = sizeof(assay_rule_api), .describe = describe};

static assay_status init(const assay_host* host, assay_error* error) {
  (void)host;
  (void)error;
#ifdef HELPED
  return stranger_helps();
#else
  return ASSAY_OK;
#endif
}

static const void* get_interface(const char* id) {
  return strcmp(id, ASSAY_RULE_ID) == 0 ? &rule_api : NULL;
}

ASSAY_EXPORT const assay_entry assay_entry_v1 = {
    .size = sizeof(assay_entry),
    .minor = ASSAY_ABI_MINOR,
    .id = "sample",
    .init = init,
    .get_interface = get_interface,
    .version = "1.0.0",
};
