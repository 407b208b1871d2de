// Logging in and registering.

import { element, field, showFaults } from "./dom.js";
import { session } from "./session.js";

/** The card before the library; `entered` is called once somebody is signed in. */
export function door(entered, notice) {
    const place = element("main", { class: "door" });
    const show = (mode, text) => {
        place.replaceChildren(card(mode, show, entered, text));
        place.querySelector("input").focus();
    };
    show("login", notice);
    return place;
}

function card(mode, show, entered, text) {
    const registering = mode === "register";
    const input = (properties) => element("input", { required: true, ...properties });
    const username = input({ autocomplete: "username", minLength: 3, maxLength: 50, pattern: "[A-Za-z0-9_.\\-]+", autocapitalize: "none" });
    const email = input({ type: "email", autocomplete: registering ? "email" : "username" });
    const password = input({
        type: "password", minLength: registering ? 8 : 1, maxLength: 256,
        autocomplete: registering ? "new-password" : "current-password",
    });
    const submit = element("button", { class: "button primary", type: "submit" }, registering ? "Create account" : "Log in");

    async function onsubmit(event) {
        event.preventDefault();
        showFaults(form, null);
        submit.disabled = true;
        try {
            if (registering) await session.register(username.value.trim(), email.value.trim(), password.value);
            else await session.login(email.value.trim(), password.value);
            entered();
        } catch (error) {
            showFaults(form, error);
            if (!registering) password.select();
        } finally {
            submit.disabled = false;
        }
    }

    const form = element("form", { onsubmit },
        registering ? field("username", "Username", username, "3 to 50 letters, digits, dots, dashes or underscores.") : null,
        field("email", "E-mail", email),
        field("password", "Password", password, registering ? "At least 8 characters." : null),
        element("p", { class: "notice error", role: "alert", hidden: true }),
        submit);
    return element("div", { class: "door-card" },
        element("h1", { class: "brand" }, element("img", { src: "/assets/icon.svg", alt: "" }), "Talas"),
        text ? element("p", { class: "notice", role: "status" }, text) : null,
        form,
        element("p", { class: "switch" },
            registering ? "You have an account? " : "New here? ",
            element("button", { type: "button", class: "link-button", onclick: () => show(registering ? "login" : "register") },
                registering ? "Log in" : "Create an account")));
}
