// What LeakSanitizer does not report in any program of ours. A line here is somebody else's leak
// with its reason; one of ours is mended instead. In the program itself, so that it holds however a
// test or a child of one is started. Linked with the sanitizer `address` alone
// (cmake/Sanitizers.cmake).

const char* __lsan_default_suppressions(void);

const char* __lsan_default_suppressions(void) {
  return
      // libpqxx 6.4 drops the last result of a connection that the server has closed: two blocks
      // for a connection that is lost.
      "leak:libpqxx\n";
}
