// What the server tells as it happens, by server-sent events.
//
// EventSource sends no header, so a ticket of one minute opens the stream; each reconnection asks for a new one.

import { session } from "./session.js";

const TOPICS = ["track_progress", "track_changed", "session_ended"];
const FIRST_WAIT_MS = 2_000;
const LONGEST_WAIT_MS = 60_000;

export class Events extends EventTarget {
    isOpen = false;
    #source = null;
    #timer = null;
    #waitMs = FIRST_WAIT_MS;
    #stopped = false;

    async start() {
        try {
            const { data } = await session.post("/events/ticket", {});
            if (this.#stopped) return;
            this.#listen(data.ticket);
        } catch {
            this.#retry();
        }
    }

    stop() {
        this.#stopped = true;
        clearTimeout(this.#timer);
        this.#source?.close();
    }

    #listen(ticket) {
        this.#source = new EventSource(`/api/v1/events?ticket=${encodeURIComponent(ticket)}`);
        this.#source.onopen = () => {
            this.isOpen = true;
            this.#waitMs = FIRST_WAIT_MS;
            this.dispatchEvent(new Event("open"));
        };
        this.#source.onerror = () => {
            this.isOpen = false;
            this.#source.close();
            this.#retry();
        };
        for (const topic of TOPICS) this.#source.addEventListener(topic, (event) => this.#deliver(topic, event.data));
    }

    #deliver(topic, text) {
        let detail = {};
        try {
            detail = JSON.parse(text);
        } catch {
            return;
        }
        this.dispatchEvent(new CustomEvent(topic, { detail }));
    }

    #retry() {
        if (this.#stopped || !session.user) return;
        this.#timer = setTimeout(() => this.start(), this.#waitMs);
        this.#waitMs = Math.min(this.#waitMs * 2, LONGEST_WAIT_MS);
    }
}
