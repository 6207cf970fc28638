/* Every category of what a drop-in library passes on, small. Built for 32 bits, to be wrapped, and
   for 64 bits, to be compared with. */
#include "every.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const int every_version = 42;
const char every_name[16] = "every";

signed char next_char(signed char x) { return (signed char)(x + 1); }
unsigned short next_short(unsigned short x) { return (unsigned short)(x + 1); }
int add(int a, int b) { return a + b; }
long add_long(long a, long b) { return a + b; }
unsigned long twice(unsigned long x) { return 2 * x; }
size_t size_of_both(size_t a, size_t b) { return a + b; }
long long wide(long long x, int shift) { return x << shift; }
float half(float x) { return x / 2; }
double mean(double a, float b, int c) { return (a + (double)b + c) / 4; }
long double precise(long double x) { return x + 0.25L; }
int many(int a, double b, int c, double d, int e, int f, int g, int h, long long i, double j,
         float k, short l) {
    return (int)(a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h + 9 * (double)i +
                 10 * j + 11 * (double)k + 12 * l);
}
_Bool is_even(int n) { return n % 2 == 0; }

enum level other(enum level level) { return level == LOW ? HIGH : level == HIGH ? BELOW : LOW; }

int count_letters(const char* text) {
    int n = 0;
    if (text == NULL) return -1;
    for (; *text != '\0'; ++text)
        n += isalpha((unsigned char)*text) ? 1 : 0;
    return n;
}
const char* level_name(int level) { return level == LOW ? "low" : level == HIGH ? "high" : NULL; }
const char* static_text(int n) {
    static char text[32];
    snprintf(text, sizeof text, "text %d", n);
    return text;
}
char* doubled(const char* text) {
    const size_t n = strlen(text);
    char* const made = malloc(2 * n + 1);
    memcpy(made, text, n);
    memcpy(made + n, text, n + 1);
    return made;
}
static int freed;
void free_text(void* memory) {
    freed += memory != NULL;
    free(memory);
}
char* made_by_malloc(int n) {
    char* const made = malloc(16);
    snprintf(made, 16, "made %d, %d", n, freed);
    return made;
}
int write_text(char* to, int size, int n) { return snprintf(to, (size_t)size, "number %d", n); }
int upper(char* text) {
    int n = 0;
    for (; *text != '\0'; ++text, ++n)
        *text = (char)toupper((unsigned char)*text);
    return n;
}
int wide_length(const wchar_t* text) { return (int)wcslen(text); }
const char* find(const char* text, int c) { return strchr(text, c); }
const char* same(const char* text) { return text; }
int skip_word(const char* text, const char** rest) {
    *rest = text + strcspn(text, " ");
    return (int)(*rest - text);
}
const char* longer(const char* a, const char* b) { return strlen(b) > strlen(a) ? b : a; }
const wchar_t* find_wide(const wchar_t* text, wchar_t c) { return wcschr(text, c); }
size_t no_size(int n) { return n == 0 ? (size_t)-1 : (size_t)n; }

double sum(const double* x, int n) {
    double all = 0;
    for (int i = 0; i < n; ++i)
        all += x[i];
    return all;
}
long sum_long(const long* x, int n) {
    long all = 0;
    for (int i = 0; i < n; ++i)
        all += x[i];
    return all;
}
void squares(int* to, int n) {
    for (int i = 0; i < n; ++i)
        to[i] = i * i;
}
void scale(double* x, int n, double by) {
    for (int i = 0; i < n; ++i)
        x[i] *= by;
}
int read_some(void* buffer, unsigned size, unsigned* got) {
    *got = size < 5 ? size : 5;
    memcpy(buffer, "12345", *got);
    return 0;
}
void negate_longs(long* x, int n) {
    for (int i = 0; i < n; ++i)
        x[i] = -x[i];
}
int last_of(const int* x) {
    int last = 0;
    for (; *x != 0; ++x)
        last = *x;
    return last;
}
int corners(const double corner[3]) { return (int)(corner[0] + corner[1] + corner[2]); }
const int* table(int* n) {
    static const int numbers[] = {2, 3, 5, 7, 11};
    *n = 5;
    return numbers;
}

