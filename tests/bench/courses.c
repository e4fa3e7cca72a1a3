/* SPDX-License-Identifier: EUPL-1.2 */
/* Prints a catalogue of invented courses as the fund's CSV: courses COUNT SEED. The same seed gives
 * the same courses; every course has one run. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "support/rng.h"

#define FIRST_DAY 20500 /* in 2026 */
#define LAST_DAY 21300

static const char *const activities[] = {"MIG/MAG-lassen", "TIG-lassen", "Elektrodelassen",
    "Autogeen lassen", "Puntlassen", "Laserlassen", "Orbitaal lassen", "CNC-draaien", "CNC-frezen",
    "Conventioneel draaien", "Conventioneel frezen", "Vlakslijpen", "Rondslijpen", "Vonkeroderen",
    "Draadvonken", "Kanten", "Zetten", "Knippen", "Ponsen", "Lasersnijden", "Plasmasnijden",
    "Waterstralen", "Hydrauliek", "Pneumatiek", "Elektropneumatiek", "PLC-programmeren",
    "Robotprogrammeren", "Meten", "Meettechniek", "Tekening lezen", "Materiaalkennis",
    "Warmtebehandeling", "Oppervlaktebehandeling", "Poedercoaten", "Stralen", "Schilderen",
    "Gereedschap maken", "Matrijzen bouwen", "Onderhoud", "Storing zoeken", "Hijsen",
    "Aanslaan van lasten", "Heftruck rijden", "Reachtruck rijden", "Hoogwerker", "Veilig werken",
    "VCA basis", "NEN 3140", "Werkvoorbereiding", "Lean werken"};
static const char *const roots[] = {"las", "frees", "draai", "slijp", "boor", "zaag", "plaat",
    "pijp", "staal", "koper", "gas", "laser", "plasma", "robot", "machine", "gereedschap",
    "matrijs", "stempel", "veer", "lager", "tandwiel", "ketting", "riem", "koppel", "motor", "pomp",
    "klep", "cilinder", "compressor", "vacuüm", "koel", "warmte", "verf", "coating", "straal",
    "meet", "keur", "kwaliteits", "veiligheids", "onderhouds", "storings", "montage", "constructie",
    "teken", "ontwerp", "magazijn", "kraan", "takel", "heftruck", "elektro", "spannings",
    "besturings", "sensor", "data", "productie", "proces", "energie", "milieu", "afval", "olie"};
static const char *const tails[] = {"techniek", "machine", "installatie", "werk", "proces",
    "systeem", "bediening", "programma", "onderhoud", "inspectie", "controle", "instructie",
    "praktijk", "theorie", "opleiding", "examen", "norm", "rapport", "tekening", "kennis",
    "leiding", "beheer", "planning", "analyse", "verbinding", "constructie", "cel", "straat",
    "lijn", "bank", "tafel", "kamer", "veiligheid", "kwaliteit", "meting", "afstelling",
    "voorbereiding", "nabewerking", "herstel", "keuring"};
static const char *const verbs[] = {"bedienen", "instellen", "programmeren", "onderhouden",
    "repareren", "monteren", "demonteren", "keuren", "controleren", "afstellen", "ontwerpen",
    "tekenen", "lezen", "plannen", "verbeteren", "begeleiden", "leiden", "testen", "bouwen",
    "optimaliseren"};
static const char *const materials[] = {"staal", "roestvast staal", "aluminium", "dun plaatstaal",
    "hogesterktestaal", "messing", "titanium", "gietijzer", "koper", "kunststof", "duplex",
    "gehard staal"};
static const char *const people[] = {"beginners", "gevorderden", "monteurs", "operators", "lassers",
    "verspaners", "leermeesters", "teamleiders", "zij-instromers", "constructiewerkers",
    "werkvoorbereiders", "keurmeesters", "onderhoudsmonteurs", "machinebankwerkers",
    "magazijnmedewerkers"};
static const char *const levels[] = {"niveau 1", "niveau 2", "niveau 3", "niveau 4", "basis",
    "vervolg", "opfriscursus", "examentraining", "op maat", "in de avond", "verkort", "plus"};
static const char *const themes[] = {"Lassen", "Verspanen", "Plaatwerk", "Onderhoud", "Besturing",
    "Elektro", "Robots", "Meten", "Kwaliteit", "Veilig werken", "Hijsen", "Intern transport",
    "Leidinggeven", "Tekenen", "Constructie", "Oppervlak", "Gereedschap", "Materialen", "Digitaal",
    "Lean", "Duurzaam", "Taal", "Rekenen", "Begeleiden"};
static const char *const kinds[] = {"Praktijkschool", "Lasschool", "Vakcentrum", "Techniekhuis",
    "Leerbedrijf", "Opleidingshuis", "Metaalhuis", "Werkplaats", "Instituut", "Academie"};
