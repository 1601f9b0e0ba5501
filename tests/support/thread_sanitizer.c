// What ThreadSanitizer does not report in any program of ours. A line here is a false report with
// its reason; a race is mended instead. In the program itself, so that it holds however a test or a
// child of one is started. Linked with the sanitizer `thread` alone (cmake/Sanitizers.cmake).

const char* __tsan_default_suppressions(void);

const char* __tsan_default_suppressions(void) {
  return
      // librdkafka is not instrumented and counts who refers to a message, a buffer or a client in
      // atomics of its own: that the last one frees it after all others is out of sight. Our own
      // memory goes back through operator delete, so this hides C libraries' memory alone. The
      // library's name would not do: it stands in the stack of every callback that it makes.
      // The sanitizer knows both under the names of its interceptors.
      "race:^__interceptor_free$\n"
      "race:^__interceptor_pthread_rwlock_destroy$\n";
}
