// The calendar page: what is shown, and what its buttons ask of the API.

import { Refusal, api, tenant } from "./api.js";
import { draw, drawWeekdays, shownDays, withColours } from "./calendar.js";
import { addDays, firstOfMonth, isDate, local, monday, today } from "./dates.js";
import { afterSaving, isOpen, knowAccounts, movePost, openCadence, openHolidays, openPost, openQueue, openReplan } from "./dialogs.js";
import { byId, count, focusOn, showError, whileBusy } from "./elements.js";

const PHONE = "(max-width: 760px)";
const state = {
    ...askedFor(new URL(location)),
    accounts: new Map(),
    posts: [],
    blackouts: [],
    known: new Set(),     // the posts that were there before, so that new ones can be marked
    unfolded: new Set(),  // the days on which all posts are shown
};
let refreshes = 0;

// The address says what is shown: month=2026-11 or week=2026-11-30, and account=...; today's month without it, or
// on a phone its week.
function askedFor({ searchParams }) {
    const month = `${searchParams.get("month")}-01`;
    const week = searchParams.get("week");
    const filter = searchParams.get("account") ?? "";
    if (isDate(week)) return { view: "week", date: monday(week), filter };
    if (isDate(month)) return { view: "month", date: month, filter };
    return { view: matchMedia(PHONE).matches ? "week" : "month", date: today(), filter };
}

function keepInAddress() {
    const address = new URL(location);
    for (const name of ["month", "week", "account"]) address.searchParams.delete(name);
    if (state.view === "week") address.searchParams.set("week", monday(state.date));
    else address.searchParams.set("month", state.date.slice(0, 7));
    if (state.filter) address.searchParams.set("account", state.filter);
    history.replaceState(null, "", address);
}

const actions = {
    open: (post) => attempt(() => openPost(post)),
    changeCadence: (account) => attempt(() => openCadence(account)),
    replan: () => attempt(openReplan),
};

// ---------------------------------------------------------------- reading

async function refresh({ markNew = false } = {}) {
    const mine = ++refreshes;
    const { first, last } = shownDays(state);
    const [listed, calendar, blackouts] = await Promise.all([
        api("GET", "channel-accounts"),
        api("GET", "calendar", { start_date: addDays(first, -1), end_date: addDays(last, 1) }),
        api("GET", "blackouts"),
    ]);
    if (mine !== refreshes) return;  // a later one shows what is newer
    state.accounts = withColours(listed);
    state.blackouts = blackouts;
    // An account that has come since the list was read is shown the next time.
    state.posts = Object.values(calendar).flat().filter((post) => state.accounts.has(post.channel_account_id));
    for (const post of state.posts) {
        post.isNew = markNew && !state.known.has(post.id);
        post.slot.local_time ??= local(post.scheduled_for, "UTC").time;  // in a zone that the server doesn't know
        state.known.add(post.id);
    }
    knowAccounts(state.accounts);
    draw(state, actions);
    byId("content").hidden = false;
}

let told = 0;

// Says what has happened, for long enough to read it.
function tell(message) {
    byId("result").textContent = message;
    clearTimeout(told);
    if (!message.endsWith("…")) told = setTimeout(() => byId("result").replaceChildren(), 4000 + 90 * message.length);
}

// Does what somebody asked for; where it fails, says why in the API's words.
async function attempt(action) {
    byId("problem").hidden = true;
    try {
        await action();
    } catch (error) {
        tell("");
        showError(byId("problem"), error);
        byId("problem").scrollIntoView({ block: "nearest" });
        // What is shown may be what is wrong: somebody else has changed it. Not awaited: the next press counts at once.
        if (error instanceof Refusal && !byId("content").hidden) refresh().catch(() => {});
    }
}

afterSaving((message, key) => attempt(async () => {
    tell(message);
    await refresh({ markNew: true });
    if (key && !isOpen()) focusOn(key);
}));

function show(changes) {
    Object.assign(state, changes);
    keepInAddress();
    tell("");
    return attempt(refresh);
}

// ---------------------------------------------------------------- turning the calendar

const turn = (steps) => show({
    date: state.view === "week" ? addDays(monday(state.date), 7 * steps) : firstOfMonth(state.date, steps),
});
byId("previous").addEventListener("click", () => turn(-1));
byId("next").addEventListener("click", () => turn(1));
byId("today").addEventListener("click", async () => {
    await show({ date: today() });
    document.querySelector(".day.today")?.scrollIntoView({ block: "nearest" });
});
byId("month-view").addEventListener("click", () => show({ view: "month" }));
byId("week-view").addEventListener("click", () => {
    const isThisMonth = state.date.slice(0, 7) === today().slice(0, 7);
    show({ view: "week", date: state.view === "month" && isThisMonth ? today() : state.date });
});
byId("filter").addEventListener("change", ({ target }) => show({ filter: target.value }));

// ---------------------------------------------------------------- planning

byId("topoff").addEventListener("click", ({ currentTarget }) => whileBusy(currentTarget, () => attempt(async () => {
    tell("Topping off …");
    const { created } = await api("POST", "scheduler/topoff");
    await refresh({ markNew: true });
    tell(created ? `${count(created, "slot")} added.` : "Nothing to add: the calendar is full.");
})));
byId("queue").addEventListener("click", () => attempt(() => openQueue(state.filter)));
byId("holidays").addEventListener("click", ({ currentTarget }) => whileBusy(currentTarget, () => attempt(openHolidays)));

// ---------------------------------------------------------------- dragging a post to another day

let dragged = null;
byId("days").addEventListener("dragstart", (event) => {
    const button = event.target.closest?.(".post");
    dragged = state.posts.find(({ id }) => id === button?.dataset.id) ?? null;
    if (!dragged) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged.id);
    document.body.classList.add("dragging");
});
const dayUnder = (event) => {
    const day = dragged && event.target.closest?.(".day");
    return day && day.dataset.date >= today() && day.dataset.date !== dragged.slot.local_time.slice(0, 10) ? day : null;
};
byId("days").addEventListener("dragover", (event) => {
    const day = dayUnder(event);
    for (const marked of document.querySelectorAll(".day.target")) marked.classList.toggle("target", marked === day);
    if (!day) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "move";
    day.classList.add("target");
});
byId("days").addEventListener("drop", (event) => {
    const day = dayUnder(event);
    if (!day) return;
    event.preventDefault();
    const moved = dragged;
    attempt(() => movePost(moved, day.dataset.date));
});
byId("days").addEventListener("dragend", () => {
    dragged = null;
    document.body.classList.remove("dragging");
    for (const marked of document.querySelectorAll(".day.target")) marked.classList.remove("target");
});

// ---------------------------------------------------------------- begin

// Others plan too: who comes back to the page sees what they did.
document.addEventListener("visibilitychange", () => {
    if (!document.hidden && !isOpen() && !dragged) refresh().catch(() => {});
});

drawWeekdays();
for (const id of ["topoff", "queue", "holidays"]) byId(id).dataset.key = id;
byId("tenant").textContent = tenant;
document.title = `${tenant} · Marketing calendar`;
attempt(refresh);
