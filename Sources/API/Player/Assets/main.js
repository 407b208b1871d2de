// The page: the door for those who are not signed in, the library and its player for those who are.

import { door } from "./door.js";
import { Library } from "./library.js";
import { takeLink } from "./links.js";
import { session } from "./session.js";

const app = document.getElementById("app");
let library = null;

function showDoor(notice, link) {
    library?.close();
    library = null;
    app.replaceChildren(door(showLibrary, notice, link));
}

function showLibrary() {
    library = new Library();
    app.replaceChildren(...library.elements);
    library.open();
}

session.addEventListener("ended", () => showDoor("You are signed out."));

/** Does what a link in a message asks for; true when it has put something on the page. */
async function followed(link) {
    if (link?.name === "confirm-email") showDoor(await session.confirmEmail(link.token));
    else if (link) showDoor(null, link);
    return link !== null;
}

try {
    if (await followed(takeLink())) { /* What follows is up to whoever opened it. */ }
    else if (await session.restore()) showLibrary();
    else showDoor();
} catch (error) {
    showDoor(error.message);
}
