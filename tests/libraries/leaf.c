/* A library NAME that needs no other: the end of a chain. */
int NAME(void);
int NAME(void) { return 1; }
