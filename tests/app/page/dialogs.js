// The dialogs. Each is a <dialog> with one form: what somebody typed stays in it until it is saved or given up.

import { Refusal, api, names } from "./api.js";
import { canChange, isPast, nameOf, titleOf } from "./calendar.js";
import { WEEKDAYS, addDays, local, shortDay, shortTime, today } from "./dates.js";
import { byId, count, element, focusOn, inWords, showError, whileBusy } from "./elements.js";

let saved;  // what to do when a dialog has changed something: saved(message, key of the element to focus)
export function afterSaving(callback) {
    saved = callback;
}

const dialogs = {};
export const isOpen = () => Object.values(dialogs).some(({ dialog }) => dialog.open);

// ---------------------------------------------------------------- what all of them do

function define(id, submit) {
    const dialog = byId(id);
    const form = dialog.querySelector("form");
    const primary = form.querySelector("footer .primary");
    const made = {
        dialog, form, primary, cancel: form.querySelector(".cancel"), error: form.querySelector(".error"),
        changes: form.querySelector(".changes"), primaryText: primary.textContent, isNew: true,
    };
    dialogs[id] = made;
    if (made.changes) {
        made.changes.setAttribute("aria-label", "What changes");
        form.addEventListener("input", () => forgetChanges(made));
    }
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        attempt(made, primary, () => submit(made));
    });
    made.cancel.addEventListener("click", () => giveUp(made));
    dialog.addEventListener("keydown", (event) => {
        if (event.key === "Escape") {
            event.preventDefault();
            giveUp(made);
        }
    });
    dialog.addEventListener("cancel", (event) => {
        event.preventDefault();
        giveUp(made);
    });
    dialog.addEventListener("close", () => {
        // What was refused may have been so because the calendar is not what it was.
        if (made.wasRefused) saved("", made.opener);
        made.wasRefused = false;
        if (document.activeElement === document.body || !document.activeElement?.isConnected) focusOn(made.opener);
    });
    return made;
}

function open(made, focus) {
    made.opener = document.activeElement?.dataset.key ?? document.activeElement?.id;
    made.error.hidden = true;
    forgetChanges(made);
    made.before = typed(made.form);
    ask(made, false);
    made.dialog.showModal();
    made.form.querySelector(".fields").scrollTop = 0;
    focus?.focus();
}

function typed(form) {
    return JSON.stringify([...form.elements].filter(({ name, type }) => name && type !== "button").map((field) =>
        field.type === "checkbox" || field.type === "radio" ? field.checked : field.value));
}

// Closes a dialog, but asks first where something typed would be lost.
function giveUp(made) {
    if (typed(made.form) === made.before) made.dialog.close();
    else ask(made, true);
}

function ask(made, really) {
    made.form.querySelector(".discard")?.remove();
    made.form.querySelector("footer").hidden = really;
    if (!really) return;
    const keep = element("button", { type: "button", className: "primary", textContent: "Keep editing" });
    const discard = element("button", { type: "button", className: "danger", textContent: "Discard" });
    keep.addEventListener("click", () => {
        ask(made, false);
        made.primary.focus();
    });
    discard.addEventListener("click", () => made.dialog.close());
    made.form.append(element("div", { className: "footer discard" },
        element("p", { textContent: "Discard what you have typed?", attributes: { role: "alert" } }), discard, keep));
    keep.focus();
}

function close(made, message, key) {
    made.before = typed(made.form);
    made.wasRefused = false;
    made.dialog.close();
    saved(message, key ?? made.opener);  // not awaited: the next press counts at once
}

async function attempt(made, button, action) {
    made.error.hidden = true;
    await whileBusy(button, async () => {
        try {
            await action();
        } catch (error) {
            showError(made.error, error);
            made.wasRefused = true;
            made.form.querySelector(".fields").scrollTop = 0;
        }
    });
}

addEventListener("beforeunload", (event) => {
    if (Object.values(dialogs).some(({ dialog, form, before }) => dialog.open && typed(form) !== before)) {
        event.preventDefault();
    }
});

const filled = (input, name) => {
    const value = input.value.trim();
    if (value) return value;
    input.focus();
    throw new Refusal({ message: `${name} is missing` });
};

