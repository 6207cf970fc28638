/* The 32-bit library that a plugin and an interface file offer: see scenarios/interface_files.cpp.
 */
int bench_add(int a, int b) { return a + b; }

double bench_sum(const double* x, int n) {
    double sum = 0;
    for (int i = 0; i < n; ++i) {
        sum += x[i];
    }
    return sum;
}

int bench_each(int n, int (*visit)(int i, void* user), void* user) {
    int sum = 0;
    for (int i = 0; i < n; ++i) {
        sum += visit(i, user);
    }
    return sum;
}
