// Draws the calendar and the accounts.

import { DAY, WEEKDAYS, addDays, firstOfMonth, isoDate, local, monday, monthName, shortDay, shortTime, span, today, weekday } from "./dates.js";
import { byId, count, element, inWords, keepingFocus } from "./elements.js";

const STATUSES = ["Planned", "Scheduled", "Posted", "Failed", "Draft"];
const POSTS_SHOWN_A_DAY = 4;
const COLOURS = 8;

// The first and the last day on the page.
export function shownDays({ view, date }) {
    if (view === "week") return { first: monday(date), last: addDays(monday(date), 6) };
    return { first: monday(firstOfMonth(date)), last: addDays(monday(addDays(firstOfMonth(date, 1), -1)), 6) };
}

export const nameOf = (account) => account.name ?? "Unnamed account";

// ---------------------------------------------------------------- posts

export function isPast(post) {
    return Date.parse(post.scheduled_for) <= Date.now();
}

// Only these can be changed here; what else an application's statuses mean is its own affair.
export function canChange(post) {
    return post.status === "Draft" || post.status === "Scheduled" || post.status === "Failed"
        || (post.slot.empty && !isPast(post));
}

export function titleOf(post) {
    if (!post.slot.empty) return post.slot.title || "Untitled post";
    return isPast(post) ? "Missed slot" : post.slot.category ? inWords(post.slot.category) : "Empty slot";
}

function drawPost(post, account, open) {
    const { zone } = local(post.scheduled_for, post.slot.timezone);
    const time = post.slot.local_time.slice(11, 16);
    const kinds = ["post", STATUSES.includes(post.status) ? post.status.toLowerCase() : "other"];
    if (post.slot.empty) kinds.push("empty", isPast(post) ? "missed" : "open");
    if (post.isNew) kinds.push("new");
    const button = element("button", {
            type: "button", className: kinds.join(" "), draggable: canChange(post),
            data: { key: post.id, id: post.id },
        },
        element("span", { className: "line" },
            element("time", { dateTime: post.scheduled_for, textContent: time },
                element("small", { textContent: ` ${zone}` })),
            post.slot.empty
                ? element("span", { className: "spoken", textContent: " Empty slot " })
                : element("span", { className: "badge", textContent: post.status })),
        element("span", { className: "title", textContent: titleOf(post) }),
        element("span", { className: `account colour-${account.colour}`, textContent: nameOf(account) }),
    );
    button.addEventListener("click", () => open(post));
    return element("li", {}, button);
}

// What is closed on a day, for all accounts or for one of those that are shown.
function holidaysOn(date, { blackouts, accounts, filter }) {
    const begin = `${date}T00:00:00`;
    const end = `${addDays(date, 1)}T00:00:00`;
    const names = blackouts
        .filter(({ starts, ends, is_instant: isInstant, channel_account_id: id }) =>
            !isInstant && (!starts || starts < end) && (!ends || ends > begin) && (!id || !filter || id === filter))
        .map(({ reason, channel_account_id: id }) =>
            (reason || "Holiday") + (id && !filter && accounts.has(id) ? `: ${nameOf(accounts.get(id))}` : ""));
    return [...new Set(names)];
}

function drawDay(date, posts, state, open) {
    const classes = ["day"];
    if (state.view === "month" && date.slice(0, 7) !== state.date.slice(0, 7)) classes.push("outside");
    if (date === today()) classes.push("today");
    if (date < today()) classes.push("over");
    if (!posts.length) classes.push("free");
    const day = element("li", { className: classes.join(" "), data: { date } },
        element("h3", {},
            element("time", { dateTime: date },
                element("span", { className: "weekday", textContent: `${weekday(date)} ` }),
                element("span", { className: "number", textContent: Number(date.slice(8)) }),
                element("span", { className: "month", textContent: ` ${monthName(date)}` })),
            ...(date === today() ? [element("span", { className: "spoken", textContent: " (today)" })] : [])));
    day.append(...holidaysOn(date, state).map((name) => element("p", { className: "holiday", textContent: name })));
    const draw = (post) => drawPost(post, state.accounts.get(post.channel_account_id), open);
    const first = state.view === "month" && posts.length > POSTS_SHOWN_A_DAY + 1 ? POSTS_SHOWN_A_DAY : posts.length;
    if (posts.length) day.append(element("ul", {}, ...posts.slice(0, first).map(draw)));
    if (first < posts.length) {
        day.append(element("details", { open: state.unfolded.has(date), ontoggle: ({ target }) =>
                state.unfolded[target.open ? "add" : "delete"](date) },
            element("summary", { textContent: `${posts.length - first} more` }),
            element("ul", {}, ...posts.slice(first).map(draw))));
    }
    return day;
}

// ---------------------------------------------------------------- accounts

