/* SPDX-License-Identifier: EUPL-1.2 */
/* Each rule of the checker has a definition that breaks it and nothing else. */
#include "screen_house.h"

/* The good definition with one or two edits, and all that the checker says about it. A from of NULL
 * writes a whole file. */
static const struct bad {
    const char *rule;
    struct {
        const char *file, *from, *to;
    } edit[3];
    const char *says;
} bads[] = {
    {"good", {{0}}, ""},
    {"a guard on the last branch",
        {{"home.json", "      {'goto': 'identify', 'stack': 'push', 'then': {'goto': 'requests'}}",
            "      {'when': 'narrowed', 'goto': 'identify', 'stack': 'push', 'then': {'goto': "
            "'requests'}}"}},
        "home.json: on.requests.1: the last branch must have no when\n"},
    {"a branch that ends the others",
        {{"course.json", "'more': [{'goto': 'about'",
            "'more': [{'message': 'No.'}, {'goto': 'about'"}},
        "course.json: on.more.0: only the last branch may have no when\n"},
    {"a guard twice",
        {{"home.json", "      {'goto': 'identify'",
            "      {'when': 'identified', 'message': 'No.'},\n      {'goto': 'identify'"}},
        "home.json: on.requests.1: the same when stands before it\n"},
    {"a guard without its param",
        {{"course.json", "'more': [{'goto': 'about'",
            "'more': [{'when': 'dated', 'message': 'No.'}, {'goto': 'about'"}},
        "course.json: on.more.0: dated needs the param 'run'\n"},
    {"an item's guard without its param",
        {{"home.json", "'event': 'stop'}", "'event': 'stop', 'when': 'dated'}"}},
        "home.json: item 'Stop': dated needs the param 'run'\n"},
    {"a handler nobody needs",
        {{"home.json", "'on': {", "'on': {\n    'wave': [{'message': 'No.'}],"}},
        "home.json: on.wave: nothing emits it\n"},
    {"a global handler nobody needs",
        {{"kiosk.json", "'on': {", "'on': {\n    'wave': [{'message': 'No.'}],"}},
        "kiosk.json: on.wave: no screen emits it\n"},
    {"a global handler that all screens replace",
        {{"kiosk.json", "'on': {", "'on': {\n    'submit': [{'do': 'identify'}],"}},
        "kiosk.json: on.submit: no screen emits it\n"},
    {"an item without handler",
        {{"home.json", "{'text': 'Stop', 'event': 'stop'}",
            "{'text': 'Stop', 'event': 'stop'}, {'text': 'Halt', 'event': 'halt'}"}},
        "home.json: on: nothing handles 'halt'\n"},
    {"a row without handler",
        {{"requests.json",
            "    'choose': [{'goto': 'course', 'stack': 'push', 'with': {'course': "
            "'$row.course'}}],\n",
            ""}},
        "requests.json: on: nothing handles 'choose'\n"},
    {"an outcome without handler",
        {{"ask.json", "    'disk_full': [{'message': 'The disk is full.'}],\n", ""}},
        "ask.json: on: nothing handles 'disk_full'\n"},
    {"no idle handler", {{"kiosk.json", "    'idle': [{'do': 'end_session'}],\n", ""}},
        "kiosk.json: on: nothing handles 'idle'\n"},
    {"an action that brings itself about",
        {{"search.json", "'ordered': [{'message': 'In a new order.'}]",
            "'ordered': [{'do': 'next_order'}]"}},
        "search.json: on.order: 'next_order' never comes to an end\n"
        "search.json: on.ordered: 'next_order' never comes to an end\n"},
    {"an action that everywhere brings itself about",
        {{"kiosk.json", "'no_badge': [{'message': 'No badge.'}]",
            "'no_badge': [{'do': 'identify'}]"}},
        "kiosk.json: on.badge: 'identify' never comes to an end\n"
        "kiosk.json: on.no_badge: 'identify' never comes to an end\n"
        "identify.json: on.submit: 'identify' never comes to an end\n"},
    {"a screen without a way on", {{"about.json", "{'any': [{'goto': '@back'}]}", "{}"}},
        "about.json: on: nothing handles 'any'\nabout.json: nothing that it offers leads home\n"},
    {"a key twice", {{"search.json", "'F3': {", "'F1': {"}},
        "search.json: keys.F1: is bound for all screens in kiosk.json\n"},
    {"Enter bound beside a list", {{"search.json", "'F3': {", "'Enter': {"}},
        "search.json: keys.Enter: it chooses and submits already\n"},
    {"Enter bound everywhere", {{"kiosk.json", "'F1': {", "'Enter': {"}},
        "kiosk.json: keys.Enter: it chooses and submits already\n"},
    {"a long countdown", {{"kiosk.json", "'countdown': 20", "'countdown': 60"}},
        "kiosk.json: idle: the countdown must be shorter than after\n"},
    {"a small minimum", {{"kiosk.json", "'columns': 40", "'columns': 39"}},
        "kiosk.json: minimum: must be between 40 x 20 and 80 x 24\n"},
    {"one screen for start and home", {{"kiosk.json", "'home': 'home'", "'home': 'start'"}},
        "kiosk.json: start and home must be two screens\n"},
    {"start with params", {{"start.json", "'title'", "'params': ['run'],\n  'title'"}},
        "start.json: params: nobody gives the start screen any\n"},
    {"home with params", {{"home.json", "'title'", "'params': ['run'],\n  'title'"}},
        "home.json: params: nobody gives the home screen any\n"},
    {"a card without source",
        {{"course.json", "{'widget': 'card', 'source': 'course'},",
            "{'widget': 'card', 'source': 'course'}, {'widget': 'card'},"}},
        "course.json: body.1: card needs source\n"},
    {"a text with a source",
        {{"about.json", "{'widget': 'article', 'source': 'course'}",
            "{'widget': 'article', 'source': 'course'}, {'widget': 'text', 'text': 'So.', "
            "'source': 'course'}"}},
        "about.json: body.1: text has no source\n"},
    {"a card of many",
        {{"course.json", "{'widget': 'card', 'source': 'course'},",
            "{'widget': 'card', 'source': 'course'}, {'widget': 'card', 'source': 'runs'},"}},
        "course.json: body.1.source: card needs a query that finds one, not 'runs'\n"},
    {"a list of one", {{"about.json", "'article'", "'list'"}, {"about.json", "'any'", "'choose'"}},
        "about.json: body.0.source: list needs a query that finds many, not 'course'\n"},
    {"facets of something else",
        {{"course.json", "{'widget': 'card', 'source': 'course'},",
            "{'widget': 'card', 'source': 'course'}, {'widget': 'facets', 'source': 'runs'},"}},
        "course.json: body.1.source: facets cannot show what 'runs' finds\n"},
    {"a brief of something else",
        {{"ask.json", "'card', 'source': 'run'", "'brief', 'source': 'run'"}},
        "ask.json: body.1.source: brief cannot show what 'run' finds\n"},
    {"a paragraph without text",
        {{"ask.json", "{'widget': 'text', 'text': 'Sure?'}", "{'widget': 'text'}"}},
        "ask.json: body.2: text needs text\n"},
    {"keys with text", {{"help.json", "{'widget': 'keys'}", "{'widget': 'keys', 'text': 'Keys'}"}},
        "help.json: body.0: keys has no text\n"},
    {"a card that is empty",
        {{"course.json", "{'widget': 'card', 'source': 'course'",
            "{'widget': 'card', 'empty': 'None.', 'source': 'course'"}},
        "course.json: body.0: card has no empty\n"},
    {"a card with items",
        {{"about.json", "'source': 'course'}]",
            "'source': 'course'}, {'widget': 'text', 'text': 'So.', 'after': [{'text': 'On', "
            "'event': 'any'}]}]"}},
        "about.json: body.1: text has no items\n"},
    {"two lists",
        {{"help.json", "'body': [",
            "'body': [{'widget': 'list', 'after': [{'text': 'Back', 'event': 'back'}]},"}},
        "help.json: body.2: a screen has one list at most\n"},
    {"a list of nothing",
        {{"about.json", "'body': [{'widget': 'article', 'source': 'course'}]",
            "'body': [{'widget': 'card', 'source': 'course'}, {'widget': 'list'}]"}},
        "about.json: body.1: list needs a source or items\nabout.json: on.any: nothing emits "
        "it\nabout.json: nothing that it offers leads home\n"},
    {"an article beside a list",
        {{"course.json", "{'widget': 'card', 'source': 'course'},",
            "{'widget': 'article', 'source': 'course'},"}},
        "course.json: body: an article turns its pages with the keys of a list or an input\n"},
    {"a badge beside a list",
        {{"identify.json", "'text': 'Badge'}",
            "'text': 'Badge'}, {'widget': 'list', 'after': [{'text': 'Stop', 'event': 'stop'}]}"}},
        "identify.json: body: Enter would submit what is typed, so the list cannot be used\n"},
    {"a word for nothing",
        {{"course.json", "{'widget': 'card', 'source': 'course'},",
            "{'widget': 'card', 'source': 'course'}, {'widget': 'input', 'bind': 'query', 'text': "
            "'Word'},"}},
        "course.json: body: what is typed needs a list with the query 'search'\n"},
    {"data that nobody sees",
        {{"home.json", "'body'", "'data': {'now': {'query': 'summary'}},\n  'body'"}},
        "home.json: data.now: no widget shows it\n"},
    {"a param that is not taken",
        {{"search.json", "'with': {'course': '$row.id'}",
            "'with': {'course': '$row.id', 'request': 'x'}"}},
        "search.json: on.choose.0.with: 'course' does not take 'request'\n"},
    {"a param that is missing", {{"search.json", ", 'with': {'course': '$row.id'}", ""}},
        "search.json: on.choose.0.with: 'course' needs 'course'\n"},
    {"a date that gets lost on the way", {{"ask.json", ", 'run': '$param.run'", ""}},
        "ask.json: on.yes.0.with: 'ask' needs 'run'\n"},
    {"a row's date that is not given",
        {{"course.json", "'with': {'course': '$row.course', 'run': '$row.id'}",
            "'with': {'course': '$row.course'}"}},
        "course.json: on.choose.0.with: 'ask' needs 'run'\n"},
    {"a query's missing param", {{"ask.json", ", 'with': {'run': '$param.run'}", ""}},
        "ask.json: data.run.with: 'run' needs 'run'\n"},
    {"a query's unknown param",
        {{"requests.json", "{'query': 'tickets'}",
            "{'query': 'tickets', 'with': {'facet': 'form'}}"}},
        "requests.json: data.mine.with: 'tickets' does not take 'facet'\n"},
    {"an action's missing param",
        {{"ask.json", ", 'with': {'course': '$param.course', 'run': '$param.run'}",
            ", 'with': {'run': '$param.run'}"}},
        "ask.json: on.yes.0.with: 'ask' needs 'course'\n"},
    {"a param of another kind",
        {{"course.json",
            "'more': [{'goto': 'about', 'stack': 'push', 'with': {'course': '$param.course'}",
            "'more': [{'goto': 'about', 'stack': 'push', 'with': {'course': '$param.run'}"}},
        "course.json: on.more.0.with.course: $param.run is no course\n"},
    {"a param that the screen has not", {{"search.json", "'$row.id'", "'$param.course'"}},
        "search.json: on.choose.0.with.course: this screen takes no param 'course'\n"},
    {"a row where none may be",
        {{"home.json", "'search': [{'goto': 'search', 'stack': 'push'}]",
            "'search': [{'goto': 'about', 'stack': 'push', 'with': {'course': '$row.id'}}]"}},
        "home.json: on.search.0.with.course: there may be no row here\n"},
    {"a row in kiosk.json",
        {{"kiosk.json", "'stop': [",
            "'stop': [{'when': 'narrowed', 'goto': 'about', 'stack': 'push', 'with': {'course': "
            "'$row.id'}}, "}},
        "kiosk.json: on.stop.0.with.course: there may be no row here\n"},
    {"a row of another kind", {{"requests.json", "'$row.course'", "'$row.id'"}},
        "requests.json: on.choose.0.with.course: $row.id of a ticket is no course\n"},
    {"a field that the row has not", {{"requests.json", "'$row.course'", "'$row.place'"}},
        "requests.json: on.choose.0.with.course: $row.place of a ticket is no course\n"},
    {"a field that is unknown", {{"requests.json", "'$row.course'", "'$row.curse'"}},
        "requests.json: on.choose.0.with.course: $row.curse of a ticket is no course\n"},
    {"a facet that is unknown", {{"search.json", "'facet': 'form'", "'facet': 'farm'"}},
        "search.json: data.forms.with.facet: no facet 'farm'\n"},
    {"then without its param",
        {{"course.json", "'then': {'goto': 'ask', 'with': {'course': '$param.course'}}",
            "'then': {'goto': 'ask'}"}},
        "course.json: on.any_date.1.with.then: 'ask' needs 'course'\n"},
    {"a screen that nothing leads to",
        {{"lonely.json", NULL,
            "{'screen': 'lonely', 'title': 'Lonely', 'body': [{'widget': 'text', 'text': 'So.'}], "
            "'on': {'any': [{'goto': '@home'}]}}"}},
        "lonely.json: nothing leads here from the start\n"},
    {"a screen without a way home", {{"about.json", "{'goto': '@back'}", "{'message': 'No.'}"}},
        "about.json: nothing that it offers leads home\n"},
    {"pushes that go round",
        {{"ask.json", "'saved': [{'goto': 'requests', 'stack': 'reset'",
            "'saved': [{'goto': 'requests', 'stack': 'replace'"}},
        "course.json: pushes go round: course > requests > course\n"},
    {"a push upon itself",
        {{"search.json", "'ordered': [{'message': 'In a new order.'}]",
            "'ordered': [{'goto': 'search', 'stack': 'push'}]"}},
        "search.json: pushes go round: search > search\n"},
    {"a screen that leads to itself",
        {{"search.json", "'ordered': [{'message': 'In a new order.'}]",
            "'ordered': [{'goto': 'search', 'stack': 'reset'}]"}},
        "search.json: on.ordered.0: leads to itself\n"},
    {"a personal screen for anybody",
        {{"home.json",
            "{'when': 'identified', 'goto': 'requests', 'stack': 'push'},\n      {'goto': "
            "'identify', 'stack': 'push', 'then': {'goto': 'requests'}}",
            "{'goto': 'requests', 'stack': 'push'}"}},
        "home.json: on.requests.0: 'requests' is personal, so this needs when 'identified'\n"},
    {"a personal screen behind another guard",
        {{"home.json", "'when': 'identified'", "'when': 'narrowed'"}},
        "home.json: on.requests.0: 'requests' is personal, so this needs when 'identified'\n"
        "home.json: on.requests.1: needs a branch before it: when 'identified', goto 'requests'\n"},
    {"a personal home",
        {{"home.json", "'body'", "'data': {'mine': {'query': 'tickets'}},\n  'body'"},
            {"home.json", "{'widget': 'list', ", "{'widget': 'list', 'source': 'mine', "},
            {"home.json", "'on': {",
                "'on': {\n    'choose': [{'goto': 'course', 'stack': 'push', 'with': {'course': "
                "'$row.course'}}],"}},
        "home.json: is personal, but entered by anybody\nstart.json: on.any.0: 'home' is personal, "
        "so this needs when 'identified'\n"},
    {"@then for nobody",
        {{"home.json", "'search': [{'goto': 'search', 'stack': 'push'}]",
            "'search': [{'goto': '@then'}]"}},
        "home.json: leads on to @then, but is entered without then\n"
        "home.json: on.search.0: @then is for a screen's own, once it is known who it is\n"
        "home.json: on.requests.1: from one detour to the next needs replace, and no then\n"
        "home.json: on.proven: waits for it, so it must lead on to @then\n"
        "home.json: on.wrong_pin: waits for it, so it must lead on to a screen that asks again\n"
        "home.json: on.unproven: waits for it, so it must lead on to @then\n"
        "start.json: on.any.0: 'home' leads on to @then, so this needs then\n"
        "start.json: on.any.0: 'home' waits for a PIN's answer, so only 'checking' leads there\n"},
    {"@then in kiosk.json",
        {{"kiosk.json", "'identified': [{'goto': '@home', 'message': 'Known.'}]",
            "'identified': [{'goto': '@then'}]"}},
        "kiosk.json: on.identified.0: @then is for a screen's own, once it is known who it is\n"},
    {"a detour without then", {{"home.json", ", 'then': {'goto': 'requests'}", ""}},
        "home.json: on.requests.1: 'identify' leads on to @then, so this needs then\n"},
    {"then without a detour",
        {{"home.json", "'search': [{'goto': 'search', 'stack': 'push'}]",
            "'search': [{'goto': 'search', 'stack': 'push', 'then': {'goto': 'requests'}}]"}},
        "home.json: on.search.0: nothing at the goto leads on to @then\n"},
    {"then to the start",
        {{"home.json", "'then': {'goto': 'requests'}", "'then': {'goto': 'start'}"}},
        "home.json: on.requests.1: needs a branch before it: when 'identified', goto 'start'\n"},
    {"who is known is asked again",
        {{"home.json", "{'when': 'identified', 'goto': 'requests', 'stack': 'push'},", ""}},
        "home.json: on.requests.0: needs a branch before it: when 'identified', goto 'requests'\n"},
    {"who is known is led elsewhere",
        {{"home.json", "{'when': 'identified', 'goto': 'requests', 'stack': 'push'},",
            "{'when': 'identified', 'goto': 'search', 'stack': 'push'},"}},
        "home.json: on.requests.1: needs a branch before it: when 'identified', goto 'requests'\n"},
    {"who comes in stays where another was",
        {{"kiosk.json", "'another_person': [{'goto': '@home', 'message': 'Known.'}",
            "'another_person': [{'message': 'Known.'}"}},
        "kiosk.json: on.another_person.0: must lead to @home or reset the stack\n"},
    {"a visit on top of the start", {{"start.json", "'stack': 'reset'", "'stack': 'push'"}},
        "start.json: on.any.0: what leads away from the start resets the stack\n"},
    {"a way back that is not kept",
        {{"course.json", "'more': [{'goto': 'about', 'stack': 'push'",
            "'more': [{'goto': 'about', 'stack': 'reset'"}},
        "course.json: on.more.0: 'about' goes back to where it was opened: needs push\n"},
    {"help that loses the place",
        {{"kiosk.json", "{'goto': 'help', 'stack': 'push'}",
            "{'goto': 'help', 'stack': 'replace'}"}},
        "kiosk.json: on.help.0: 'help' goes back to where it was opened: needs push\n"
        "help.json: help and language need a key in kiosk.json that pushes them\n"},
    {"help that leads elsewhere", {{"help.json", "'@back'", "'@home'"}},
        "help.json: is opened anywhere, so it must lead @back\n"},
    {"help by another way",
        {{"home.json", "'search': [{'goto': 'search', 'stack': 'push'}]",
            "'search': [{'goto': 'help', 'stack': 'push'}]"}},
        "home.json: on.search.0: 'help' is opened by its event in kiosk.json\n"},
    {"language without a key",
        {{"about.json", "'any'", "'spoken': [{'goto': '@back'}],\n    'any'"},
            {"about.json", "[{'goto': '@back'}]}",
                "[{'do': 'speak', 'with': {'language': 'nl'}}]}"}},
        "about.json: help and language need a key in kiosk.json that pushes them\n"},
    {"an end that is none",
        {{"kiosk.json", "'ended': [{'goto': '@start'}]", "'ended': [{'goto': '@home'}]"}},
        "kiosk.json: on.ended.0: must be a goto to @start\n"},
    {"a start without an end",
        {{"kiosk.json", "'stop': [{'do': 'end_session'}]", "'stop': [{'goto': '@start'}]"}},
        "kiosk.json: on.stop.0: only 'ended' leads to the start\n"},
    {"idle that does not end",
        {{"kiosk.json", "'idle': [{'do': 'end_session'}]",
            "'idle': [{'message': 'Are you there?'}]"}},
        "kiosk.json: on.idle.0: must do end_session\n"},
    {"an own idle that does not end",
        {{"requests.json", "'on': {", "'on': {\n    'idle': [{'message': 'Are you there?'}],"}},
        "requests.json: on.idle.0: must do end_session\n"},
    {"a deed by a key",
        {{"ask.json", "'on': {", "'keys': {'Tab': {'event': 'yes', 'label': 'Yes'}},\n  'on': {"}},
        "ask.json: on.yes.0: only an item of this screen's list may do ask\n"},
    {"a deed by an outcome",
        {{"ask.json", "'disk_full': [{'message': 'The disk is full.'}]",
            "'disk_full': [{'do': 'ask', 'with': {'course': '$param.course', 'run': "
            "'$param.run'}}]"}},
        "ask.json: on.yes: 'ask' never comes to an end\n"
        "ask.json: on.disk_full: 'ask' never comes to an end\n"
        "ask.json: on.disk_full.0: only an item of this screen's list may do ask\n"},
    {"nothing to go back to",
        {{"home.json", "'search': [{'goto': 'search', 'stack': 'push'}]",
            "'search': [{'goto': '@back'}]"}},
        "home.json: on.search.0: there is nothing to go back to\n"},
    {"a long title",
        {{"help.json", "'title': 'Help'", "'title': 'Help for everybody who is here'"}},
        "help.json: 'Help for everybody who is here' in 'en' takes 30 cells, and 26 is the most\n"},
    {"a long item",
        {{"help.json", "'text': 'Back'", "'text': 'Back to where you were before you came here'"}},
        "help.json: 'Back to where you were before you came here' in 'en' takes 43 cells, and 36 "
        "is the most\n"},
    {"a long note",
        {{"help.json", "'text': 'Back'",
            "'text': 'Back', 'note': 'to where you were before you came to this screen, and no "
            "further'"}},
        "help.json: 'to where you were before you came to this screen, and no further' in 'en' "
        "takes 64 cells, and 60 is the most\n"},
    {"a long bar",
        {{"search.json", "'label': 'Order'",
            "'label': 'Order the list by date, by price, by length or by what fits you best of "
            "all'"}},
        "search.json: keys: the bar in 'en' takes 88 cells, and 78 fit\n"},
    {"an unknown badge without handler",
        {{"kiosk.json", "    'unknown_badge': [{'message': 'Not known.'}],\n", ""}},
        "kiosk.json: on: nothing handles 'unknown_badge'\nidentify.json: on: nothing handles "
        "'unknown_badge'\n"},
    {"a row in data", {{"about.json", "'$param.course'", "'$row.id'"}},
        "about.json: data.course.with.course: there may be no row here\n"},
    {"a home that leads on to @then",
        {{"home.json", "'on': {",
            "'keys': {'Tab': {'event': 'who', 'label': 'Who'}},\n  'on': {\n    'who': [{'do': "
            "'identify'}],\n    'identified': [{'goto': '@then'}],"}},
        "home.json: leads on to @then, but is entered without then\n"
        "home.json: on.requests.1: from one detour to the next needs replace, and no then\n"
        "home.json: on.proven: waits for it, so it must lead on to @then\n"
        "home.json: on.wrong_pin: waits for it, so it must lead on to a screen that asks again\n"
        "home.json: on.unproven: waits for it, so it must lead on to @then\n"
        "start.json: on.any.0: 'home' leads on to @then, so this needs then\n"
        "start.json: on.any.0: 'home' waits for a PIN's answer, so only 'checking' leads there\n"},
    {"a deed in kiosk.json",
        {{"kiosk.json", "'help': [",
            "'help': [{'when': 'narrowed', 'do': 'ask', 'with': {'course': 'c1'}}, "}},
        "kiosk.json: on: nothing handles 'saved'\nkiosk.json: on: nothing handles "
        "'already_asked'\nkiosk.json: on: nothing handles 'disk_full'\nkiosk.json: on.help.0: only "
        "an item of this screen's list may do ask\n"},
    {"a start by name",
        {{"home.json", "'search': [{'goto': 'search', 'stack': 'push'}]",
            "'search': [{'goto': 'start', 'stack': 'reset'}]"}},
        "home.json: on.search.0: only 'ended' leads to the start\n"},
    {"an article twice",
        {{"about.json", "'source': 'course'}]",
            "'source': 'course'}, {'widget': 'article', 'source': 'course'}]"}},
        "about.json: body.1: a screen has one article at most\n"},
    {"a poster of a course",
        {{"about.json", "'widget': 'article'", "'text': 'So.', 'widget': 'poster'"}},
        "about.json: body.0.source: poster cannot show what 'course' finds\n"},
};

