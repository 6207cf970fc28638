// A host that cannot start.
int main() { return 7; }
