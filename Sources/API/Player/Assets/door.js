// Logging in, registering, and setting a new password.

import { element, field, showFaults } from "./dom.js";
import { session } from "./session.js";

const titles = { login: "Log in", register: "Create account", forgot: "Send me a link", reset: "Set password" };

/** The card before the library; `entered` is called once somebody is signed in. A `link` was sent to who opened the page. */
export function door(entered, notice, link) {
    const place = element("main", { class: "door" });
    const show = (mode, text) => {
        place.replaceChildren(card(mode, { show, entered, link }, text));
        place.querySelector("input").focus();
    };
    show({ "reset-password": "reset", invitation: "register" }[link?.name] ?? "login", notice);
    return place;
}

/** The inputs that a mode has, by their names on the server. */
function inputs(mode, link) {
    const input = (properties) => element("input", { required: true, ...properties });
    const isNew = mode === "register" || mode === "reset";
    const controls = {};
    if (mode === "register") {
        controls.username = input({ autocomplete: "username", minLength: 3, maxLength: 50, pattern: "[A-Za-z0-9_.\\-]+", autocapitalize: "none" });
    }
    if (mode !== "reset") controls.email = input({ type: "email", autocomplete: mode === "register" ? "email" : "username" });
    if (mode !== "forgot") {
        controls.password = input({
            type: "password", minLength: isNew ? 8 : 1, maxLength: 256, autocomplete: isNew ? "new-password" : "current-password",
        });
    }
    if (mode === "register" && link?.name === "invitation") controls.invitation = input({ value: link.token });
    return controls;
}

function fields(mode, { username, email, password, invitation }) {
    const name = mode === "reset" ? "new_password" : "password";
    return [
        username && field("username", "Username", username, "3 to 50 letters, digits, dots, dashes or underscores."),
        email && field("email", "E-mail", email),
        password && field(name, mode === "reset" ? "New password" : "Password", password,
            mode === "login" ? null : "At least 8 characters."),
        invitation && field("invitation", "Invitation", invitation),
    ];
}

function card(mode, { show, entered, link }, text) {
    const controls = inputs(mode, link);
    const { username, email, password, invitation } = controls;
    const submit = element("button", { class: "button primary", type: "submit" }, titles[mode]);
    const actions = {
        login: () => session.login(email.value.trim(), password.value).then(entered),
        register: () => session.register(username.value.trim(), email.value.trim(), password.value, invitation?.value.trim()).then(entered),
        forgot: async () => show("login", await session.forgot(email.value.trim())),
        reset: async () => show("login", await session.reset(link.token, password.value)),
    };

    async function onsubmit(event) {
        event.preventDefault();
        showFaults(form, null);
        submit.disabled = true;
        try {
            await actions[mode]();
        } catch (error) {
            showFaults(form, error);
            if (mode === "login") password.select();
        } finally {
            submit.disabled = false;
        }
    }

    const form = element("form", { onsubmit }, fields(mode, controls),
        element("p", { class: "notice error", role: "alert", hidden: true }), submit);
    const other = (target, label) => element("button", { type: "button", class: "link-button", onclick: () => show(target) }, label);
    return element("div", { class: "door-card" },
        element("h1", { class: "brand" }, element("img", { src: "/assets/icon.svg", alt: "" }), "Talas"),
        text ? element("p", { class: "notice", role: "status" }, text) : null,
        form,
        mode === "login" ? element("p", { class: "switch" }, other("forgot", "Forgot your password?")) : null,
        element("p", { class: "switch" }, mode === "login" ? "New here? " : "You have an account? ",
            mode === "login" ? other("register", "Create an account") : other("login", "Log in")));
}
