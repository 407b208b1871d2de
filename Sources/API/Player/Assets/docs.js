// Shows the OpenAPI document that this server gives of itself.

import { element } from "./dom.js";

const VERBS = ["get", "post", "put", "patch", "delete", "head", "options"];
const DEEPEST = 4;
const place = document.getElementById("reference");
let api = {};

/** What a `$ref` points to, or the thing itself. */
function resolved(thing) {
    if (!thing?.$ref) return thing ?? {};
    return thing.$ref.slice(2).split("/").reduce((found, name) => found?.[name.replaceAll("~1", "/")], api) ?? {};
}

/** A schema in one line: `string, 3 to 50 characters`, `array of integer`. */
function kind(schema) {
    const seen = resolved(schema);
    const name = schema?.$ref?.split("/").pop();
    if (seen.const !== undefined) return JSON.stringify(seen.const);
    if (seen.enum) return seen.enum.map((value) => JSON.stringify(value)).join(" | ");
    const parts = (seen.oneOf ?? seen.anyOf)?.map(kind).join(" or ");
    const type = parts ?? [seen.type ?? name ?? "any"].flat().join(" | ");
    const items = seen.type === "array" ? ` of ${kind(seen.items)}` : "";
    const format = seen.format ? ` (${seen.format})` : "";
    const bounds = [
        seen.minLength !== undefined || seen.maxLength !== undefined ? `${seen.minLength ?? 0} to ${seen.maxLength ?? "any number of"} characters` : "",
        seen.minimum !== undefined ? `from ${seen.minimum}` : "", seen.maximum !== undefined ? `to ${seen.maximum}` : "",
        seen.default !== undefined ? `default ${JSON.stringify(seen.default)}` : "",
    ].filter(Boolean).join(", ");
    return `${type}${items}${format}${bounds ? `, ${bounds}` : ""}`;
}

/** The properties of an object, inner ones as `data.user.id`. */
function members(schema, prefix = "", depth = 0) {
    const seen = resolved(schema);
    const own = Object.entries(seen.properties ?? {}).flatMap(([name, value]) => {
        const path = `${prefix}${name}`;
        const inner = resolved(value);
        const row = [path, kind(value), inner.description ?? "", seen.required?.includes(name)];
        if (depth >= DEEPEST) return [row];
        const below = inner.type === "array" ? members(inner.items, `${path}[].`, depth + 1) : members(value, `${path}.`, depth + 1);
        return [row, ...below];
    });
    return [...(seen.allOf ?? []).flatMap((part) => members(part, prefix, depth)), ...own];
}

function table(rows) {
    return element("table", {}, element("tbody", {}, ...rows.map(([name, type, text, required]) => element("tr", {},
        element("th", { scope: "row" }, element("code", {}, name), required ? element("span", { class: "muted" }, " required") : null),
        element("td", {}, element("code", {}, type)), element("td", {}, text)))));
}

function content(title, described) {
    return Object.entries(described.content ?? {}).flatMap(([type, { schema }]) => {
        const rows = members(schema);
        return [element("h3", {}, title, " ", element("code", {}, type)), rows.length ? table(rows) : element("p", {}, element("code", {}, kind(schema)))];
    });
}

function operation(path, verb, described, shared) {
    const parameters = [...(shared ?? []), ...(described.parameters ?? [])].map(resolved);
    const security = described.security ?? api.security ?? [];
    const isOpen = security.length === 0 || security.some((way) => Object.keys(way).length === 0);
    const answers = Object.entries(described.responses ?? {}).map(([status, answer]) => [status, resolved(answer)]);
    return element("details", { "data-text": `${verb} ${path} ${described.summary ?? ""}`.toLowerCase() },
        element("summary", {}, element("span", { class: "verb" }, verb.toUpperCase()), element("span", { class: "path" }, path),
            element("span", { class: "about" }, described.summary ?? "")),
        element("div", { class: "body" },
            described.description ? element("p", {}, described.description) : null,
            element("p", { class: "muted" }, isOpen ? "Open to everybody." : "Needs a bearer token."),
            parameters.length ? [element("h3", {}, "Parameters"), table(parameters.map((one) =>
                [`${one.name}`, `${kind(one.schema)}; in ${one.in}`, one.description ?? "", one.required]))] : null,
            ...content("Request", resolved(described.requestBody)),
            element("h3", {}, "Answers"),
            table(answers.map(([status, answer]) => [status, "", answer.description ?? ""])),
            ...answers.filter(([status]) => status.startsWith("2")).flatMap(([status, answer]) => content(`Body of ${status}`, answer))));
}

function show() {
    const groups = new Map((api.tags ?? []).map(({ name }) => [name, []]));
    for (const [path, item] of Object.entries(api.paths ?? {})) {
        for (const verb of VERBS.filter((name) => item[name])) {
            const group = item[verb].tags?.[0] ?? "more";
            groups.set(group, [...(groups.get(group) ?? []), operation(path, verb, item[verb], item.parameters)]);
        }
    }
    const filter = element("input", {
        id: "filter", type: "search", "aria-label": "Find an operation", placeholder: "Find an operation",
        oninput: () => {
            const wanted = filter.value.trim().toLowerCase();
            for (const one of place.querySelectorAll("details")) one.hidden = !one.dataset.text.includes(wanted);
            for (const group of place.querySelectorAll("section")) group.hidden = !group.querySelector("details:not([hidden])");
        },
    });
    place.replaceChildren(
        element("h1", {}, `${api.info.title} ${api.info.version}: the REST API`),
        element("p", {}, api.info.description ?? "", " ", element("a", { href: "/openapi.json" }, "openapi.json")), filter,
        ...[...groups].filter(([, operations]) => operations.length > 0)
            .map(([name, operations]) => element("section", {}, element("h2", {}, name), ...operations)));
}

try {
    api = await (await fetch("/openapi.json")).json();
    show();
} catch {
    place.replaceChildren(element("p", { class: "notice error" }, "The description of the API could not be read. Reload to try again."));
}
