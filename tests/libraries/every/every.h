/* What a drop-in library must pass on: see every.c. */
#ifndef EVERY_H
#define EVERY_H

#include <stddef.h>
#include <wchar.h>

/* scalars */
signed char next_char(signed char x);
unsigned short next_short(unsigned short x);
int add(int a, int b);
long add_long(long a, long b);
unsigned long twice(unsigned long x);
size_t size_of_both(size_t a, size_t b);
long long wide(long long x, int shift);
float half(float x);
double mean(double a, float b, int c);
long double precise(long double x);
int many(int a, double b, int c, double d, int e, int f, int g, int h, long long i, double j,
         float k, short l);
_Bool is_even(int n);

/* enumerations and constants */
enum level { LOW = 1, HIGH = 1000, BELOW = -1 };
enum level other(enum level level);
extern const int every_version;
extern const char every_name[16];

/* text */
int count_letters(const char* text);
const char* level_name(int level);
const char* static_text(int n);
char* doubled(const char* text);
void free_text(void* memory);
char* made_by_malloc(int n);
int write_text(char* to, int size, int n);
int upper(char* text);
int wide_length(const wchar_t* text);
const char* find(const char* text, int c);
const char* same(const char* text);
int skip_word(const char* text, const char** rest);
const char* longer(const char* a, const char* b);
const wchar_t* find_wide(const wchar_t* text, wchar_t c);
size_t no_size(int n);

/* arrays */
double sum(const double* x, int n);
long sum_long(const long* x, int n);
void squares(int* to, int n);
void scale(double* x, int n, double by);
int read_some(void* buffer, unsigned size, unsigned* got);
void negate_longs(long* x, int n);
int last_of(const int* x);
int corners(const double corner[3]);
const int* table(int* n);

/* structs */
struct point {
    double x, y;
};
struct small {
    int a;
    float b;
};
struct large {
    double values[5];
    int n;
};
struct record {
    long id;
    const char* name;
    short kind;
    size_t length;
    char tag[5];
    double value;
};
struct sized {
    unsigned size;
    long speed;
};
struct point mirror(struct point p);
struct small swap_small(struct small s);
struct large add_large(struct large a, int by);
int fill_record(struct record* to, int n);
int change_record(struct record* it);
long record_sum(const struct record* it);
int limits(long* low, long* high);
int get_sized(struct sized* to);
long sum_sized(const struct sized* from, int size);
int all_records(struct record* to, int bytes);

/* handles */
typedef struct every_box* BOX;
int box_open(int value, BOX* box);
int box_value(BOX box);
BOX box_next(BOX box);
void box_close(BOX box);

/* callbacks */
typedef int (*each_f)(int item, double share, void* user);
int for_each(int n, each_f f, void* user);
typedef int (*compare_f)(const long* a, const long* b);
int sort(long* x, int n, compare_f f);
typedef int (*narrow_f)(short a, signed char b, unsigned char c);
int narrow(narrow_f f);
typedef int (*record_f)(struct record* it);
int with_record(record_f f);
typedef long (*text_f)(const char* text, long n, void* user);
int keep(text_f f, void* user);
int run_kept(const char* text);
void drop(void);

/* call twice for the size, errors */
int get_list(long* to, int* n);
int fail_with(int code);
double divide(double a, double b);
int either(int* a, int* b, int first);
int crash(int really);
int write_eight(char* to);
int without_meaning(void* data);

#endif