// ---------------------------------------------------------------- see before saving

let accounts = new Map();
export function knowAccounts(known) {
    accounts = known;
    for (const account of known.values()) names.set(account.id, nameOf(account));
}

function forgetChanges(made) {
    if (!made.changes) return;
    made.changes.hidden = true;
    made.seen = null;
    made.primary.textContent = made.primaryText;
}

// The first press of the button says what would change, the second one saves it.
async function seeOrSave(made, change, saveText, done) {
    const request = JSON.stringify([change.method, change.path, change.body]);
    if (made.seen !== request) {
        const result = await api(change.method, change.path, { body: change.body, dry_run: true });
        showChanges(made.changes, result);
        made.seen = request;
        made.primary.textContent = saveText;
        made.changes.focus({ preventScroll: true });
        const fields = made.form.querySelector(".fields");
        fields.scrollTop = made.changes.offsetTop - 16;
        return;
    }
    const { removed, created } = await api(change.method, change.path, { body: change.body });
    close(made, `${done} ${outcome(removed, created)}`);
}

function outcome(removed, created) {
    const parts = [removed && `${count(removed, "empty slot")} removed`, created && `${count(created, "slot")} created`];
    return `${parts.filter(Boolean).join(", ") || "No slot changed"}.`;
}

function prospect(removed, created) {
    const parts = [removed && `removes ${count(removed, "empty slot")}`, created && `creates ${count(created, "slot")}`];
    return `This ${parts.filter(Boolean).join(" and ") || "changes no slot"}.`;
}

function showChanges(place, { removed, created, slots }) {
    const byAccount = Map.groupBy?.(slots, (slot) => slot.channel_account_id)
        ?? slots.reduce((groups, slot) => groups.set(slot.channel_account_id,
            [...(groups.get(slot.channel_account_id) ?? []), slot]), new Map());
    place.replaceChildren(
        element("h3", { textContent: prospect(removed, created) }),
        element("p", { className: "note", textContent: "Nothing is saved yet. What people have written or moved stays as it is." }),
        ...[...byAccount].flatMap(([id, changed]) => [
            element("h4", { className: `colour-${accounts.get(id)?.colour}`,
                textContent: accounts.has(id) ? nameOf(accounts.get(id)) : "Another account" }),
            element("ul", { className: "slots" }, ...changed.map((slot) => element("li", { className: slot.decision },
                element("span", { className: "spoken", textContent: slot.decision === "create" ? "new: " : "removed: " }),
                element("span", { textContent: shortTime(slot.slot_local) }),
                slot.category ? element("small", { textContent: ` ${inWords(slot.category)}` }) : null))),
        ]));
    place.hidden = false;
}

// ---------------------------------------------------------------- a post

const post = define("post-dialog", savePost);

export async function openPost(clicked) {
    const account = accounts.get(clicked.channel_account_id);
    const { form } = post;
    const editable = canChange(clicked);
    const content = clicked.slot.empty ? {} : await api("GET", `post-instances/${clicked.id}`);
    post.post = clicked;
    byId("post-title").textContent = clicked.slot.empty
        ? (isPast(clicked) ? "Missed slot" : "Write a post") : titleOf(clicked);
    const kind = clicked.slot.category ? ` · for: ${inWords(clicked.slot.category)}` : "";
    post.dialog.querySelector(".about").textContent =
        `${nameOf(account)} · ${shortTime(clicked.slot.local_time)} · ${clicked.slot.empty ? "empty slot" : clicked.status}${kind}`
        + (isPast(clicked) && clicked.slot.empty ? ". Nobody wrote a post for it in time." : "");
    form.title.value = content.title ?? "";
    form.body.value = content.body ?? "";
    for (const radio of form.status) {
        radio.checked = radio.value === (clicked.status === "Draft" ? "Draft" : "Scheduled");
    }
    form.date.value = clicked.slot.local_time.slice(0, 10);
    form.date.min = today();
    form.time.value = clicked.slot.local_time.slice(11, 16);
    post.dialog.querySelector(".zone").textContent = clicked.slot.timezone;
    byId("writing").hidden = !editable && clicked.slot.empty;
    for (const part of ["writing", "moving"]) byId(part).disabled = !editable;
    byId("skip").hidden = !clicked.slot.empty || isPast(clicked);
    post.primary.hidden = !editable;
    post.cancel.textContent = editable ? "Cancel" : "Close";
    open(post, editable ? form.title : byId("post-title"));
}

