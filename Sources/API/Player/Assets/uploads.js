// Files on their way up: two at a time, each with its progress, its end or its fault.

import { announce, element, iconButton } from "./dom.js";
import { bytes } from "./format.js";
import { ApiError, session } from "./session.js";

const AT_ONCE = 2;
const GONE_AFTER_MS = 4_000;

/** Events: `added` with the new track, `show` with the id of a track that was there already. */
export class Uploads extends EventTarget {
    element = element("section", { class: "uploads", "aria-label": "Uploads" });
    #waiting = [];
    #running = new Map();
    #processing = new Map();

    add(files) {
        for (const file of files) {
            const upload = new Upload(file, () => this.#dismiss(upload));
            this.element.append(upload.element);
            this.#waiting.push(upload);
        }
        this.#next();
    }

    get isBusy() { return this.#running.size + this.#waiting.length > 0; }

    /** Progress of the decoding, in percent. */
    progress(id, percent) { this.#processing.get(id)?.process(percent); }

    /** A track that was shown as processing has changed. */
    settle(track) {
        const upload = this.#processing.get(track.id);
        if (!upload || track.status === "processing") return;
        this.#processing.delete(track.id);
        if (track.status === "failed") return upload.fail(track.failure ?? "The file could not be decoded.");
        upload.done();
        setTimeout(() => upload.element.remove(), GONE_AFTER_MS);
    }

    get processingIDs() { return [...this.#processing.keys()]; }

    close() {
        this.#waiting = [];
        for (const cancel of this.#running.values()) cancel.abort();
    }

    #next() {
        while (this.#running.size < AT_ONCE && this.#waiting.length > 0) this.#run(this.#waiting.shift());
    }

    async #run(upload) {
        const cancel = new AbortController();
        this.#running.set(upload, cancel);
        try {
            const track = await upload.send(cancel.signal);
            this.#processing.set(track.id, upload);
            announce(`${track.title} was uploaded.`);
            this.dispatchEvent(new CustomEvent("added", { detail: track }));
            this.settle(track);
        } catch (error) {
            if (!cancel.signal.aborted) {
                upload.fail(error.message, this.#existing(error));
                announce(`${upload.name}: ${error.message}`);
            }
        } finally {
            this.#running.delete(upload);
            this.#next();
        }
    }

    /** A way to the track that a refused duplicate repeats. */
    #existing(error) {
        const id = error.body?.track_id ?? error.body?.id;
        if (error.status !== 409 || !id) return null;
        return element("button", {
            type: "button", class: "link-button",
            onclick: () => this.dispatchEvent(new CustomEvent("show", { detail: id })),
        }, "Show it");
    }

    #dismiss(upload) {
        this.#running.get(upload)?.abort();
        this.#waiting = this.#waiting.filter((other) => other !== upload);
        for (const [id, other] of this.#processing) if (other === upload) this.#processing.delete(id);
        upload.element.remove();
        this.#next();
    }
}

class Upload {
    element;
    name;
    #file;
    #state = element("span", { class: "state" }, "Waiting");
    #bar = element("span");
    #progress = element("span", {
        class: "progress", role: "progressbar", "aria-valuemin": "0", "aria-valuemax": "100", "aria-valuenow": "0",
    }, this.#bar);

    constructor(file, dismiss) {
        this.#file = file;
        this.name = file.name;
        this.#progress.setAttribute("aria-label", `Upload of ${file.name}`);
        this.element = element("div", { class: "upload" },
            element("span", { class: "name" }, file.name),
            this.#state,
            iconButton("close", `Cancel or dismiss ${file.name}`, dismiss),
            this.#progress);
    }

    /** The created track. One more try with a new token when the first has run out. */
    async send(signal) {
        if (this.#file.size === 0) throw new ApiError(400, { error: "This file is empty.", code: "empty_file" });
        const token = await session.tokenAfter(null);
        try {
            return await this.#post(token, signal);
        } catch (error) {
            if (error.status !== 401) throw error;
            return this.#post(await session.tokenAfter(token), signal);
        }
    }

    #post(token, signal) {
        const form = new FormData();
        form.append("file", this.#file, this.#file.name);
        const request = new XMLHttpRequest();
        return new Promise((resolve, reject) => {
            request.upload.onprogress = ({ loaded, total }) => this.#sent(loaded, total);
            request.upload.onload = () => this.process(null);
            request.onload = () => {
                if (request.status === 201) return resolve(request.response.data);
                reject(new ApiError(request.status, request.response, request.getResponseHeader("Retry-After")));
            };
            request.onerror = () => reject(new ApiError(0, { error: "The connection was lost. Try again.", code: "offline" }));
            request.onabort = () => reject(new ApiError(0, { error: "Cancelled.", code: "cancelled" }));
            signal.addEventListener("abort", () => request.abort(), { once: true });
            request.open("POST", "/api/v1/tracks");
            request.responseType = "json";
            request.setRequestHeader("Authorization", `Bearer ${token}`);
            request.setRequestHeader("Accept", "application/json");
            request.send(form);
        });
    }

    #sent(loaded, total) {
        const percent = total > 0 ? (loaded / total) * 100 : 0;
        this.#fill(percent);
        this.#state.textContent = `${bytes(Math.min(loaded, this.#file.size))} of ${bytes(this.#file.size)}`;
    }

    process(percent) {
        const known = Number.isFinite(percent);
        this.#state.textContent = known ? `Decoding, ${Math.round(percent)} %` : "Decoding";
        this.#progress.classList.toggle("unknown", !known);
        if (known) this.#fill(percent);
    }

    done() {
        this.#progress.classList.remove("unknown");
        this.#fill(100);
        this.#state.textContent = "Ready to play";
    }

    fail(message, further) {
        this.element.classList.add("failed");
        this.#progress.hidden = true;
        this.#state.replaceChildren(message, further ? " " : "", further ?? "");
    }

    #fill(percent) {
        this.#bar.style.width = `${percent}%`;
        this.#progress.setAttribute("aria-valuenow", String(Math.round(percent)));
    }
}

/** Files dropped anywhere on the page, with a veil that says so while they hover. */
export function acceptDrops(uploads, signal) {
    const veil = element("div", { class: "drop-veil", hidden: true }, element("div", {}, "Drop audio files to upload them"));
    let depth = 0;
    const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
    const on = (name, handler) => window.addEventListener(name, (event) => {
        if (carriesFiles(event)) handler(event);
    }, { signal });
    on("dragenter", () => { depth += 1; veil.hidden = false; });
    on("dragleave", () => { depth -= 1; veil.hidden = depth > 0 ? veil.hidden : true; });
    on("dragover", (event) => event.preventDefault());
    on("drop", (event) => {
        event.preventDefault();
        depth = 0;
        veil.hidden = true;
        uploads.add([...event.dataTransfer.files]);
    });
    return veil;
}
