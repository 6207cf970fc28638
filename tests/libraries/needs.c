/* A library NAME that needs another, NEEDS: a link of a chain. */
int NEEDS(void);

int NAME(void);
int NAME(void) { return NEEDS() + 1; }
