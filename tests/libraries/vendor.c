/* A library as vendors ship them, for the interface file vendor.b32i. */
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(_WIN32)
#include <windows.h>
#undef FASTCALL
#else
#include <pthread.h>
#include <unistd.h>
#endif

#if defined(_WIN32)
#define EXPORT __declspec(dllexport)
#else
#define EXPORT __attribute__((visibility("default")))
#endif
#define STDCALL __attribute__((stdcall))
#define FASTCALL __attribute__((fastcall))
#define REGPARM __attribute__((regparm(3)))

EXPORT int vcount = 7;
EXPORT const char* vname = "vendor";
EXPORT double vlimits[3] = {1, 2.5, 4};
EXPORT const int vendless[2] = {1, 2};
EXPORT const int vfixed = 3;
EXPORT struct point { double x, y; } vorigin = {1, 2};
EXPORT int vcount_now(void) { return vcount; }

EXPORT int add(int a, int b) { return a + b; }
EXPORT void nothing(void) {}

/* -- scalars: what they get back is what they were given -- */
EXPORT signed char same_i8(signed char x) { return x; }
EXPORT unsigned char same_u8(unsigned char x) { return x; }
EXPORT short same_i16(short x) { return x; }
EXPORT unsigned short same_u16(unsigned short x) { return x; }
EXPORT unsigned same_u32(unsigned x) { return x; }
EXPORT long long same_i64(long long x) { return x; }
EXPORT unsigned long long same_u64(unsigned long long x) { return x; }
EXPORT float same_f32(float x) { return x; }
EXPORT double same_f64(double x) { return x; }
EXPORT long double same_f80(long double x) { return x; }
EXPORT _Bool same_bool(_Bool x) { return x; }
EXPORT double mixed(char a, double b, short c, long long d, float e, int f) {
    return a + 10 * b + 100 * c + 1000 * (double)d + 10000 * e + 100000.0 * f;
}

/* -- conventions -- */
EXPORT int STDCALL std_sum(int a, double b, int c) { return a + 10 * (int)b + 100 * c; }
EXPORT int FASTCALL fast_sum(int a, int b, int c) { return a + 10 * b + 100 * c; }
EXPORT int REGPARM reg_sum(int a, long long b, int c) { return a + 10 * (int)b + 100 * c; }
EXPORT int __attribute__((thiscall)) this_sum(int a, int b, int c) { return a + 10 * b + 100 * c; }
EXPORT int wrongly_cdecl(int a, int b) { return a + b; }
EXPORT int STDCALL wrongly_stdcall(int a, int b, int c, int d) { return a + b + c + d; }

/* -- text -- */
EXPORT int text_length(const char* text) { return text == NULL ? -1 : (int)strlen(text); }
EXPORT const char* greeting(void) { return "gr\xfc\xdf Gott"; }
EXPORT const char* no_text(void) { return NULL; }
static int texts_out = 0;
EXPORT char* copied(const char* text) {
    char* copy = malloc(strlen(text) + 1);
    ++texts_out;
    return strcpy(copy, text);
}
EXPORT void text_free(char* text) {
    --texts_out;
    free(text);
}
EXPORT int texts_left(void) { return texts_out; }
EXPORT int fill_text(char* buffer, unsigned size, const char* text) {
    strncpy(buffer, text, size);
    return (int)strlen(text);
}
EXPORT int wide_length(const wchar_t* text) {
    int n = 0;
    while (text[n] != 0)
        ++n;
    return n;
}

/* -- arrays -- */
EXPORT double sum(const double* x, int n) {
    double all = 0;
    for (int i = 0; i < n; ++i)
        all += x[i];
    return all;
}
EXPORT int dot(const int* x, const int* y, int n) {
    int all = 0;
    for (int i = 0; i < n; ++i)
        all += x[i] * y[i];
    return all;
}
EXPORT int read_some(void* buffer, unsigned size, unsigned* got) {
    *got = size < 5 ? size : 5;
    memcpy(buffer, "hello", *got);
    return 0;
}
EXPORT void twice(double* x, int n) {
    for (int i = 0; i < n; ++i)
        x[i] *= 2;
}
EXPORT void ramp(double* x, unsigned n) {
    for (unsigned i = 0; i < n; ++i)
        x[i] = i;
}
EXPORT void overruns(int* x, int n) {
    for (int i = 0; i <= n; ++i)
        x[i] = i;
}
EXPORT void writes_many(int* value) {
    for (int i = 0; i < 4; ++i)
        value[i] = i;
}
EXPORT int reads_many(const int* value) { return value[0] + value[1]; }
EXPORT int reads_too_many(const int* x, int n) { return x[n]; }
EXPORT double trace(const double* m, int rows, int columns) {
    double all = 0;
    for (int i = 0; i < rows && i < columns; ++i)
        all += m[i * columns + i];
    return all;
}
EXPORT void identity(int* m, int n) {
    for (int i = 0; i < n * n; ++i)
        m[i] = i / n == i % n;
}
EXPORT int until_zero(const int* x) {
    int n = 0;
    while (x[n] != 0)
        ++n;
    return n;
}
EXPORT int is_identity(const int* m, int n) {
    for (int i = 0; i < n * n; ++i) {
        if (m[i] != (i / n == i % n)) return 0;
    }
    return 1;
}
EXPORT int first_of_three(const int x[3]) { return x[0]; }