function drawAccount(account, actions) {
    const total = account.empty_slots + account.filled_slots;
    const until = account.filled_until && shortDay(local(account.filled_until, account.timezone).time.slice(0, 10)).slice(4);
    const change = element("button", {
        type: "button", textContent: "Change posting times", data: { key: `cadence-${account.id}` },
        attributes: { "aria-label": `Change posting times of ${nameOf(account)}` },
    });
    change.addEventListener("click", () => actions.changeCadence(account));
    const card = element("li", { data: { account: account.id } },
        element("h3", { className: `colour-${account.colour}`, textContent: nameOf(account) }),
        element("p", { className: "cadence",
            textContent: account.cadence === "none" ? "No posting times yet" : account.cadence.replaceAll("; ", "\n") }));
    if (until) {
        card.append(
            element("meter", { className: "meter", max: total, value: account.filled_slots,
                attributes: { "aria-label": `${account.filled_slots} of ${count(total, "slot")} written` } }),
            element("p", { className: "coverage" },
                element("strong", { textContent: `${account.empty_slots} empty` }),
                ` · ${account.filled_slots} written · until ${until}`),
            account.next_empty_slot ? element("p", { className: "ahead", textContent:
                `Next empty: ${shortTime(local(account.next_empty_slot, account.timezone).time)}` }) : "");
    } else {
        card.append(element("p", { className: "coverage", textContent: "Nothing planned ahead" }));
    }
    if (account.missed_slots) {
        card.append(element("p", { className: "warning",
            textContent: `${count(account.missed_slots, "slot")} missed in the last 28 days` }));
    }
    const buttons = element("div", { className: "buttons" }, change);
    if (account.off_programme) {
        const replan = element("button", { type: "button", textContent: "Bring in line",
            data: { key: `replan-${account.id}` },
            attributes: { "aria-label": `Bring the slots of ${nameOf(account)} in line` } });
        replan.addEventListener("click", actions.replan);
        card.append(element("p", { className: "warning",
            textContent: `${count(account.off_programme, "slot")} off these posting times` }));
        buttons.append(replan);
    }
    card.append(buttons);
    return card;
}

// ---------------------------------------------------------------- the page

export function draw(state, actions) {
    keepingFocus(() => {
        const { first, last } = shownDays(state);
        const days = new Map();
        const number = new Map(STATUSES.map((status) => [status, 0]));
        for (let time = Date.parse(first); time <= Date.parse(last); time += DAY) days.set(isoDate(time), []);
        for (const post of state.posts) {
            if (state.filter && post.channel_account_id !== state.filter) continue;
            // The API groups by the dates of one zone; here every account has its own.
            const date = post.slot.local_time.slice(0, 10);
            days.get(date)?.push(post);
            if (state.view === "week" ? days.has(date) : date.startsWith(state.date.slice(0, 7))) {
                number.set(post.status, (number.get(post.status) ?? 0) + 1);
            }
        }
        for (const posts of days.values()) {
            posts.sort((one, other) => one.slot.local_time < other.slot.local_time ? -1
                : one.slot.local_time > other.slot.local_time ? 1 : 0);
        }
        document.body.classList.toggle("week", state.view === "week");
        const unit = state.view === "week" ? "week" : "month";
        byId("month").textContent = state.view === "week" ? span(first, last)
            : `${monthName(state.date)} ${state.date.slice(0, 4)}`;
        byId("previous").setAttribute("aria-label", `Previous ${unit}`);
        byId("next").setAttribute("aria-label", `Next ${unit}`);
        byId("month-view").setAttribute("aria-pressed", state.view === "month");
        byId("week-view").setAttribute("aria-pressed", state.view === "week");
        byId("legend").replaceChildren(...[...number].map(([status, posts]) =>
            element("li", { className: STATUSES.includes(status) ? status.toLowerCase() : "other" },
                element("span", { className: "badge", textContent: status }), ` ${posts}`)));
        byId("days").replaceChildren(...[...days].map(([date, posts]) => drawDay(date, posts, state, actions.open)));
        drawFilter(state);
        byId("accounts").replaceChildren(...[...state.accounts.values()].map((account) => drawAccount(account, actions)));
        const tip = tipFor([...state.accounts.values()]);
        byId("tip").textContent = tip;
        byId("tip").hidden = !tip;
    });
}

function drawFilter({ accounts, filter }) {
    const select = byId("filter");
    select.replaceChildren(
        element("option", { value: "", textContent: "All accounts" }),
        ...[...accounts.values()].map((account) => element("option", { value: account.id, textContent: nameOf(account) })));
    select.value = accounts.has(filter) ? filter : "";
}

function tipFor(accounts) {
    if (accounts.some((account) => account.slots_ahead)) return "";
    return accounts.some((account) => account.posts_per_week || account.further.length)
        ? "Nothing is planned ahead yet. “Top off” fills the next four weeks with empty slots."
        : "No account has posting times yet. Choose “Change posting times” on an account to begin.";
}

export function withColours(accounts) {
    return new Map(accounts.map((account, index) => [account.id, { ...account, colour: index % COLOURS }]));
}

export function drawWeekdays() {
    byId("weekdays").append(...WEEKDAYS.map((day) => element("span", { textContent: day.slice(0, 3) })));
}