const SWAPPED = "; the empty slot there took its place";

async function savePost({ form, post: { id, status, content_item_id, scheduled_for, slot } }) {
    const title = form.title.value.trim();
    const time = `${filled(form.date, "The day")}T${filled(form.time, "The time")}`;
    const moved = time !== slot.local_time.slice(0, 16);
    if (!title && (!slot.empty || form.body.value.trim() || !moved)) filled(form.title, "The title");
    const body = { seen: { status, content_item_id, scheduled_for } };
    if (title) Object.assign(body, { title, body: form.body.value, status: form.status.value });
    if (moved) body.local_time = time;
    const { swapped } = await api("PATCH", `post-instances/${id}`, { body });
    const where = `${moved ? "moved to" : "on"} ${shortTime(time)}${swapped ? SWAPPED : ""}`;
    close(post, title ? `“${title}” saved as ${form.status.value}, ${where}.` : `Slot ${where}.`, id);
}

byId("skip").addEventListener("click", ({ currentTarget }) => attempt(post, currentTarget, async () => {
    if (post.form.title.value.trim() || post.form.body.value.trim()) {
        throw new Refusal({ message: "you have written something", hint: "Save it, or clear it before you skip the slot." });
    }
    await api("POST", `post-instances/${post.post.id}/skip`);
    close(post, `Skipped ${shortTime(post.post.slot.local_time)}: it will not be planned again. “Holidays” brings it back.`);
}));

// Dragging: the same time on another day.
export async function movePost({ id, status, content_item_id, scheduled_for, slot }, date) {
    const time = `${date}T${slot.local_time.slice(11, 16)}`;
    const { swapped } = await api("PATCH", `post-instances/${id}`, { body: { local_time: time, seen: { status, content_item_id, scheduled_for } } });
    await saved(`${slot.empty ? "Slot" : `“${slot.title}”`} moved to ${shortTime(time)}${swapped ? SWAPPED : ""}.`, id);
}

// ---------------------------------------------------------------- add to queue

const queue = define("queue-dialog", async (made) => {
    const { account, category, title, body } = made.form;
    const filledSlot = await api("POST", `channel-accounts/${account.value}/queue`, {
        body: { title: filled(title, "The title"), body: body.value, ...(category.value && { category: category.value }) },
    });
    close(made, `“${filledSlot.title}” is scheduled for ${filledSlot.shown_time} on ${filledSlot.account ?? "the account"}.`);
});

const categoriesOf = (account) => [...new Set(account.further.map(({ category }) => category).filter(Boolean))].sort();

function describeQueue() {
    const account = accounts.get(queue.form.account.value);
    const { category } = queue.form;
    const chosen = category.value;
    category.replaceChildren(element("option", { value: "", textContent: "Any" }),
        ...categoriesOf(account).map((name) => element("option", { value: name, textContent: inWords(name) })));
    category.value = categoriesOf(account).includes(chosen) ? chosen : "";
    byId("next-slot").textContent = !account.next_empty_slot ? "This account has no empty slot ahead: top off first."
        : category.value ? "" : `Next empty slot: ${shortTime(local(account.next_empty_slot, account.timezone).time)} (${account.timezone}).`;
}

queue.form.account.addEventListener("change", describeQueue);
queue.form.category.addEventListener("change", describeQueue);

export function openQueue(account) {
    const { form } = queue;
    form.reset();
    form.account.replaceChildren(...[...accounts.values()].filter(({ status }) => status === "active").map((one) =>
        element("option", { value: one.id, textContent: nameOf(one) })));
    if (!form.account.length) {
        throw new Refusal({ message: "no account is active" });
    }
    const wanted = account || [...accounts.values()].find(({ next_empty_slot }) => next_empty_slot)?.id;
    if (accounts.get(wanted)?.status === "active") form.account.value = wanted;
    describeQueue();
    open(queue, form.title);
}

