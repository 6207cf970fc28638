/* Is called like a plugin and has no entry: its author forgot BRIDGE32_PLUGIN. */
__attribute__((visibility("default"))) int add(int a, int b);

int add(int a, int b) { return a + b; }