struct point mirror(struct point p) {
    const struct point made = {p.y, p.x};
    return made;
}
struct small swap_small(struct small s) {
    const struct small made = {(int)s.b, (float)s.a};
    return made;
}
struct large add_large(struct large a, int by) {
    for (int i = 0; i < 5; ++i)
        a.values[i] += by;
    a.n += by;
    return a;
}
int fill_record(struct record* to, int n) {
    if (n < 0) {
        errno = EINVAL;
        return -1;
    }
    memset(to, 0, sizeof *to);
    to->id = -n;
    to->name = n % 2 ? "odd" : "even";
    to->kind = (short)n;
    to->length = 3u * (unsigned)n;
    memcpy(to->tag, "tag", 4);
    to->value = n / 4.0;
    return 0;
}
int change_record(struct record* it) {
    it->id *= 2;
    it->length += strlen(it->name);
    it->value += it->kind;
    return 0;
}
long record_sum(const struct record* it) {
    return it->id + it->kind + (long)it->length + (long)it->value + (long)strlen(it->name);
}
int limits(long* low, long* high) {
    *low = -5;
    *high = 2000000000;
    return 0;
}
int get_sized(struct sized* to) {
    if (to->size != sizeof *to) return -1;
    to->speed = 77;
    return 0;
}
long sum_sized(const struct sized* from, int size) {
    return size == (int)sizeof *from && from->size == sizeof *from ? from->speed : -1;
}
int all_records(struct record* to, int bytes) {
    const int n = bytes / (int)sizeof *to;
    for (int i = 0; i < n; ++i)
        fill_record(to + i, i);
    return n;
}

struct every_box {
    int value;
    struct every_box* next;
};
int box_open(int value, BOX* box) {
    if (value < 0) return value;
    *box = malloc(sizeof **box);
    (*box)->value = value;
    (*box)->next = NULL;
    return 0;
}
int box_value(BOX box) { return box == NULL ? -1 : box->value; }
BOX box_next(BOX box) { return box->next; }
void box_close(BOX box) { free(box); }

int for_each(int n, each_f f, void* user) {
    int all = 0;
    for (int i = 0; i < n; ++i)
        all += f(i, i / 2.0, user);
    return all;
}
int sort(long* x, int n, compare_f f) {
    for (int i = 1; i < n; ++i) {
        for (int k = i; k > 0 && f(&x[k - 1], &x[k]) > 0; --k) {
            const long other_one = x[k];
            x[k] = x[k - 1];
            x[k - 1] = other_one;
        }
    }
    return n;
}
int narrow(narrow_f f) { return f(-5, -6, 250); }
int with_record(record_f f) {
    struct record it = {3, "three", 0, 5, "", 0};
    const int result = f(&it);
    return result + (int)it.id + (it.name == NULL ? -1000 : (int)strlen(it.name));
}
static text_f kept;
static void* kept_user;
int keep(text_f f, void* user) {
    kept = f;
    kept_user = user;
    return 0;
}
int run_kept(const char* text) { return kept == NULL ? -1 : (int)kept(text, -7, kept_user); }
void drop(void) { kept = NULL; }

int get_list(long* to, int* n) {
    const int room = *n;
    *n = 4;
    if (to == NULL || room < 4) return 1;
    for (int i = 0; i < 4; ++i)
        to[i] = 10 * i;
    return 0;
}
int fail_with(int code) {
    if (code == 0) return 0;
    errno = code;
    return -1;
}
double divide(double a, double b) { return a / b; }
int either(int* a, int* b, int first) { return first ? (*a = 1) : (*b = 2); }

/* what goes wrong */
int crash(int really) {
    if (really) *(volatile int*)16 = 1;
    return 0;
}
int write_eight(char* to) {
    memcpy(to, "12345678", 8);
    return 0;
}
int without_meaning(void* data) { return data != NULL; }
