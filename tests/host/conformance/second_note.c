/* What a plugin.json with another id becomes. */
#include <assay/note.h>

ASSAY_NOTE("{\"id\": \"another\"}");
