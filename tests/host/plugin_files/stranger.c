/* A library that no plugin is expected to need. */
int stranger_helps(void);
int stranger_helps(void) { return 0; }
