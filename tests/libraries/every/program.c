/* Prints what every function of every.c does: with the wrapped library the same as with the native
   one. With an argument it does what only a drop-in library refuses. */
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "every.h"

static int calls; /* of take_item */

static int take_item(int item, double share, void* user) {
    ++calls;
    *(double*)user += share;
    return 2 * item + add(item, 1);
}

static int compare(const long* a, const long* b) { return *a < *b ? -1 : *a > *b; }

static long take_text(const char* text, long n, void* user) {
    printf("  callback: %s %ld %s\n", text, n, (const char*)user);
    return n - (long)strlen(text);
}

/* Sees all 32 bits of the registers, as functions made by Clang do. */
static int take_narrow(int a, int b, int c) { return printf("  %d %d %d", a, b, c) - 12; }

static int change(struct record* it) {
    it->id += 40;
    return (int)strlen(it->name);
}

static void print_record(const struct record* it) {
    printf("  %ld %s %d %zu %s %g\n", it->id, it->name, it->kind, it->length, it->tag, it->value);
}

static int compare_with_native(void) {
    errno = 0;
    printf("first %d", add(40, 2));
    printf(" %d\n", errno);
    printf("scalars %d %u %d %ld %lu %zu\n", next_char(-3), next_short(65534), add(40, 2),
           add_long(-2000000000, 1), twice(2000000000), size_of_both(4000000000u, 5));
    printf("  %lld %g %g %.20Lg %d %d %d\n", wide(-3, 40), half(3), mean(1, 2.5f, -7),
           precise(1.0L / 3), many(1, 2.5, 3, 4.5, 5, 6, 7, 8, 90000000, 10.25, 11.5f, -12),
           is_even(4), is_even(5));
    printf("enumerations %d %d %d\n", other(LOW), other(HIGH), other(BELOW));
    printf("data %d %s\n", every_version, every_name);

    printf("text %d %d %s %s %d\n", count_letters("a b-c"), count_letters(NULL), level_name(LOW),
           level_name(HIGH), level_name(7) == NULL);
    const char* const text = static_text(1);
    printf("  %s", text);
    printf(" %d", static_text(23) == text);
    printf(" %s\n", text);
    char* const twofold = doubled("ab\xc3\xa9");
    printf("  %s", twofold);
    free_text(twofold);
    free_text(NULL);
    char* const made = made_by_malloc(3);
    printf(" %s\n", made);
    free(made);
    char buffer[24];
    memset(buffer, '.', sizeof buffer);
    printf("  %d", write_text(buffer, 9, 123456));
    printf(" %s %c\n", buffer, buffer[20]);
    char lower[] = "lower";
    printf("  %d", upper(lower));
    printf(" %s %d\n", lower, wide_length(L"wide \x20ac"));
    const char* const sentence = "a sentence";
    printf("  %d %d\n", (int)(find(sentence, 'n') - sentence), find(sentence, '!') == NULL);
    const char* rest = NULL;
    printf("  %d", skip_word(sentence, &rest));
    printf(" %d %d\n", (int)(rest - sentence), same(rest) == rest);
    const char* const sixteen = "fifteen letters";
    const char* const more = "fifteen and more";
    printf("  %d %d\n", longer(sixteen, more) == more, longer(more, sixteen) == more);
    const wchar_t* const wide_sentence = L"a wide one";
    printf("  %d %d\n", (int)(find_wide(wide_sentence, 'o') - wide_sentence),
           find_wide(wide_sentence, '!') == NULL);
    printf("  %d %zu\n", no_size(0) == (size_t)-1, no_size(3));
    static const int constant = 7;
    int both = 0;
    printf("  %d", either(&both, &both, 1));
    printf(" %d", both);
    printf(" %d", either((int*)&constant, &both, 0));
    printf(" %d %d\n", both, constant);

    const double numbers[] = {1.5, 2.5, -3};
    const long longs[] = {-2000000000, 5, 7};
    printf("arrays %g %ld %g %d\n", sum(numbers, 3), sum_long(longs, 3), sum(NULL, 0),
           corners(numbers));
    int squared[4];
    squares(squared, 4);
    double scaled[] = {1, 2, 4};
    scale(scaled, 3, 0.5);
    printf("  %d %d %g %g\n", squared[2], squared[3], scaled[0], scaled[2]);
    unsigned got = 0;
    memset(buffer, '.', sizeof buffer);
    printf("  %d", read_some(buffer, 20, &got));
    printf(" %u %.8s\n", got, buffer);
    long negated[] = {1, -2, 2000000000};
    negate_longs(negated, 3);
    printf("  %ld %ld %ld\n", negated[0], negated[1], negated[2]);
    const int list[] = {4, 5, 6, 0};
    int n = 0;
    const int* const found = table(&n);
    printf("  %d %d %d %d\n", last_of(list), n, found[0], found[4]);

    const struct point p = mirror((struct point){1, 2});
    const struct small s = swap_small((struct small){3, 4});
    const struct large l = add_large((struct large){{1, 2, 3, 4, 5}, 6}, 10);
    printf("structs %g %g %d %g %g %d\n", p.x, p.y, s.a, (double)s.b, l.values[4], l.n);
    struct record record;
    errno = 0;
    printf("  %d", fill_record(&record, -1));
    printf(" %d\n", errno);
    printf("  %d\n", fill_record(&record, 7));
    print_record(&record);
    record.name = "mine";
    const char* const name = record.name;
    printf("  %d", change_record(&record));
    printf(" %d %ld\n", record.name == name, record_sum(&record));
    print_record(&record);
    struct record records[3];
    printf("  %d\n", all_records(records, (int)sizeof records));
    print_record(&records[2]);
    long low = 1;
    long high = 2;
    printf("  %d", limits(&low, &high));
    printf(" %ld %ld\n", low, high);
    struct sized sized = {sizeof sized, 0};
    printf("  %d", get_sized(&sized));
    printf(" %ld %d %ld\n", sized.speed, sized.size == sizeof sized,
           sum_sized(&sized, (int)sizeof sized));

    BOX box = NULL;
    printf("handles %d", box_open(-4, &box));
    printf(" %d", box == NULL);
    printf(" %d", box_open(5, &box));
    printf(" %d %d %d\n", box_value(box), box_next(box) == NULL, box_value(NULL));
    box_close(box);

    const int narrowed = narrow((narrow_f)(void (*)(void))take_narrow);
    printf(" %d %d\n", narrowed, with_record(change));
    double shares = 0;
    printf("callbacks %d", for_each(4, take_item, &shares));
    printf(" %d %g\n", calls, shares);
    long unsorted[] = {5, -3, 9, 0};
    printf("  %d", sort(unsorted, 4, compare));
    printf(" %ld %ld %ld %ld\n", unsorted[0], unsorted[1], unsorted[2], unsorted[3]);
    char user[] = "user";
    printf("  %d\n", keep(take_text, user));
    printf("  %d\n", run_kept("kept"));
    drop();
    printf("  %d\n", run_kept("gone"));

    long* room = NULL;
    n = 0;
    printf("twice %d", get_list(room, &n));
    room = calloc((size_t)n, sizeof *room);
    printf(" %d", get_list(room, &n));
    printf(" %d %ld\n", n, room[3]);
    free(room);

    errno = 0;
    printf("errors %d", fail_with(ENOSPC));
    printf(" %d", errno == ENOSPC);
    printf(" %d %d %g\n", fail_with(0), errno == ENOSPC, divide(1, 4));
    return 0;
}