/* -- arrays of texts -- */
EXPORT int lengths(const char* const* texts, int n) {
    int all = 0;
    for (int i = 0; i < n; ++i)
        all += texts[i] == NULL ? 100 : (int)strlen(texts[i]);
    return all;
}
EXPORT int lengths_to_null(const wchar_t* const* texts) {
    int all = 0;
    for (; *texts != NULL; ++texts)
        all += wide_length(*texts);
    return all;
}
/* The words of a text, one after the other, and a null. */
EXPORT char** words(const char* text) {
    char** all = malloc(16 * sizeof *all);
    int n = 0;
    for (; n < 15 && *text != 0; ++n) {
        const size_t size = strcspn(text, " ");
        all[n] = copied(text);
        all[n][size] = 0;
        text += size + (text[size] == ' ');
    }
    all[n] = NULL;
    return all;
}
EXPORT void words_free(char** words) {
    for (char** at = words; *at != NULL; ++at)
        text_free(*at);
    free(words);
}
EXPORT void fill_words(char** words, int n) {
    for (int i = 0; i < n; ++i)
        words[i] = i == 1 ? NULL : copied("word");
}
EXPORT int table(int rows, char*** cells, int* columns) {
    *columns = 2;
    *cells = rows < 0 ? NULL : words("id name 1 one 2 two");
    return rows;
}
EXPORT void squares(int n, int** values) {
    static int all[8];
    for (int i = 0; i < 8; ++i)
        all[i] = i * i;
    *values = n <= 8 ? all : NULL;
}
EXPORT int whose(int n, int** values) { return n == 0 && *values == NULL; }
/* As sqlite3_exec. */
EXPORT int query(const char* sql, int (*row)(void* user, int n, char** values, char** names),
                 void* user, char** error) {
    char* names[2] = {"id", "name"};
    char* values[2] = {"1", NULL};
    if (strcmp(sql, "select") != 0) {
        *error = copied("syntax error");
        return 1;
    }
    return row != NULL && row(user, 2, values, names) != 0 ? 4 : 0;
}
EXPORT int checks(int x, char* why) {
    if (x < 0) strcpy(why, "it is negative");
    return x < 0;
}
EXPORT char* worded(int n, char** error) {
    *error = n < 0 ? copied("negative") : NULL;
    return n < 0 ? NULL : copied("number");
}
EXPORT int replaces(char** text) { return *text != NULL; }
EXPORT int gives_words(int (*f)(const char* const* words)) {
    const char* const all[] = {"one", "two", NULL};
    return f(all) + 10 * f(all + 2);
}
EXPORT int opens(int way) { return way; }

/* -- out-parameters -- */
EXPORT void divide(int a, int b, int* quotient, int* remainder) {
    *quotient = a / b;
    *remainder = a % b;
}
EXPORT void increment(int* x) { ++*x; }
EXPORT int or_zero(const int* x) { return x == NULL ? 0 : *x; }

/* -- structs -- */
struct info {
    unsigned cb;
    char name[8];
    struct point at;
    short values[3];
    unsigned ready : 1;
    signed level : 5;
};
EXPORT struct point middle(struct point a, struct point b) {
    struct point m = {(a.x + b.x) / 2, (a.y + b.y) / 2};
    return m;
}
struct pair {
    int a, b;
};
EXPORT struct pair swapped(struct pair p) {
    struct pair s = {p.b, p.a};
    return s;
}
EXPORT struct pair STDCALL std_pair(int a, int b) {
    struct pair s = {a, b};
    return s;
}
EXPORT int get_info(struct info* info) {
    if (info->cb != sizeof *info) return 1;
    strcpy(info->name, "abc");
    info->at.x = 1;
    info->at.y = 2;
    info->values[0] = 1;
    info->values[1] = -2;
    info->values[2] = 3;
    info->ready = 1;
    info->level = -3;
    return 0;
}
EXPORT double info_sum(const struct info* info) {
    return info->cb == sizeof *info
               ? info->at.x + info->at.y + info->values[0] + 10 * info->ready + 100 * info->level
               : -1;
}
EXPORT double path_length(const struct point* points, int n) {
    double all = 0;
    for (int i = 1; i < n; ++i)
        all += points[i].x - points[i - 1].x;
    return all;
}

