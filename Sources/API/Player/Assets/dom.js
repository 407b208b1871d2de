// Building elements without a framework. Text only ever goes in as text nodes, so nothing a user typed becomes markup.

const SVG = "http://www.w3.org/2000/svg";

/** An element: `properties` are properties of the element, `on…` listeners, `aria-…`/`data-…`/`role` attributes. */
export function element(tag, properties = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
        if (value === undefined || value === null) continue;
        if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
        else if (name.includes("-") || name === "role" || name === "for" || name === "list") made.setAttribute(name, value);
        else if (name === "class") made.className = value;
        else made[name] = value;
    }
    made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
    return made;
}

const shapes = {
    play: "M7 4.5v15a1 1 0 0 0 1.5.86l12.5-7.5a1 1 0 0 0 0-1.72L8.5 3.64A1 1 0 0 0 7 4.5z",
    pause: "M7 4h3.5v16H7zM13.5 4H17v16h-3.5z",
    previous: "M5 5h2.5v14H5zM19 5v14L8.5 12z",
    next: "M16.5 5H19v14h-2.5zM5 5l10.5 7L5 19z",
    upload: "M11 16V7.8L7.9 10.9 6.5 9.5 12 4l5.5 5.5-1.4 1.4L13 7.8V16zM4 18h16v2H4z",
    download: "M11 4h2v8.2l3.1-3.1 1.4 1.4L12 16l-5.5-5.5 1.4-1.4 3.1 3.1zM4 18h16v2H4z",
    edit: "M4 20v-4L15.5 4.5a1.4 1.4 0 0 1 2 0l2 2a1.4 1.4 0 0 1 0 2L8 20zm2-2h1.2l8.4-8.4-1.2-1.2L6 16.8z",
    remove: "M9 3h6l1 2h4v2H4V5h4zM6 8.5h12L17.2 21H6.8zM9.5 11v7.5h1.6V11zm3.4 0v7.5h1.6V11z",
    close: "M6.4 5 12 10.6 17.6 5 19 6.4 13.4 12 19 17.6 17.6 19 12 13.4 6.4 19 5 17.6 10.6 12 5 6.4z",
    tag: "M3 4a1 1 0 0 1 1-1h7.6l9.1 9.1a1 1 0 0 1 0 1.4l-7.2 7.2a1 1 0 0 1-1.4 0L3 11.6zm4.5 5.2a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4z",
    volume: "M4 9h4l5-4.5v15L8 15H4zM15.5 8.5a5 5 0 0 1 0 7l-1.2-1.2a3.2 3.2 0 0 0 0-4.6zM18 6a8.5 8.5 0 0 1 0 12l-1.3-1.3a6.6 6.6 0 0 0 0-9.4z",
    muted: "M4 9h4l5-4.5v15L8 15H4zm11 .7L16.3 8.4l2 2 2-2 1.3 1.3-2 2 2 2-1.3 1.3-2-2-2 2-1.3-1.3 2-2z",
    more: "M5 10a2 2 0 1 1 0 4 2 2 0 0 1 0-4zm7 0a2 2 0 1 1 0 4 2 2 0 0 1 0-4zm7 0a2 2 0 1 1 0 4 2 2 0 0 1 0-4z",
    wave: "M3 10h2v4H3zm4-3h2v10H7zm4-4h2v18h-2zm4 5h2v8h-2zm4 2h2v4h-2z",
};

export function icon(name) {
    const drawing = document.createElementNS(SVG, "svg");
    drawing.setAttribute("viewBox", "0 0 24 24");
    drawing.setAttribute("class", "icon");
    drawing.setAttribute("aria-hidden", "true");
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("d", shapes[name]);
    drawing.append(path);
    return drawing;
}

/** A round button with an icon; its label is read aloud and shown as a tooltip. */
export function iconButton(name, label, onclick, properties = {}) {
    const { class: extra = "", ...rest } = properties;
    return element("button", {
        type: "button", class: `icon-button ${extra}`, title: label, "aria-label": label, onclick, ...rest,
    }, icon(name));
}

export function setIconButton(button, name, label) {
    if (button.getAttribute("aria-label") === label) return;
    button.setAttribute("aria-label", label);
    button.title = label;
    button.replaceChildren(icon(name));
}

let fieldCount = 0;

/** A labelled input with room for what the server says about it. `control` is the input, select or textarea. */
export function field(name, label, control, hint) {
    const id = `field-${name}-${++fieldCount}`;
    control.id = id;
    control.name = name;
    const fault = element("span", { class: "fault", id: `${id}-fault`, hidden: true });
    control.setAttribute("aria-describedby", fault.id);
    return element("div", { class: "field", "data-field": name },
        element("label", { for: id }, label), control, hint ? element("small", {}, hint) : null, fault);
}

/** Shows an error in a form: beside the fields it names, and the rest above the buttons. */
export function showFaults(form, error) {
    const notice = form.querySelector(".notice.error");
    const fields = { ...(error?.fields ?? {}) };
    for (const box of form.querySelectorAll("[data-field]")) {
        const text = fields[box.dataset.field];
        const control = box.querySelector("input, select, textarea");
        const fault = box.querySelector(".fault");
        fault.textContent = text ?? "";
        fault.hidden = !text;
        if (text) control.setAttribute("aria-invalid", "true"); else control.removeAttribute("aria-invalid");
        delete fields[box.dataset.field];
    }
    const shown = form.querySelector('[aria-invalid="true"]');
    const rest = Object.entries(fields).map(([name, text]) => `${name}: ${text}`);
    notice.textContent = error && (!shown || rest.length) ? [error.message, ...rest].join(" ") : "";
    notice.hidden = notice.textContent === "";
    shown?.focus();
}

/** Says something to screen readers without moving the focus. */
export function announce(text) {
    document.getElementById("announcer").textContent = text;
}