static void show(const char* what, long result) {
    printf("%s: %ld, errno %d\n", what, result, errno != 0);
    fflush(stdout);
    errno = 0;
}

static int show_errors(void) {
    show("too large", add_long(5000000000, 1));
    const long longs[] = {1, -3000000000};
    show("too large in an array", sum_long(longs, 2));
    int no_box = 0;
    show("no handle", box_value((BOX)&no_box));
    show("no meaning", without_meaning(&no_box));
    char eight[8] = "";
    show("overrun", write_eight(eight));
    const pid_t child = fork();
    if (child == 0) {
        show("in a child", add_long(1, 2));
        _exit(0);
    }
    waitpid(child, NULL, 0);
    show("in the parent", add_long(1, 2));
    show("crash", crash(1));
    show("after the crash", add_long(1, 2));
    return 0;
}

static int crash_once(void) {
    show("crash", crash(1));
    show("after the crash", add_long(1, 2));
    BOX box = NULL;
    show("a handle", box_open(1, &box));
    show("crash", crash(1));
    show("with a handle of the dead", add_long(1, 2));
    return 0;
}

static void* add_often(void* wrong) {
    for (int i = 0; i < 200; ++i) {
        double shares = 0;
        if (add(i, 1) != i + 1 || for_each(2, take_item, &shares) != 5 || shares != 0.5) {
            *(int*)wrong = 1;
        }
    }
    return NULL;
}

static int run_threads(void) {
    pthread_t threads[4];
    int wrong[4] = {0};
    for (int i = 0; i < 4; ++i)
        pthread_create(&threads[i], NULL, add_often, &wrong[i]);
    for (int i = 0; i < 4; ++i)
        pthread_join(threads[i], NULL);
    printf("%d\n", wrong[0] + wrong[1] + wrong[2] + wrong[3]);
    return 0;
}

static int exit_inside(int item, double share, void* user) {
    (void)item, (void)share, (void)user;
    exit(7);
}

int main(int count, char** arguments) {
    const char* const what = count > 1 ? arguments[1] : "";
    if (strcmp(what, "errors") == 0) return show_errors();
    if (strcmp(what, "crash") == 0) return crash_once();
    if (strcmp(what, "threads") == 0) return run_threads();
    if (strcmp(what, "exit") == 0) return for_each(1, exit_inside, NULL);
    if (strcmp(what, "abort") == 0) return twice(1ul << 40) == 0;
    return compare_with_native();
}