EXPORT const struct point* origin(int there) {
    static const struct point its = {3, 4};
    return there ? &its : NULL;
}
EXPORT int point_size(const struct point* p, unsigned size) {
    return size == sizeof *p ? (int)p->x : -1;
}

struct number {
    int kind;
    union {
        int i;
        double d;
        struct pair p;
    } u;
};
EXPORT double number_value(const struct number* n) {
    return n->kind == 1 ? n->u.i : n->kind == 2 ? n->u.d : n->u.p.a + 10 * n->u.p.b;
}
EXPORT struct number number_of(int kind) {
    struct number n = {kind, {0}};
    if (kind == 1) n.u.i = 7;
    if (kind == 2) n.u.d = 2.5;
    return n;
}

union value {
    int i;
    double d;
    struct pair p;
};
EXPORT double value_by_value(union value v, int kind) {
    return kind == 1 ? v.i : kind == 2 ? v.d : v.p.a + 10 * v.p.b;
}
EXPORT double value_by_pointer(int kind, const union value* v) { return value_by_value(*v, kind); }
EXPORT void value_filled(int way, int* kind, union value* v) {
    *kind = way;
    if (way == 1) v->i = 7;
    if (way == 2) v->d = 2.5;
}
EXPORT int value_to(void (*f)(int kind, const union value* v, union value by_value)) {
    union value v = {5};
    f(1, &v, v);
    v.d = 0.5;
    f(2, &v, v);
    return 0;
}
EXPORT double point_from(struct point (*f)(int i), int i) {
    const struct point p = f(i);
    return p.x + 10 * p.y;
}
EXPORT int pair_from(struct pair(STDCALL* f)(int i), int i) {
    const struct pair p = f(i);
    return p.a + 10 * p.b;
}
EXPORT void translate(struct point* points, int n, double by) {
    for (int i = 0; i < n; ++i)
        points[i].x += by;
}

/* -- enumerations -- */
enum mode { mode_off, mode_on = 5 };
EXPORT int mode_number(enum mode mode) { return (int)mode; }

/* -- handles -- */
struct vdev_ {
    int port;
};
static int devices = 0;
EXPORT int vopen(int port, struct vdev_** device) {
    if (port < 0) {
        errno = ENODEV;
        *device = NULL;
        return -1;
    }
    *device = malloc(sizeof **device);
    (*device)->port = port;
    ++devices;
    return 0;
}
EXPORT int vport(struct vdev_* device) { return device->port; }
EXPORT struct vdev_* vself(struct vdev_* device) { return device; }
EXPORT void vclose(struct vdev_* device) {
    --devices;
    free(device);
}
EXPORT int slot_open(void) { return 0; }
EXPORT int slot_double(int slot) { return 2 * slot + 1; }
EXPORT const char* status_text(int status) { return status == 3 ? "out of paper" : "unknown"; }
EXPORT int prints(int pages) { return pages > 10 ? 3 : 0; }
EXPORT int vdevices(void) { return devices; }

/* -- callbacks -- */
EXPORT int each(int n, int (*f)(int i, void* user), void* user) {
    int all = 0;
    for (int i = 0; i < n; ++i)
        all += f(i, user);
    return all;
}
EXPORT double integrate(double (*f)(double x), double from, double to, int steps) {
    double all = 0;
    for (int i = 0; i < steps; ++i)
        all += f(from + (to - from) * (i + 0.5) / steps);
    return all * (to - from) / steps;
}
EXPORT int std_each(int(STDCALL* f)(int a, int b)) { return f(1, 2) + 10 * f(3, 4); }
EXPORT int with_data(void (*f)(const int* data, int n, const char* text, int* answer)) {
    int data[3] = {1, 2, 3};
    int answer = 0;
    f(data, 3, "text", &answer);
    return answer;
}
static int (*device_watcher)(int level) = NULL;
EXPORT void vwatch(struct vdev_* device, int (*f)(int level)) {
    (void)device;
    device_watcher = f;
}
EXPORT int vnotify(int level) { return device_watcher(level); }
EXPORT double vset(int option, ...) {
    va_list arguments;
    va_start(arguments, option);
    const int value = va_arg(arguments, int);
    const double scale = va_arg(arguments, double);
    va_end(arguments);
    return option + 10 * value + 100 * scale;
}
EXPORT double streams(void (*fill)(double* x, int n, char* name)) {
    double x[4] = {0};
    char name[9] = "12345678";
    fill(x, 3, name);
    return x[0] + x[1] + x[2] + 1000 * x[3] + 100 * (double)strlen(name);
}
EXPORT double doubles(void (*change)(double* x, int n)) {
    double x[2] = {1, 2};
    change(x, 2);
    return x[0] + 10 * x[1];
}
EXPORT int rows(int (*row)(void* user, int n, char** values), void* user) {
    char* values[3] = {"a", NULL, "\xfc"};
    return row(user, 3, values) + row(user, 0, values);
}
static int (*watcher)(int level) = NULL;
EXPORT void watch(int (*f)(int level)) { watcher = f; }
EXPORT int notify(int level) { return watcher == NULL ? -1 : watcher(level); }