// ---------------------------------------------------------------- an account's cadences

const cadence = define("cadence-dialog", (made) => seeOrSave(made, {
    method: "PUT", path: `channel-accounts/${made.account.id}/cadence`, body: programme(made),
}, "Save", "Posting times saved."));

let numbered = 0;

function drawCadence({ posts_per_week, days_of_week, times_local, category, first_day, last_day, id }, further) {
    const card = byId("cadence-template").content.firstElementChild.cloneNode(true);
    const field = (name) => card.querySelector(`[name="${name}"]`);
    numbered += 1;
    card.dataset.id = id ?? "";
    card.classList.toggle("is-further", further);
    card.querySelector("legend").textContent = further ? "Another schedule" : "Main schedule";
    card.querySelector(".further").hidden = !further;
    card.querySelector(".remove").hidden = !further;
    field("posts").value = posts_per_week;
    field("posts").min = further ? 1 : 0;
    field("category").value = category ?? "";
    field("first").value = first_day ?? "";
    field("last").value = last_day ?? "";
    card.querySelector(".days").append(...WEEKDAYS.map((day, index) => element("label", {},
        element("input", { type: "checkbox", name: `day-${numbered}`, value: index + 1,
            checked: days_of_week.includes(index + 1), attributes: { "aria-label": day } }),
        element("span", { textContent: day.slice(0, 3), attributes: { "aria-hidden": "true" } }))));
    const addTime = (time, focus) => {
        const input = element("input", { type: "time", name: "time", value: time, required: true, attributes: { "aria-label": "Time of day" } });
        const remove = element("button", { type: "button", className: "remove-time", textContent: "×", attributes: { "aria-label": "Remove this time" } });
        remove.addEventListener("click", () => {
            remove.parentElement.remove();
            card.querySelector(".add-time").focus();
            changed();
        });
        card.querySelector(".add-time").before(element("span", { className: "time" }, input, remove));
        if (focus) input.focus();
    };
    const changed = () => {
        forgetChanges(cadence);
        const days = card.querySelectorAll(":checked").length;
        const times = card.querySelectorAll("[name=time]").length;
        for (const button of card.querySelectorAll(".remove-time")) button.hidden = times === 1;
        card.querySelector(".most").textContent =
            `${count(days, "day")} × ${count(times, "time")}: at most ${days * times} a week. `
            + (Number(field("posts").value) === 0 ? "0 plans nothing."
                : Number(field("posts").value) < days * times ? "They are spread evenly over these days." : "");
    };
    for (const time of times_local) addTime(time.slice(0, 5));
    card.querySelector(".add-time").addEventListener("click", () => {
        addTime("", true);
        changed();
    });
    card.querySelector(".remove").addEventListener("click", () => {
        card.remove();
        changed();
        byId("add-cadence").focus();
    });
    card.addEventListener("input", changed);
    changed();
    return card;
}

export function openCadence(account) {
    cadence.account = account;
    byId("cadence-title").textContent = `Posting times of ${nameOf(account)}`;
    cadence.form.timezone.value = account.timezone;
    if (!byId("zone-names").children.length) {
        byId("zone-names").append(...Intl.supportedValuesOf("timeZone").map((value) => element("option", { value })));
    }
    byId("cadences").replaceChildren(drawCadence(account, false), ...account.further.map((one) => drawCadence(one, true)));
    open(cadence, byId("cadences").querySelector("[name=posts]"));
}

byId("add-cadence").addEventListener("click", () => {
    const card = drawCadence({ posts_per_week: 1, days_of_week: [2], times_local: ["10:00"] }, true);
    byId("cadences").append(card);
    forgetChanges(cadence);
    card.querySelector("[name=category]").focus();
});

