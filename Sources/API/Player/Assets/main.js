// The page: the door for those who are not signed in, the library and its player for those who are.

import { door } from "./door.js";
import { Library } from "./library.js";
import { session } from "./session.js";

const app = document.getElementById("app");
let library = null;

function showDoor(notice) {
    library?.close();
    library = null;
    app.replaceChildren(door(showLibrary, notice));
}

function showLibrary() {
    library = new Library();
    app.replaceChildren(...library.elements);
    library.open();
}

session.addEventListener("ended", () => showDoor("You are signed out."));

try {
    if (await session.restore()) showLibrary();
    else showDoor();
} catch (error) {
    showDoor(error.message);
}