/* -- callbacks that come from a thread of the library's own -- */
struct job {
    int (*f)(int level);
    int level;
    int answer;
};
#if defined(_WIN32)
typedef HANDLE thread;
static DWORD WINAPI run_job(void* user) {
    struct job* job = user;
    job->answer = job->f(job->level);
    return 0;
}
static thread start(struct job* job) { return CreateThread(NULL, 0, run_job, job, 0, NULL); }
static void join(thread its) {
    WaitForSingleObject(its, INFINITE);
    CloseHandle(its);
}
#else
typedef pthread_t thread;
static void* run_job(void* user) {
    struct job* job = user;
    job->answer = job->f(job->level);
    return NULL;
}
static thread start(struct job* job) {
    pthread_t its;
    pthread_create(&its, NULL, run_job, job);
    return its;
}
static void join(thread its) { pthread_join(its, NULL); }
#endif
static struct job timer;
static thread timer_thread;
EXPORT int set_timer(int (*f)(int level)) {
    timer.f = f;
    return 0;
}
EXPORT void start_timer(int level) {
    timer.level = level;
    timer_thread = start(&timer);
}
EXPORT int timer_answer(void) {
    join(timer_thread);
    return timer.answer;
}
EXPORT int from_thread(int (*f)(int level), int level) {
    struct job job = {f, level, 0};
    join(start(&job));
    return job.answer;
}

struct pieces {
    short n;
    double* x;
    void* raw;
    unsigned size;
};
EXPORT double pieces(const struct pieces* p) {
    double sum = p->raw == NULL ? -1000 : 0;
    for (int i = 0; i < p->n; ++i) {
        sum += p->x[i];
    }
    for (unsigned i = 0; i < p->size; ++i) {
        sum += ((unsigned char*)p->raw)[i];
    }
    return sum;
}
EXPORT double pieces_by_value(struct pieces p) { return pieces(&p); }
/* Doubles what it is given, and shows bytes of its own. A negative n is no length. */
EXPORT void fill_pieces(struct pieces* p, int n) {
    static char text[] = "text";
    for (int i = 0; i < p->n; ++i) {
        p->x[i] *= 2;
    }
    p->n = (short)(n < 0 ? n : p->n);
    p->raw = n == 0 ? NULL : text;
    p->size = n == 0 ? 0 : 4;
}
EXPORT int visit_pieces(int (*f)(const struct pieces* p)) {
    double x[] = {1, 2.5};
    const struct pieces p = {2, x, NULL, 0};
    return f(&p);
}
EXPORT int odd(const void* p) { return p != NULL; }

/* Whether n calls run at the same time. */
EXPORT int meet(int n, int milliseconds) {
    static int here = 0;
    __atomic_add_fetch(&here, 1, __ATOMIC_SEQ_CST);
    for (int i = 0; i < milliseconds && __atomic_load_n(&here, __ATOMIC_SEQ_CST) < n; ++i) {
#if defined(_WIN32)
        Sleep(1);
#else
        usleep(1000);
#endif
    }
    return __atomic_load_n(&here, __ATOMIC_SEQ_CST) >= n;
}

/* The caller can have none of these. */
EXPORT int reads_file(void* file) { return file != NULL; }
EXPORT int reads_files(void** files, int n) { return files != NULL && n; }
EXPORT int formats(const char* format, va_list arguments) {
    return vsnprintf(NULL, 0, format, arguments);
}
EXPORT int jumps(int* where) { return where[0]; }
EXPORT FILE* log_open(void) { return stderr; }
EXPORT int log_level(FILE* log) { return log == stderr; }
EXPORT void log_close(FILE* log) { fflush(log); }

EXPORT int unknown(void* data) { return data != NULL; }
EXPORT int unsaid(int* data) { return *data; }
