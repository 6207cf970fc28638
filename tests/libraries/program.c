/* What somebody gives when they mean the library beside it. */
int main(void) { return 0; }
