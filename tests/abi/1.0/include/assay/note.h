/*
 * What a plugin is, readable without running it: an ELF note in the section `.note.assay`.
 *
 * The note's name is "Assay" and its type 1. Its content is two numbers, the note's format and the
 * lowest minor of the ABI that suffices, and then one JSON object. A file may hold several such
 * notes; together they are one object, and a key that two of them have must say the same in both.
 * ASSAY_RULE and ASSAY_SINK write one by themselves; `assay_add_plugin` writes one out of
 * `plugin.json`; ASSAY_NOTE is for everybody else. docs/plugins.md lists the keys.
 *
 * The note must be in a source file of the plugin itself: out of a static library the linker takes
 * only what somebody refers to.
 */
#ifndef ASSAY_NOTE_H
#define ASSAY_NOTE_H

#include <assay/plugin.h>

#define ASSAY_NOTE_SECTION ".note.assay"
#define ASSAY_NOTE_NAME "Assay"
#define ASSAY_NOTE_TYPE 1u
#define ASSAY_NOTE_FORMAT 1u
#define ASSAY_NOTE_PLACE __attribute__((section(ASSAY_NOTE_SECTION), used, aligned(4)))

/* With a zero behind a text that fills whole words, for the array has one: the next note begins
 * where this one's content, filled up to a word, ends. Whoever reads it takes zeros off. */
#define ASSAY_NOTE_TEXT_SIZE(json) (sizeof(json) - ((sizeof(json) - 1) % 4 != 0))

/* `json` is a string literal: ASSAY_NOTE("{\"id\": \"mine\", \"version\": \"1.0.0\"}");
 * At most one in a source file, outside of any function. */
#define ASSAY_NOTE(json)                                           \
  static const struct {                                            \
    uint32_t name_size;                                            \
    uint32_t content_size;                                         \
    uint32_t type;                                                 \
    char name[8];                                                  \
    uint32_t format;                                               \
    uint32_t abi_minor;                                            \
    char text[(sizeof(json) + 3) / 4 * 4];                         \
  } assay_note ASSAY_NOTE_PLACE = {sizeof(ASSAY_NOTE_NAME),        \
                                   8 + ASSAY_NOTE_TEXT_SIZE(json), \
                                   ASSAY_NOTE_TYPE,                \
                                   ASSAY_NOTE_NAME,                \
                                   ASSAY_NOTE_FORMAT,              \
                                   ASSAY_ABI_MINOR,                \
                                   json}

#endif