static const struct {
    const char *place, *region;
} places[] = {{"Zwolle", "Overijssel-Twente"}, {"Hengelo", "Overijssel-Twente"},
    {"Almelo", "Overijssel-Twente"}, {"Hardenberg", "Overijssel-Twente"}, {"Tiel", "Gelderland"},
    {"Doetinchem", "Gelderland"}, {"Ede", "Gelderland"}, {"Apeldoorn", "Gelderland"},
    {"Groningen", "Noord"}, {"Drachten", "Noord"}, {"Emmen", "Noord"}, {"Heerenveen", "Noord"},
    {"Eindhoven", "Brabant-Oost"}, {"Helmond", "Brabant-Oost"}, {"Oss", "Brabant-Oost"},
    {"Breda", "Brabant-West"}, {"Tilburg", "Brabant-West"}, {"Roosendaal", "Brabant-West"},
    {"Venlo", "Limburg"}, {"Roermond", "Limburg"}, {"Maastricht", "Limburg"},
    {"Rotterdam", "Rijnmond"}, {"Dordrecht", "Rijnmond"}, {"Schiedam", "Rijnmond"},
    {"Utrecht", "Midden"}, {"Amersfoort", "Midden"}, {"Nieuwegein", "Midden"},
    {"Alkmaar", "Noord-Holland"}, {"Zaandam", "Noord-Holland"}, {"Beverwijk", "Noord-Holland"},
    {"Leiden", "Haaglanden"}, {"Delft", "Haaglanden"}, {"Gouda", "Haaglanden"}, {"Goes", "Zeeland"},
    {"Vlissingen", "Zeeland"}, {"Terneuzen", "Zeeland"}};
static const char *const forms[] = {"workplace", "online", "classroom", "blended"};

static uint64_t state;

#define ANY(list) ((list)[rng_below(&state, sizeof(list) / sizeof((list)[0]))])

static void print_title(void)
{
    switch (rng_below(&state, 5)) {
    case 0:
        printf("%s van %s %s", ANY(activities), ANY(materials), ANY(levels));
        return;
    case 1:
        printf("%s voor %s", ANY(activities), ANY(people));
        return;
    case 2:
        printf("%s%s %s", ANY(roots), ANY(tails), ANY(verbs));
        return;
    case 3:
        printf("%s met %s%s", ANY(activities), ANY(roots), ANY(tails));
        return;
    default:
        printf("%s%s %s voor %s", ANY(roots), ANY(tails), ANY(levels), ANY(people));
    }
}

static void print_description(void)
{
    printf("\"Je leert stap voor stap hoe je met de %s%s werkt, en waar je op let.\n", ANY(roots),
        ANY(tails));
    printf("Daarna oefen je met %s: instellen, uitvoeren en nameten. ", ANY(materials));
    printf("Je gaat zelf %s, op de machines die in de meeste bedrijven staan. ", ANY(verbs));
    printf("Aan het eind maak je een werkstuk en een korte toets; fouten bespreek je met de "
           "leermeester, en je mag een keer opnieuw.\"");
}

static void print_keywords(void)
{
    for (uint64_t n = 1 + rng_below(&state, 4); n > 0; n--)
        printf("%s%s%s", ANY(roots), ANY(tails), n > 1 ? ";" : "");
}

static void print_course(int i)
{
    printf("bench-%06d,", i);
    print_title();
    printf(",Je leert %s met de %s%s.,", ANY(verbs), ANY(roots), ANY(tails));
    print_description();
    printf(",%s %s,%s,%s;%s,", ANY(kinds), ANY(places).place, ANY(forms), ANY(themes), ANY(themes));
    print_keywords();
    uint64_t days = 1 + rng_below(&state, 20);
    printf(",%s,nl,nl;en,%s,%" PRIu64 ",%" PRIu64 ",%" PRIu64 ".00,Certificaat %s,,", ANY(levels),
        rng_below(&state, 2) ? "true" : "false", 7 * days, days, 25 * rng_below(&state, 160),
        ANY(roots));
    printf("Je kunt Nederlands lezen.,%s %s,,https://voorbeeld.invalid/cursus/%d,", ANY(materials),
        ANY(verbs), i);
}

static void print_run(int i)
{
    char start[16], end[16];
    int64_t day = FIRST_DAY + (int64_t)rng_below(&state, LAST_DAY - FIRST_DAY);
    uint64_t place = rng_below(&state, sizeof(places) / sizeof(places[0]));
    uint64_t seats = 6 + rng_below(&state, 10);
    date_format(day, start);
    date_format(day + 30, end);
    printf("bench-%06d-r,%s,%s,%s,%s,%" PRIu64 ",%" PRIu64 "\n", i, start, end, places[place].place,
        places[place].region, seats, rng_below(&state, seats));
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: courses COUNT SEED\n");
        return 64;
    }
    int count = (int)strtol(argv[1], NULL, 10);
    state = strtoull(argv[2], NULL, 10);
    printf("key,title,summary,description,provider,form,themes,keywords,level,language,"
           "exam_languages,read_aloud,hours,days,price_eur,certificate,valid_months,requirements,"
           "skills,crebo,url,run_key,run_start,run_end,run_place,run_region,run_seats,"
           "run_seats_left\n");
    for (int i = 0; i < count; i++) {
        print_course(i);
        print_run(i);
    }
    return ferror(stdout) || fflush(stdout) != 0;
}
