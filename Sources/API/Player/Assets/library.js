// The list of tracks with its filters and pages, the uploads above it and the player below.

import { deleteTrack, editTrack } from "./dialogs.js";
import { announce, element, icon, iconButton } from "./dom.js";
import { Events } from "./events.js";
import { Player } from "./player.js";
import { session } from "./session.js";
import { markRow, showProgress, trackRow } from "./track-row.js";
import { acceptDrops, Uploads } from "./uploads.js";

const PAGE_SIZE = 20;
const POLL_MS = 2_500;
const POLL_WITH_EVENTS_MS = 10_000;
const TYPING_PAUSE_MS = 300;
const ACCEPT = "audio/*,.flac,.wav,.aiff,.aif,.mp3,.ogg,.oga,.opus,.m4a,.aac,.wv,.ape,.webm,.mka,.mkv";

export class Library {
    elements;
    #listeners = new AbortController();
    #player = new Player();
    #uploads = new Uploads();
    #events = new Events();
    #tracks = [];
    #rows = new Map();
    #view = { tag: "", mine: false, page: 1 };
    #loads = 0;
    #pollTimer = null;
    #typingTimer = null;
    #list = element("ul", { class: "tracks", "aria-label": "Tracks" });
    #pages = element("nav", { class: "pages", "aria-label": "Pages", hidden: true });
    #count = element("span", { class: "count" });
    #fault = element("p", { class: "notice error", role: "alert", hidden: true });
    #tagInput = element("input", {
        type: "text", "aria-label": "Filter by tag", placeholder: "Filter by tag", autocomplete: "off", list: "known-tags", maxLength: 50,
    });
    #knownTags = element("datalist", { id: "known-tags" });
    #clearTag = iconButton("close", "Show all tags", () => this.#go({ tag: "" }));
    #segments = ["All tracks", "My tracks"].map((label, index) => element("button", {
        type: "button", onclick: () => this.#go({ mine: index === 1 }),
    }, label));

    constructor() {
        this.elements = [
            element("div", { class: "library" }, this.#top(),
                element("main", {}, this.#filters(), this.#uploads.element, this.#fault, this.#list, this.#pages)),
            this.#player.element,
            acceptDrops(this.#uploads, this.#listeners.signal),
        ];
        this.#player.addEventListener("change", () => this.#mark());
        this.#uploads.addEventListener("added", ({ detail }) => this.#added(detail));
        this.#uploads.addEventListener("show", ({ detail }) => this.#reveal(detail));
        this.#events.addEventListener("track_progress", ({ detail }) => this.#progressed(detail));
        this.#events.addEventListener("track_changed", ({ detail }) => this.#renew(detail.track_id));
        // The next request finds out, and shows the door.
        this.#events.addEventListener("session_ended", () => session.get("/auth/me").catch(() => {}));
        const signal = this.#listeners.signal;
        window.addEventListener("popstate", () => this.#goToAddress(), { signal });
        window.addEventListener("beforeunload", (event) => {
            if (this.#uploads.isBusy) event.preventDefault();
        }, { signal });
    }

    open() {
        this.#goToAddress();
        this.#loadTags();
        this.#events.start();
        this.#poll();
    }

    close() {
        this.#listeners.abort();
        clearTimeout(this.#pollTimer);
        clearTimeout(this.#typingTimer);
        this.#events.stop();
        this.#uploads.close();
        this.#player.close();
    }

    #top() {
        const chooser = element("input", {
            type: "file", multiple: true, accept: ACCEPT, hidden: true,
            onchange: () => {
                this.#uploads.add([...chooser.files]);
                chooser.value = "";
            },
        });
        return element("header", { class: "top" },
            element("h1", { class: "brand" }, element("img", { src: "/assets/icon.svg", alt: "" }), "Talas"),
            element("button", { type: "button", class: "button primary", "aria-label": "Upload", onclick: () => chooser.click() },
                icon("upload"), element("span", {}, "Upload")),
            chooser,
            element("div", { class: "account" },
                element("span", { class: "name" }, session.user.username),
                element("button", { type: "button", class: "link-button", onclick: () => session.logout() }, "Log out")));
    }

    #filters() {
        this.#tagInput.addEventListener("input", () => {
            clearTimeout(this.#typingTimer);
            this.#typingTimer = setTimeout(() => this.#go({ tag: this.#tagInput.value.trim() }), TYPING_PAUSE_MS);
        });
        return element("div", { class: "filters" },
            element("div", { class: "segments", role: "group", "aria-label": "Whose tracks" }, ...this.#segments),
            element("div", { class: "tag-filter" }, icon("tag"), this.#tagInput, this.#clearTag, this.#knownTags),
            this.#count);
    }

    // What is shown follows from the address, so that the browser's "back" works.

    #goToAddress() {
        const query = new URLSearchParams(location.search);
        this.#view = {
            tag: query.get("tag") ?? "", mine: query.has("mine"), page: Math.max(1, Number.parseInt(query.get("page") ?? "1", 10) || 1),
        };
        this.#tagInput.value = this.#view.tag;
        this.#load();
    }

    #go(change) {
        const view = { ...this.#view, page: 1, ...change };
        const query = new URLSearchParams();
        if (view.tag) query.set("tag", view.tag);
        if (view.mine) query.set("mine", "");
        if (view.page > 1) query.set("page", String(view.page));
        const text = query.toString().replace("mine=", "mine");
        history.pushState(null, "", text ? `?${text}` : location.pathname);
        this.#view = view;
        if (document.activeElement !== this.#tagInput) this.#tagInput.value = view.tag;
        return this.#load();
    }

    async #load() {
        const load = ++this.#loads;
        const { tag, mine, page } = this.#view;
        this.#segments.forEach((button, index) => button.setAttribute("aria-pressed", String((index === 1) === mine)));
        this.#clearTag.hidden = tag === "";
        this.#list.setAttribute("aria-busy", "true");
        const query = new URLSearchParams({ page: String(page), limit: String(PAGE_SIZE) });
        if (tag) query.set("tag", tag);
        if (mine) query.set("user_id", String(session.user.id));
        try {
            const { data, pagination } = await session.get(`/tracks?${query}`);
            if (load !== this.#loads) return;
            this.#fault.hidden = true;
            this.#show(data, pagination);
        } catch (error) {
            if (load !== this.#loads) return;
            this.#fault.textContent = error.message;
            this.#fault.hidden = false;
        }
        this.#list.removeAttribute("aria-busy");
    }

    async #loadTags() {
        try {
            const { data } = await session.get("/tags?limit=100");
            this.#knownTags.replaceChildren(...data.map(({ name }) => element("option", { value: name })));
        } catch {
            // Suggestions only: any tag can be typed.
        }
    }

    #show(tracks, pagination) {
        this.#tracks = tracks;
        this.#rows.clear();
        this.#list.replaceChildren(...tracks.map((track) => this.#row(track)));
        if (tracks.length === 0) this.#list.append(this.#nothing());
        this.#player.setQueue(tracks);
        this.#mark();
        const total = pagination?.total ?? tracks.length;
        this.#count.textContent = total === 0 ? "" : `${total} track${total === 1 ? "" : "s"}`;
        this.#showPages(pagination);
    }

    #row(track) {
        const row = trackRow(track, this.#mayEdit(track), {
            play: (chosen, fraction) => {
                if (fraction === undefined && this.#player.current?.id === chosen.id) this.#player.toggle();
                else this.#player.play(chosen, fraction);
            },
            filter: (tag) => this.#go({ tag }),
            edit: (chosen) => editTrack(chosen, (changed) => {
                this.#replace(changed);
                this.#loadTags();
            }),
            remove: (chosen) => deleteTrack(chosen, () => {
                announce(`${chosen.title} was deleted.`);
                this.#player.forget(chosen.id);
                this.#load();
            }),
        });
        this.#rows.set(track.id, row);
        return row;
    }

    #mayEdit(track) { return track.user_id === session.user.id; }

    #nothing() {
        const { tag, mine } = this.#view;
        const [title, text] = tag ? [`Nothing is tagged “${tag}”`, "Try another tag, or show all tracks."]
            : mine ? ["You have not uploaded anything yet", "Drop audio files anywhere on this page."]
            : ["Nothing here yet", "Drop audio files anywhere on this page: FLAC, WAV, MP3, Ogg, Opus, M4A and more."];
        return element("li", { class: "empty" }, icon("wave"), element("strong", {}, title), text);
    }

    #showPages(pagination) {
        const { page = 1, pages = 1 } = pagination ?? {};
        this.#pages.hidden = pages <= 1 && page === 1;
        const turn = (label, target) => element("button", {
            type: "button", class: "button", disabled: target < 1 || (target > pages && target > page),
            onclick: () => {
                this.#go({ page: target });
                window.scrollTo({ top: 0, behavior: "smooth" });
            },
        }, label);
        this.#pages.replaceChildren(turn("Newer", page - 1), `Page ${page} of ${Math.max(pages, 1)}`, turn("Older", page + 1));
    }

    #mark() {
        for (const track of this.#tracks) {
            const row = this.#rows.get(track.id);
            if (row) markRow(row, track, this.#player);
        }
    }

    #replace(track) {
        const index = this.#tracks.findIndex(({ id }) => id === track.id);
        this.#uploads.settle(track);
        this.#player.refresh(track);
        if (index < 0) return;
        if (JSON.stringify(track) === JSON.stringify(this.#tracks[index])) return;
        this.#tracks[index] = track;
        const old = this.#rows.get(track.id);
        old.replaceWith(this.#row(track));
        this.#mark();
    }

    #added(track) {
        const { tag, page } = this.#view;
        if (tag || page > 1) this.#go({ tag: "", page: 1 });
        else this.#load();
        this.#player.refresh(track);
    }

    /** Shows one track that the list may not contain. */
    async #reveal(id) {
        if (!this.#rows.has(id)) await this.#go({ tag: "", mine: true });
        this.#rows.get(id)?.scrollIntoView({ block: "center" });
        this.#rows.get(id)?.querySelector(".play").focus();
    }

    /** `progress` in percent while a track is decoded, `status` when that is over. */
    #progressed({ track_id: id, progress }) {
        if (progress == null) return this.#renew(id);
        this.#uploads.progress(id, progress);
        if (this.#rows.has(id)) showProgress(this.#rows.get(id), progress);
    }

    async #renew(id) {
        try {
            this.#replace((await session.get(`/tracks/${id}`)).data);
        } catch (error) {
            if (error.status !== 404) return;
            this.#player.forget(id);
            if (this.#rows.has(id)) this.#load();
        }
    }

    /** Asks after tracks that are still being decoded: seldom while events arrive, for they tell. */
    async #poll() {
        const shown = this.#tracks.filter(({ status }) => status === "processing").map(({ id }) => id);
        for (const id of new Set([...shown, ...this.#uploads.processingIDs])) await this.#renew(id);
        const waitMs = this.#events.isOpen ? POLL_WITH_EVENTS_MS : POLL_MS;
        if (!this.#listeners.signal.aborted) this.#pollTimer = setTimeout(() => this.#poll(), waitMs);
    }
}
