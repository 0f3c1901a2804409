// The API. Whatever it refuses is thrown as a Refusal: what happened, the facts and the way out, in its words.

const token = document.querySelector("meta[name=api-token]").content;
export const tenant = new URL(location).searchParams.get("tenant_id") ?? "";

// What the database calls by its id, people call by its name.
export const names = new Map();
const ID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

export class Refusal extends Error {
    constructor({ message, detail, hint }) {
        super(message);
        this.parts = [message, detail, hint].filter(Boolean).map(sentence);
    }
}

function sentence(text) {
    const whole = text.trim().replace(ID, (id) => names.has(id) ? `“${names.get(id)}”` : id);
    return whole[0].toUpperCase() + whole.slice(1) + (/[.!?;]$/.test(whole) ? "" : ".");
}

export async function api(method, path, { body, ...parameters } = {}) {
    const query = new URLSearchParams({ tenant_id: tenant, ...parameters });
    let response;
    try {
        response = await fetch(`/api/v1/marketing/${path}?${query}`, {
            method,
            headers: {
                Authorization: `Bearer ${token}`,
                ...(body && { "Content-Type": "application/json" }),
            },
            body: body && JSON.stringify(body),
        });
    } catch {
        throw new Refusal({
            message: "the server cannot be reached",
            hint: "Nothing was saved. Check the connection and try again; what you have typed is still here.",
        });
    }
    if (response.ok) return response.status === 204 ? null : response.json();
    const said = await response.json().catch(() => ({}));
    throw new Refusal(said.message ? said : {
        message: `the server answered ${response.status} ${response.statusText}`,
        hint: "Nothing was saved. Try again; what you have typed is still here.",
    });
}
