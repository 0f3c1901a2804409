// Small things that the page is made of.

export const byId = (id) => document.getElementById(id);

export function element(name, properties = {}, ...children) {
    const { data = {}, attributes = {}, ...own } = properties;
    const made = Object.assign(document.createElement(name), own);
    Object.assign(made.dataset, data);
    for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, value);
    made.append(...children.filter((child) => child !== null && child !== undefined));
    return made;
}

export function count(number, one, many = `${one}s`) {
    return `${number} ${number === 1 ? one : many}`;
}

// team_post reads better as Team post.
export function inWords(category) {
    const words = category.replaceAll("_", " ");
    return words[0].toUpperCase() + words.slice(1);
}

// Shows a refusal of the API, or what else went wrong, in a place for it.
export function showError(place, error) {
    const parts = error.parts ?? ["Something went wrong on this page.", String(error)];
    place.replaceChildren(
        element("strong", { textContent: parts[0] }),
        ...parts.slice(1).map((part) => element("p", { textContent: part })),
    );
    place.hidden = false;
    if (!error.parts) console.error(error);
}

// Runs what a button asks for, once at a time. aria-disabled, not disabled: that would lose the keyboard's focus.
export async function whileBusy(button, action) {
    if (button.getAttribute("aria-disabled")) return;
    button.setAttribute("aria-disabled", "true");
    try {
        await action();
    } finally {
        button.removeAttribute("aria-disabled");
    }
}

// The keyboard's place survives that the page is drawn anew: elements that may have it have a data-key.
export function keepingFocus(draw) {
    const key = document.activeElement?.dataset.key;
    draw();
    if (key && document.activeElement === document.body) focusOn(key);
}

export function focusOn(key) {
    (document.querySelector(`[data-key="${CSS.escape(key)}"]`) ?? byId("month")).focus({ preventScroll: false });
}
