// A track's waveform on a canvas: to look at, to click, to drag over, and to steer with the keyboard.

import { element } from "./dom.js";
import { clock, spokenTime } from "./format.js";

const BAR_PX = 2;
const GAP_PX = 1;
const COARSE_STEP_SECONDS = 15;
const STEP_SECONDS = 5;
const PEAKS_CACHED = 30;

export class Waveform extends EventTarget {
    element;
    #canvas = element("canvas");
    #tip = element("span", { class: "tip", hidden: true, "aria-hidden": "true" });
    #cache = new Map();
    #peaks = [];
    #duration = NaN;
    #time = 0;
    #hover = null;
    #dragging = false;
    #shown = null;
    #frame = 0;

    constructor() {
        super();
        this.element = element("div", {
            class: "waveform", role: "slider", tabIndex: 0, "aria-label": "Position in the track",
            "aria-valuemin": "0", "aria-valuemax": "0", "aria-valuenow": "0",
            onpointerdown: (event) => this.#press(event),
            onpointermove: (event) => this.#move(event),
            onpointerup: (event) => this.#release(event),
            onpointercancel: () => { this.#dragging = false; this.#leave(); },
            onpointerleave: () => this.#leave(),
            onkeydown: (event) => this.#key(event),
        }, this.#canvas, this.#tip);
        new ResizeObserver(() => this.#redraw()).observe(this.element);
        matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.#redraw());
    }

    /** Shows the peaks behind a track's `waveform_url`, or a flat line while there are none. */
    async show(url, duration) {
        this.#shown = url;
        this.#duration = duration;
        this.#peaks = this.#cache.get(url) ?? [];
        this.update(0, duration);
        this.#redraw();
        if (!url || this.#peaks.length > 0) return;
        try {
            const response = await fetch(peaksUrl(url));
            if (!response.ok) return;
            const peaks = (await response.json()).peaks[0] ?? [];
            this.#remember(url, peaks);
            if (this.#shown === url) {
                this.#peaks = peaks;
                this.#redraw();
            }
        } catch {
            // The track plays all the same; the line stays flat.
        }
    }

    update(time, duration) {
        this.#time = time;
        if (Number.isFinite(duration)) this.#duration = duration;
        if (!this.#dragging) this.#describe(time);
        this.#redraw();
    }

    #remember(url, peaks) {
        this.#cache.set(url, peaks);
        if (this.#cache.size > PEAKS_CACHED) this.#cache.delete(this.#cache.keys().next().value);
    }

    #describe(time) {
        const set = (name, value) => this.element.setAttribute(name, value);
        set("aria-valuemax", String(Math.floor(this.#duration) || 0));
        set("aria-valuenow", String(Math.floor(time)));
        set("aria-valuetext", `${spokenTime(time)} of ${spokenTime(this.#duration)}`);
    }

    #seek(time) {
        if (!Number.isFinite(this.#duration)) return;
        const bounded = Math.min(Math.max(time, 0), this.#duration);
        this.dispatchEvent(new CustomEvent("seek", { detail: bounded }));
    }

    #timeAt(event) {
        const box = this.element.getBoundingClientRect();
        return Math.min(Math.max((event.clientX - box.left) / box.width, 0), 1) * this.#duration;
    }

    #press(event) {
        if (event.button !== 0) return;
        this.#dragging = true;
        this.element.setPointerCapture(event.pointerId);
        this.#point(event);
    }

    #move(event) {
        if (this.#dragging || event.pointerType === "mouse") this.#point(event);
    }

    #release(event) {
        if (!this.#dragging) return;
        this.#dragging = false;
        this.#seek(this.#timeAt(event));
        if (event.pointerType !== "mouse") this.#leave();
    }

    #leave() {
        if (this.#dragging) return;
        this.#hover = null;
        this.#tip.hidden = true;
        this.#redraw();
    }

    #point(event) {
        const time = this.#timeAt(event);
        if (!Number.isFinite(time)) return;
        this.#hover = time;
        this.#tip.hidden = false;
        this.#tip.textContent = clock(time);
        this.#tip.style.left = `${(time / this.#duration) * 100}%`;
        this.#redraw();
    }

    #key(event) {
        const steps = {
            ArrowLeft: -STEP_SECONDS, ArrowDown: -STEP_SECONDS, ArrowRight: STEP_SECONDS, ArrowUp: STEP_SECONDS,
            PageDown: -COARSE_STEP_SECONDS, PageUp: COARSE_STEP_SECONDS,
        };
        const target = event.key === "Home" ? 0 : event.key === "End" ? this.#duration
            : event.key in steps ? this.#time + steps[event.key] : null;
        if (target === null || event.ctrlKey || event.metaKey || event.altKey) return;
        event.preventDefault();
        event.stopPropagation();
        this.#seek(target);
    }

    #redraw() {
        this.#frame ||= requestAnimationFrame(() => {
            this.#frame = 0;
            this.#draw();
        });
    }

    #draw() {
        const { width, height } = this.element.getBoundingClientRect();
        if (width === 0) return;
        const scale = devicePixelRatio || 1;
        if (this.#canvas.width !== Math.round(width * scale) || this.#canvas.height !== Math.round(height * scale)) {
            this.#canvas.width = Math.round(width * scale);
            this.#canvas.height = Math.round(height * scale);
        }
        const pen = this.#canvas.getContext("2d");
        pen.setTransform(scale, 0, 0, scale, 0, 0);
        pen.clearRect(0, 0, width, height);
        const style = getComputedStyle(this.element);
        const [played, ahead, mark] = ["--accent", "--wave", "--text"].map((name) => style.getPropertyValue(name));
        const playedTo = this.#duration > 0 ? (this.#time / this.#duration) * width : 0;
        for (const { x, tall } of this.#bars(width, height)) {
            pen.fillStyle = x + BAR_PX / 2 <= playedTo ? played : ahead;
            pen.beginPath();
            pen.roundRect(x, (height - tall) / 2, BAR_PX, tall, 1);
            pen.fill();
        }
        if (this.#hover !== null && this.#duration > 0) {
            pen.fillStyle = mark;
            pen.fillRect((this.#hover / this.#duration) * width - 0.5, 0, 1, height);
        }
    }

    /** One bar for a few pixels: the loudest of the peaks it stands for, never lower than a dot. */
    #bars(width, height) {
        const count = Math.max(1, Math.floor((width + GAP_PX) / (BAR_PX + GAP_PX)));
        const full = Math.max(0.05, ...this.#peaks.map(Math.abs));
        return Array.from({ length: count }, (_, bar) => {
            const from = Math.floor((bar / count) * this.#peaks.length);
            const to = Math.max(from + 1, Math.floor(((bar + 1) / count) * this.#peaks.length));
            let peak = 0;
            for (let index = from; index < to; index += 1) peak = Math.max(peak, Math.abs(this.#peaks[index] ?? 0));
            return { x: bar * (BAR_PX + GAP_PX), tall: Math.max(BAR_PX, (peak / full) * (height - 4)) };
        });
    }
}

function peaksUrl(url) {
    const address = new URL(url, location.href);
    address.pathname = address.pathname.replace(/\.png$/, ".peaks.json");
    address.searchParams.set("width", "1500");
    return address;
}
