/* SPDX-License-Identifier: EUPL-1.2 */
/* The least that a terminal program can be that shows the courses of a cache: floor_list CACHE.
 * The first 20, one of them reversed; arrows move it, q ends. */
#include <curses.h>
#include <locale.h>
#include <sqlite3.h>
#include <stdio.h>

enum { ROWS = 20, WIDTH = 512 };

static char row[ROWS][WIDTH];
static int rows;

static int read_rows(const char *path)
{
    sqlite3 *db;
    sqlite3_stmt *s;
    if (sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK ||
        sqlite3_prepare_v2(db, "SELECT title, provider FROM course ORDER BY rowid LIMIT 20", -1, &s,
            NULL) != SQLITE_OK)
        return -1;
    while (rows < ROWS && sqlite3_step(s) == SQLITE_ROW) {
        snprintf(row[rows], WIDTH, "%-44.44s %-30.30s", (const char *)sqlite3_column_text(s, 0),
            (const char *)sqlite3_column_text(s, 1));
        rows++;
    }
    sqlite3_finalize(s);
    return 0;
}

static void paint(int at, bool reverse)
{
    attrset(reverse ? A_REVERSE : A_NORMAL);
    mvprintw(2 + at, 2, "%-76s", row[at]);
}

int main(int argc, char **argv)
{
    int focus = 0;
    if (argc != 2 || read_rows(argv[1]) < 0) {
        fprintf(stderr, "usage: floor_list CACHE\n");
        return 64;
    }
    setlocale(LC_ALL, "");
    initscr();
    raw();
    noecho();
    keypad(stdscr, TRUE);
    curs_set(0);
    for (int i = 0; i < rows; i++)
        paint(i, i == focus);
    for (int key = 0; key != 'q' && key != ERR; key = getch()) { /* getch() refreshes */
        int next = focus + (key == KEY_DOWN) - (key == KEY_UP);
        if (next == focus || next < 0 || next >= rows)
            continue;
        paint(focus, false);
        paint(next, true);
        focus = next;
    }
    endwin();
    return 0;
}