function programme({ account, form }) {
    const cadences = [...byId("cadences").children].map((card) => {
        const field = (name) => card.querySelector(`[name="${name}"]`);
        return {
            posts_per_week: Number(filled(field("posts"), "How many posts a week")),
            days_of_week: [...card.querySelectorAll(":checked")].map(({ value }) => Number(value)),
            times_local: [...card.querySelectorAll("[name=time]")].map((input) => filled(input, "A time")),
            ...(card.classList.contains("is-further") && {
                ...(card.dataset.id && { id: card.dataset.id }),
                category: field("category").value.trim() || null,
                first_day: field("first").value || null,
                last_day: field("last").value || null,
            }),
        };
    });
    return { ...cadences[0], timezone: filled(form.timezone, "The time zone"), further: cadences.slice(1), version: account.version };
}

// ---------------------------------------------------------------- holidays

const holiday = define("holiday-dialog", (made) => {
    const { account, first, last, reason } = made.form;
    return seeOrSave(made, {
        method: "POST", path: "blackouts",
        body: {
            channel_account_id: account.value || null, reason: reason.value,
            first_day: filled(first, "The first day"), last_day: filled(last, "The last day"),
        },
    }, "Save holiday", "Holiday saved.");
});

holiday.form.first.addEventListener("change", () => {
    const { first, last } = holiday.form;
    last.min = first.value;
    if (!last.value || last.value < first.value) last.value = first.value;
});

// Days where they are whole ones: from midnight to midnight, the last one included.
function daysOf({ starts, ends, is_instant: isInstant }) {
    if (isInstant) return shortTime(starts);
    const midnight = (time) => !time || /T00:00(:00)?$/.test(time);
    const show = (time, before) => midnight(time) ? shortDay(addDays(time.slice(0, 10), before)) : shortTime(time);
    const from = starts && show(starts, 0);
    const until = ends && show(ends, -1);
    return from && until ? (from === until ? from : `${from} – ${until}`)
        : from ? `from ${from}` : until ? `until ${until}` : "always";
}

function drawBlackout(blackout) {
    const account = accounts.get(blackout.channel_account_id);
    const skipped = blackout.is_instant;
    const text = `${daysOf(blackout)} · ${account ? nameOf(account) : "All accounts"}`;
    const remove = element("button", { type: "button", textContent: skipped ? "Bring back" : "Remove",
        attributes: { "aria-label": `${skipped ? "Bring back" : "Remove"}: ${blackout.reason ?? ""} ${text}` } });
    const row = element("li", {}, element("span", {},
        element("strong", { textContent: skipped ? "Skipped slot" : blackout.reason || "Holiday" }),
        element("span", { className: "note", textContent: text })), remove);
    let seen = false;
    remove.addEventListener("click", () => attempt(holiday, remove, async () => {
        const path = `blackouts/${blackout.id}`;
        if (!seen && !skipped) {
            const { created, removed } = await api("DELETE", path, { dry_run: true });
            seen = true;
            remove.classList.add("danger");
            remove.textContent = removed ? `Remove: ${created} slots come, ${removed} go` : `Remove: ${count(created, "slot comes", "slots come")} back`;
            remove.removeAttribute("aria-label");
            return;
        }
        const { created } = await api("DELETE", path);
        const rest = row.nextElementSibling ?? row.previousElementSibling;
        row.remove();
        (rest?.querySelector("button") ?? holiday.form.account).focus();
        const message = `${skipped ? "Brought back" : "Holiday removed"}: ${count(created, "slot")} created.`;
        byId("holiday-said").textContent = message;
        await saved(message);
    }));
    return row;
}

export async function openHolidays() {
    const blackouts = await api("GET", "blackouts");
    holiday.form.reset();
    byId("holiday-said").textContent = "";
    holiday.form.account.replaceChildren(element("option", { value: "", textContent: "All accounts" }),
        ...[...accounts.values()].map((one) => element("option", { value: one.id, textContent: nameOf(one) })));
    byId("blackouts").replaceChildren(...blackouts.map(drawBlackout));
    for (const field of [holiday.form.first, holiday.form.last]) field.min = today();
    open(holiday, holiday.form.account);
}

// ---------------------------------------------------------------- slots off the programme

const replan = define("replan-dialog", (made) =>
    seeOrSave(made, { method: "POST", path: "scheduler/replan" }, "Bring in line", "Slots are in line."));

export function openReplan() {
    open(replan, replan.primary);
    replan.form.requestSubmit();
}
