// The calendar page: reads the tenant's accounts and posts, and tops the calendar off at the press of a button.

const address = new URL(location);
const tenant = address.searchParams.get("tenant_id") ?? "";
const token = document.querySelector("meta[name=api-token]").content;
const byId = (id) => document.getElementById(id);
const STATUSES = ["Planned", "Scheduled", "Posted", "Failed", "Draft"];
const POSTS_SHOWN_A_DAY = 4;
const DAY = 24 * 60 * 60 * 1000;

const today = () => isoDate(Date.now() - new Date().getTimezoneOffset() * 60 * 1000);
const isoDate = (time) => new Date(time).toISOString().slice(0, 10);

let month = firstOfMonth(address.searchParams.get("month"));
let accounts = new Map();
let shown = new Set();  // the posts that were on the calendar before, so that new ones can be marked

// ---------------------------------------------------------------- the API

async function api(method, path, parameters = {}) {
    const query = new URLSearchParams({ tenant_id: tenant, ...parameters });
    const response = await fetch(`/api/v1/marketing/${path}?${query}`, {
        method,
        headers: { Authorization: `Bearer ${token}` },
    });
    const body = await response.json().catch(() => ({}));
    if (!response.ok) {
        throw new Error(`${response.status}: ${body.message ?? response.statusText}`);
    }
    return body;
}

// ---------------------------------------------------------------- dates, as 2026-11-30 and in UTC

function firstOfMonth(text) {
    const date = new Date(/^\d{4}-\d\d$/.test(text ?? "") ? `${text}-01` : today());
    return isNaN(date) ? firstOfMonth() : Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
}

const inUTC = (time, options) => new Intl.DateTimeFormat("en-US", { timeZone: "UTC", ...options }).format(time);

function weeksOfMonth() {
    const first = new Date(month);
    const last = Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0);
    const start = month - ((first.getUTCDay() + 6) % 7) * DAY;
    const end = last + ((7 - new Date(last).getUTCDay()) % 7) * DAY;
    return { start, end };
}

// An instant by the clock of a zone: its date, and its time as people read it there.
function local(instant, timeZone) {
    const part = Object.fromEntries(
        new Intl.DateTimeFormat("en-US", {
            timeZone, year: "numeric", month: "2-digit", day: "2-digit",
            hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short",
        }).formatToParts(new Date(instant)).map(({ type, value }) => [type, value]),
    );
    return {
        date: `${part.year}-${part.month}-${part.day}`,
        time: `${part.hour}:${part.minute}`,
        zone: part.timeZoneName,
    };
}

// ---------------------------------------------------------------- drawing

function element(name, properties = {}, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
}

function drawAccount(account) {
    const until = account.filled_until && new Intl.DateTimeFormat("en-US", {
        timeZone: account.timezone, month: "short", day: "numeric",
    }).format(new Date(account.filled_until));
    const facts = [`${account.empty_slots} empty`, `${account.filled_slots} written`];
    if (account.missed_slots) {
        facts.push(`${account.missed_slots} missed`);
    }
    return element("li", {},
        element("h3", { textContent: account.name ?? account.id }),
        element("p", { className: "cadence", textContent: account.cadence === "none" ? "no cadence" : account.cadence }),
        element("p", { className: "coverage" },
            element("strong", { textContent: until ? `filled until ${until}` : "nothing planned ahead" }),
            ...(until ? [element("span", { textContent: facts.join(" · ") })] : [])),
    );
}

function drawPost(post) {
    const account = accounts.get(post.channel_account_id);
    const { time, zone } = local(post.scheduled_for, account.timezone);
    return element("li", {
            className: `post ${post.status.toLowerCase()}${post.isNew ? " new" : ""}`,
            title: `${time} ${account.timezone}`,
        },
        element("time", { dateTime: post.scheduled_for, textContent: time }, element("small", { textContent: ` ${zone}` })),
        element("span", { className: "badge", textContent: post.status }),
        element("span", { className: "account", textContent: account.name ?? account.id }),
    );
}