static void check_one(const struct bad *bad)
{
    struct house h;
    struct app app;
    struct err err = {0};
    struct buf out = BUF_INIT(16384);
    house_build(&h);
    for (int i = 0; i < 3 && bad->edit[i].file; i++) {
        if (bad->edit[i].from)
            house_edit(&h, bad->edit[i].file, bad->edit[i].from, bad->edit[i].to);
        else
            house_write(&h, bad->edit[i].file, bad->edit[i].to);
    }
    if (app_load(&app, h.dir, &err) < 0)
        fail_msg("%s: does not load: %s", bad->rule, err.msg);
    int wrong = app_check(&app, &out);
    int lines = 0;
    for (const char *at = out.p; *at; at++)
        lines += *at == '\n';
    assert_int_equal(wrong, lines);
    if (strcmp(out.p, bad->says) != 0)
        fail_msg("%s: said\n%sinstead of\n%s", bad->rule, out.p, bad->says);
    app_release(&app);
    buf_release(&out);
    house_pull_down(&h);
}

static void each_rule_says_what_is_wrong(void **unused)
{
    (void)unused;
    for (size_t i = 0; i < sizeof(bads) / sizeof(bads[0]); i++)
        check_one(&bads[i]);
}

/* A row of screens, each pushed by the one before; the last leads to the search. */
static void write_tower(const struct house *h, int height)
{
    char file[32], text[400];
    for (int i = 1; i <= height; i++) {
        char above[16];
        snprintf(above, sizeof(above), i < height ? "s%d" : "search", i + 1);
        snprintf(file, sizeof(file), "s%d.json", i);
        snprintf(text, sizeof(text),
            "{'screen': 's%d', 'title': 'Up', 'body': [{'widget': 'text', 'text': 'Up.'}],"
            " 'on': {'any': [{'goto': '%s', 'stack': '%s'}]}}",
            i, above, i < height ? "push" : "reset");
        house_write(h, file, text);
    }
}

