// One track in the list.

import { element, icon, iconButton, setIconButton } from "./dom.js";
import { clock, day, seconds } from "./format.js";
import { isPlayable } from "./player.js";

/** `actions`: play(track, fraction), filter(tag), edit(track), remove(track). */
export function trackRow(track, mayEdit, actions) {
    const play = iconButton("play", `Play ${track.title}`, () => actions.play(track), { class: "play", disabled: !isPlayable(track) });
    const more = iconButton("more", `More for ${track.title}`, () => {
        more.setAttribute("aria-expanded", String(row.classList.toggle("open")));
    }, { class: "more", "aria-expanded": "false" });
    const row = element("li", { class: "track", "data-id": String(track.id) },
        play,
        element("div", { class: "words" },
            element("div", { class: "title" }, track.title),
            element("div", { class: "by" }, track.artist, track.album ? ` · ${track.album}` : "", facts(track)),
            element("div", { class: "chips" }, chips(track, actions))),
        track.status === "processing" ? processing() : track.status === "ready" ? wave(track, actions) : null,
        element("span", { class: "time" }, clock(Math.round(seconds(track)))),
        element("div", { class: "actions" }, buttons(track, mayEdit, actions)),
        more,
        track.status === "failed" ? element("p", { class: "failure" }, track.failure ?? "This file could not be decoded.") : null);
    return row;
}

/** Shows which row is the current track, and whether it plays. */
export function markRow(row, track, player) {
    const isCurrent = player.current?.id === track.id;
    row.classList.toggle("current", isCurrent);
    if (isCurrent) row.setAttribute("aria-current", "true"); else row.removeAttribute("aria-current");
    const playing = isCurrent && player.isPlaying;
    setIconButton(row.querySelector(".play"), playing ? "pause" : "play", `${playing ? "Pause" : "Play"} ${track.title}`);
}

/** Added on, and how loud; left out where there is little room. */
function facts(track) {
    const loudness = track.loudness_lufs != null ? `${track.loudness_lufs.toFixed(1).replace("-", "−")} LUFS` : null;
    const parts = [day(track.created_at), loudness].filter(Boolean);
    return element("span", { class: "facts" }, ...parts.map((part) => ` · ${part}`));
}

function chips(track, actions) {
    const tags = (track.tags ?? []).map((tag) => element("button", {
        type: "button", class: "chip", "aria-label": `Show tracks tagged ${tag}`, onclick: () => actions.filter(tag),
    }, tag));
    const states = [];
    if (track.status === "processing") states.push(element("span", { class: "chip working" }, "decoding"));
    if (track.status === "failed") states.push(element("span", { class: "chip failed" }, "failed"));
    if ((track.warnings ?? []).includes("truncated")) states.push(element("span", { class: "chip failed" }, "cut off"));
    if (track.visibility && track.visibility !== "public") states.push(element("span", { class: "chip" }, track.visibility));
    return [...states, ...tags];
}

/** How much of a track is decoded, in percent. */
export function showProgress(row, percent) {
    const bar = row.querySelector(".progress");
    if (!bar) return;
    bar.classList.remove("unknown");
    bar.setAttribute("aria-valuenow", String(percent));
    bar.firstElementChild.style.width = `${percent}%`;
}

function processing() {
    return element("span", { class: "progress unknown", role: "progressbar", "aria-label": "Decoding" }, element("span"));
}

/** The server's picture of the waveform as a mask, so that it takes the colours of the page. A click plays from there. */
function wave(track, actions) {
    const address = new URL(track.waveform_url, location.href);
    for (const [name, value] of [["width", "440"], ["height", "80"], ["color", "#000"]]) address.searchParams.set(name, value);
    const picture = element("div", {
        class: "wave", "aria-hidden": "true",
        onclick: (event) => {
            const box = picture.getBoundingClientRect();
            actions.play(track, Math.min(Math.max((event.clientX - box.left) / box.width, 0.0001), 1));
        },
    });
    picture.style.setProperty("--wave-image", `url("${address.href}")`);
    return picture;
}

function buttons(track, mayEdit, actions) {
    const made = [];
    if (mayEdit || track.downloadable !== false) {
        made.push(element("a", {
            // The server names the file.
            class: "icon-button", href: `${track.stream_url}&format=original`, download: "", title: "Download",
            "aria-label": `Download ${track.title}`,
        }, icon("download")));
    }
    if (mayEdit) {
        made.push(iconButton("edit", `Edit ${track.title}`, () => actions.edit(track)));
        made.push(iconButton("remove", `Delete ${track.title}`, () => actions.remove(track)));
    }
    return made;
}