function drawDay(time, posts) {
    const date = isoDate(time);
    const classes = ["day"];
    if (inUTC(time, { month: "numeric" }) !== inUTC(month, { month: "numeric" })) classes.push("outside");
    if (date === today()) classes.push("today");
    if (!posts.length) classes.push("free");
    const day = element("li", { className: classes.join(" ") },
        element("h3", {},
            element("time", { dateTime: date },
                element("span", { className: "weekday", textContent: inUTC(time, { weekday: "long" }) + ", " }),
                element("span", { className: "month", textContent: inUTC(time, { month: "long" }) + " " }),
                element("span", { className: "number", textContent: new Date(time).getUTCDate() }))));
    const first = posts.length > POSTS_SHOWN_A_DAY + 1 ? POSTS_SHOWN_A_DAY : posts.length;
    day.append(element("ul", {}, ...posts.slice(0, first).map(drawPost)));
    if (first < posts.length) {
        day.append(element("details", {},
            element("summary", { textContent: `${posts.length - first} more` }),
            element("ul", {}, ...posts.slice(first).map(drawPost))));
    }
    return day;
}

function draw(posts) {
    const { start, end } = weeksOfMonth();
    const days = new Map();
    const count = Object.fromEntries(STATUSES.map((status) => [status, 0]));
    for (let time = start; time <= end; time += DAY) days.set(isoDate(time), []);
    for (const post of posts) {
        // The API groups by the dates of one zone; here every account has its own.
        const { date } = local(post.scheduled_for, accounts.get(post.channel_account_id).timezone);
        days.get(date)?.push(post);
        if (date.startsWith(isoDate(month).slice(0, 7))) count[post.status] += 1;
    }
    byId("accounts").replaceChildren(...[...accounts.values()].map(drawAccount));
    byId("month").textContent = inUTC(month, { month: "long", year: "numeric" });
    byId("legend").replaceChildren(...STATUSES.map((status) =>
        element("li", { className: `post ${status.toLowerCase()}` },
            element("span", { className: "badge", textContent: status }), ` ${count[status]}`)));
    byId("days").replaceChildren(...[...days].map(([date, posts]) => drawDay(Date.parse(date), posts)));
}

// ---------------------------------------------------------------- what people do

async function refresh({ markNew = false } = {}) {
    const { start, end } = weeksOfMonth();
    const [listed, calendar] = await Promise.all([
        api("GET", "channel-accounts"),
        api("GET", "calendar", { start_date: isoDate(start - DAY), end_date: isoDate(end + DAY) }),
    ]);
    accounts = new Map(listed.map((account) => [account.id, account]));
    const posts = Object.keys(calendar).sort().flatMap((date) => calendar[date]);
    for (const post of posts) post.isNew = markNew && !shown.has(post.id);
    shown = new Set(posts.map((post) => post.id));
    draw(posts);
    byId("content").hidden = false;
}

// Runs what somebody asked for; where it fails, says why in the API's words.
async function attempt(action) {
    byId("problem").hidden = true;
    try {
        await action();
    } catch (error) {
        byId("result").textContent = "";
        byId("problem").hidden = false;
        byId("problem").textContent = error.message;
    }
}

function show(newMonth) {
    month = newMonth;
    address.searchParams.set("month", isoDate(month).slice(0, 7));
    history.replaceState(null, "", address);
    byId("result").textContent = "";
    return attempt(refresh);
}

function turn(months) {
    const date = new Date(month);
    return show(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months));
}

byId("topoff").addEventListener("click", ({ currentTarget: button }) => {
    // aria-disabled, not disabled: a disabled button would lose the keyboard's focus.
    if (button.getAttribute("aria-disabled")) return;
    button.setAttribute("aria-disabled", "true");
    byId("result").textContent = "Topping off …";
    attempt(async () => {
        const { created } = await api("POST", "scheduler/topoff");
        await refresh({ markNew: true });
        byId("result").textContent =
            created === 0 ? "Nothing to add: the calendar is full."
            : created === 1 ? "1 slot added."
            : `${created} slots added.`;
    }).finally(() => button.removeAttribute("aria-disabled"));
});
byId("previous").addEventListener("click", () => turn(-1));
byId("next").addEventListener("click", () => turn(1));
byId("today").addEventListener("click", async () => {
    await show(firstOfMonth());
    // On a phone, today may be far down, or have no post and so no place in the list.
    [...document.querySelectorAll(".day")]
        .find((day) => day.checkVisibility() && day.querySelector("time").dateTime >= today())
        ?.scrollIntoView({ block: "nearest" });
});

byId("weekdays").append(...["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"].map((day) => element("span", { textContent: day })));
byId("tenant").textContent = tenant;
document.title = `${tenant} · Marketing calendar`;
attempt(refresh);
