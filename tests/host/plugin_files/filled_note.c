/* A second note, before the plugin's own, as long as FILLING makes it. */
#include <assay/note.h>

ASSAY_NOTE("{\"filling\": \"" FILLING "\"}");
