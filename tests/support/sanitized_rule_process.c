// What sanitizers do in the process of a rule: nothing with signals, for how that process ends is
// what the engine tells of it, and no look for leaks at the end, which takes threads and files that
// it may not have. Linked with `assay-rule` under a sanitizer alone (cmake/Sanitizers.cmake).

const char* __asan_default_options(void);
const char* __tsan_default_options(void);

static const char* const kOptions =
    "handle_segv=0:handle_sigbus=0:handle_sigfpe=0:handle_sigill=0:handle_abort=0:"
    "use_sigaltstack=0:detect_leaks=0";

const char* __asan_default_options(void) { return kOptions; }
const char* __tsan_default_options(void) { return kOptions; }
