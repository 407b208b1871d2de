// Editing and deleting a track, each in a modal dialog.

import { element, field, showFaults } from "./dom.js";
import { session } from "./session.js";

function open(title, content) {
    const id = "dialog-title";
    const dialog = element("dialog", { "aria-labelledby": id, onclose: () => dialog.remove() },
        element("h2", { id }, title), content);
    document.body.append(dialog);
    dialog.showModal();
    return dialog;
}

function ending(dialogOf, ...buttons) {
    return element("div", { class: "form-end" },
        element("button", { type: "button", class: "button", onclick: () => dialogOf().close() }, "Cancel"), ...buttons);
}

/** Submits a form once at a time; faults of the server are shown in it. */
function submitting(form, action) {
    form.addEventListener("submit", async (event) => {
        event.preventDefault();
        const button = form.querySelector("button[type=submit]");
        button.disabled = true;
        showFaults(form, null);
        try {
            await action();
        } catch (error) {
            showFaults(form, error);
        } finally {
            button.disabled = false;
        }
    });
}

/** Calls `saved` with the changed track. */
export function editTrack(track, saved) {
    const text = (value, properties) => element("input", { value: value ?? "", autocomplete: "off", ...properties });
    const title = text(track.title, { required: true, maxLength: 200 });
    const artist = text(track.artist, { maxLength: 200 });
    const album = text(track.album, { maxLength: 200 });
    const tags = text((track.tags ?? []).join(", "));
    const description = element("textarea", { value: track.description ?? "", maxLength: 10_000 });
    const visibility = element("select", {},
        ...[["public", "Public: everybody here hears it"], ["unlisted", "Unlisted: whoever has its link"], ["private", "Private: only you"]]
            .map(([value, label]) => element("option", { value, selected: track.visibility === value }, label)));
    const downloadable = element("input", { type: "checkbox", checked: track.downloadable !== false });
    const form = element("form", {},
        field("title", "Title", title),
        element("div", { class: "form-pair" }, field("artist", "Artist", artist), field("album", "Album", album)),
        field("tags", "Tags", tags, "Separated by commas."),
        field("description", "Description", description),
        field("visibility", "Who can hear it", visibility),
        element("label", { class: "check" }, downloadable, "Others may download the original"),
        element("p", { class: "notice error", role: "alert", hidden: true }),
        ending(() => dialog, element("button", { type: "submit", class: "button primary" }, "Save")));
    submitting(form, async () => {
        const { data } = await session.put(`/tracks/${track.id}`, {
            title: title.value, artist: artist.value, album: album.value, description: description.value,
            tags: tags.value.split(",").map((tag) => tag.trim()).filter(Boolean),
            visibility: visibility.value, downloadable: downloadable.checked,
        });
        dialog.close();
        saved(data);
    });
    const dialog = open(`Edit “${track.title}”`, form);
}

/** Calls `deleted` once the track is gone. */
export function deleteTrack(track, deleted) {
    const form = element("form", {},
        element("p", {}, "It disappears for everybody at once, and whoever is hearing it stops hearing it."),
        element("p", { class: "notice error", role: "alert", hidden: true }),
        ending(() => dialog, element("button", { type: "submit", class: "button danger" }, "Delete")));
    submitting(form, async () => {
        await session.delete(`/tracks/${track.id}`);
        dialog.close();
        deleted();
    });
    const dialog = open(`Delete “${track.title}”?`, form);
}