static void the_stack_is_known_to_be_short(void **unused)
{
    (void)unused;
    /* The tower stands on home, and the help for all screens on its top. */
    for (int height = LIM_STACK - 2; height <= LIM_STACK - 1; height++) {
        struct house h;
        struct app app;
        struct err err = {0};
        struct buf out = BUF_INIT(16384);
        house_build(&h);
        write_tower(&h, height);
        house_edit(&h, "home.json", "'goto': 'search'", "'goto': 's1'");
        assert_int_equal(app_load(&app, h.dir, &err), 0);
        app_check(&app, &out);
        assert_string_equal(out.p,
            height == LIM_STACK - 2 ? ""
                                    : "kiosk.json: 13 screens can lie upon each other; 12 is the "
                                      "most\n");
        app_release(&app);
        buf_release(&out);
        house_pull_down(&h);
    }
}

static void the_screens_of_acht_are_right(void **unused)
{
    (void)unused;
    struct app app;
    struct err err = {0};
    struct buf out = BUF_INIT(65536);
    if (app_load(&app, REAL, &err) < 0)
        fail_msg("%s", err.msg);
    app_check(&app, &out);
    assert_string_equal(out.p, "");
    app_release(&app);
    buf_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_rule_says_what_is_wrong),
        cmocka_unit_test(the_stack_is_known_to_be_short),
        cmocka_unit_test(the_screens_of_acht_are_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
