// Dates are texts, as 2026-11-30, and reckoned with in UTC: they are days on a calendar, not instants.

export const DAY = 24 * 60 * 60 * 1000;
export const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December"];

export function isoDate(time) {
    return new Date(time).toISOString().slice(0, 10);
}

// The day that the clock of this browser shows.
export function today() {
    return isoDate(Date.now() - new Date().getTimezoneOffset() * 60 * 1000);
}

export function addDays(date, days) {
    return isoDate(Date.parse(date) + days * DAY);
}

export function isDate(text) {
    return /^\d{4}-\d\d-\d\d$/.test(text ?? "") && !isNaN(Date.parse(text)) && isoDate(Date.parse(text)) === text;
}

export function monday(date) {
    return addDays(date, -((new Date(date).getUTCDay() + 6) % 7));
}

export function firstOfMonth(date, months = 0) {
    const day = new Date(date);
    return isoDate(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + months));
}

export function weekday(date) {
    return WEEKDAYS[(new Date(date).getUTCDay() + 6) % 7];
}

export function monthName(date) {
    return MONTHS[Number(date.slice(5, 7)) - 1];
}

// "Mon 30 Nov", with the year where it is not this one.
export function shortDay(date) {
    const year = date.slice(0, 4) === today().slice(0, 4) ? "" : ` ${date.slice(0, 4)}`;
    return `${weekday(date).slice(0, 3)} ${Number(date.slice(8))} ${monthName(date).slice(0, 3)}${year}`;
}

// "Mon 30 Nov, 09:00" of a local time as the API writes it.
export function shortTime(local) {
    return `${shortDay(local.slice(0, 10))}, ${local.slice(11, 16)}`;
}

// "30 Nov – 6 Dec 2026"
export function span(first, last) {
    const start = first.slice(0, 7) === last.slice(0, 7) ? "" : ` ${monthName(first).slice(0, 3)}`;
    return `${Number(first.slice(8))}${start} – ${Number(last.slice(8))} ${monthName(last).slice(0, 3)} ${last.slice(0, 4)}`;
}

const KNOWN_ZONES = new Map();

// The zone, or UTC where this browser doesn't know it.
function known(timeZone) {
    if (!KNOWN_ZONES.has(timeZone)) {
        let zone = timeZone;
        try {
            new Intl.DateTimeFormat("en-US", { timeZone });
        } catch {
            zone = "UTC";
        }
        KNOWN_ZONES.set(timeZone, zone);
    }
    return KNOWN_ZONES.get(timeZone);
}

// An instant by the clock of a zone: as 2026-11-30T09:00, and the zone's short name.
export function local(instant, timeZone) {
    const part = Object.fromEntries(
        new Intl.DateTimeFormat("en-US", {
            timeZone: known(timeZone), year: "numeric", month: "2-digit", day: "2-digit",
            hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short",
        }).formatToParts(new Date(instant)).map(({ type, value }) => [type, value]),
    );
    return { time: `${part.year}-${part.month}-${part.day}T${part.hour}:${part.minute}`, zone: part.timeZoneName };
}
