// The bar at the bottom: one audio element, a queue, and what steers them.

import { announce, element, iconButton, setIconButton } from "./dom.js";
import { clock, seconds } from "./format.js";
import { session } from "./session.js";
import { Waveform } from "./waveform.js";

const VOLUME_KEY = "talas.volume";
const STEP_SECONDS = 5;
const VOLUME_STEP = 0.05;
const RESTART_AFTER_SECONDS = 3;
const MediaErrors = {
    2: "The connection was lost. Press play to try again.",
    3: "This browser could not decode the file.",
    4: "This browser cannot play this file. It can still be downloaded.",
};

/** Events: `change` when another track is current, or play and pause. */
export class Player extends EventTarget {
    element;
    current = null;
    #queue = [];
    #audio = new Audio();
    #waveform = new Waveform();
    #title = element("p", { class: "title" });
    #by = element("p", { class: "by" });
    #fault = element("p", { class: "fault", role: "alert", hidden: true });
    #elapsed = element("span", { class: "clock" }, "0:00");
    #total = element("span", { class: "clock end" }, "0:00");
    #playButton = iconButton("play", "Play", () => this.toggle(), { class: "main" });
    #muteButton = iconButton("volume", "Mute", () => this.#mute(), { class: "mute" });
    #volume = element("input", {
        type: "range", min: "0", max: "1", step: "0.01", "aria-label": "Volume",
        oninput: () => this.#setVolume(Number(this.#volume.value)),
    });
    #listeners = new AbortController();
    #renewed = false;

    constructor() {
        super();
        this.element = element("section", { class: "player", "aria-label": "Player", hidden: true },
            element("div", { class: "keys" },
                iconButton("previous", "Previous track", () => this.previous()),
                this.#playButton,
                iconButton("next", "Next track", () => this.next())),
            element("div", { class: "words" }, this.#title, this.#by, this.#fault),
            element("div", { class: "stage" }, this.#elapsed, this.#waveform.element, this.#total),
            element("div", { class: "side" }, this.#muteButton, this.#volume));
        this.#audio.preload = "metadata";
        this.#setVolume(Number(localStorage.getItem(VOLUME_KEY) ?? 1));
        this.#hearAudio();
        this.#waveform.addEventListener("seek", ({ detail }) => this.seek(detail));
        document.addEventListener("keydown", (event) => this.#key(event), { signal: this.#listeners.signal });
        this.#offerMediaKeys();
    }

    get isPlaying() { return this.current !== null && !this.#audio.paused; }

    /** What "next" and "previous" walk through. The current track plays on even if it is not among them. */
    setQueue(tracks) {
        this.#queue = tracks;
        const fresh = tracks.find(({ id }) => id === this.current?.id);
        if (fresh) this.refresh(fresh);
    }

    /** Plays a track, from the place given as a fraction of its length. */
    play(track, fraction = 0) {
        if (track.id === this.current?.id) {
            if (fraction > 0) this.seek(fraction * this.#duration);
            if (this.#audio.paused) this.#start();
            return;
        }
        this.current = track;
        this.#renewed = false;
        this.#load(track, fraction > 0 ? fraction * seconds(track) : 0);
        this.#start();
        announce(`Playing ${track.title}`);
    }

    toggle() {
        if (!this.current) {
            const first = this.#queue.find(isPlayable);
            if (first) this.play(first);
        } else if (this.#audio.paused) this.#start();
        else this.#audio.pause();
    }

    next() { this.#step(1); }

    previous() {
        if (this.#audio.currentTime > RESTART_AFTER_SECONDS) this.seek(0);
        else this.#step(-1);
    }

    seek(time) {
        if (!this.current || !Number.isFinite(time)) return;
        this.#audio.currentTime = time;
        this.#tick();
    }

    /** Takes over what changed of the current track: its name, or a waveform that is ready now. */
    refresh(track) {
        if (track.id !== this.current?.id) return;
        const hadWaveform = this.current.status === "ready";
        this.current = track;
        this.#name(track);
        if (!hadWaveform && track.status === "ready") {
            this.#waveform.show(track.waveform_url, this.#duration);
            this.#tick();
        }
    }

    /** Stops if this track is the current one: it was deleted. */
    forget(id) {
        if (id !== this.current?.id) return;
        this.#audio.pause();
        this.#audio.removeAttribute("src");
        this.#audio.load();
        this.current = null;
        this.element.hidden = true;
        this.#changed();
    }

    close() {
        this.#listeners.abort();
        if (this.current) this.forget(this.current.id);
    }

    get #duration() {
        return Number.isFinite(this.#audio.duration) && this.#audio.duration > 0
            ? this.#audio.duration : seconds(this.current ?? {});
    }

    #load(track, from) {
        this.element.hidden = false;
        this.#say("");
        this.#name(track);
        this.#audio.src = track.file_url;
        if (from > 0) {
            this.#audio.addEventListener("loadedmetadata", () => { this.#audio.currentTime = from; }, { once: true });
        }
        this.#waveform.show(track.status === "ready" ? track.waveform_url : null, seconds(track));
        this.#tick();
        this.#changed();
    }

    #name(track) {
        this.#title.textContent = track.title;
        this.#by.textContent = [track.artist, track.album].filter(Boolean).join(" · ");
        document.title = `${track.title} – Talas`;
        if ("mediaSession" in navigator) {
            navigator.mediaSession.metadata = new MediaMetadata({
                title: track.title, artist: track.artist ?? "", album: track.album ?? "",
            });
        }
    }

    async #start() {
        if (this.#audio.error) {
            const place = this.#audio.currentTime;
            this.#load(this.current, place);
        }
        try {
            await this.#audio.play();
        } catch (error) {
            if (error.name === "NotAllowedError") this.#say("Press play to start.");
        }
    }

    #step(direction) {
        const place = this.#queue.findIndex(({ id }) => id === this.current?.id);
        for (let index = place + direction; index >= 0 && index < this.#queue.length; index += direction) {
            if (isPlayable(this.#queue[index])) return this.play(this.#queue[index]);
        }
        if (direction < 0) this.seek(0);
    }

    #hearAudio() {
        const on = (name, handler) => this.#audio.addEventListener(name, handler);
        on("timeupdate", () => this.#tick());
        on("durationchange", () => this.#tick());
        on("seeked", () => this.#tick());
        on("playing", () => this.#say(""));
        for (const name of ["play", "pause"]) on(name, () => this.#changed());
        on("ended", () => this.next());
        on("error", () => this.#broken());
    }

    /** A signed URL that ran out looks like a broken file: ask once for a new one, and go on at the same place. */
    async #broken() {
        const track = this.current;
        if (!track || !this.#audio.getAttribute("src")) return;
        const message = MediaErrors[this.#audio.error?.code] ?? "This track cannot be played.";
        if (!this.#renewed) {
            this.#renewed = true;
            const place = this.#audio.currentTime;
            try {
                const { data } = await session.get(`/tracks/${track.id}`);
                if (data.file_url !== track.file_url && this.current?.id === track.id) {
                    this.current = data;
                    this.#load(data, place);
                    return await this.#start();
                }
            } catch (error) {
                this.#audio.pause();
                return this.#say(error.message);
            }
        }
        this.#audio.pause();
        this.#say(message);
    }

    #say(text) {
        this.#fault.textContent = text;
        this.#fault.hidden = text === "";
        this.#by.hidden = text !== "";
    }

    #tick() {
        const time = this.#audio.currentTime;
        this.#elapsed.textContent = clock(time);
        this.#total.textContent = clock(Math.round(this.#duration));
        this.#waveform.update(time, this.#duration);
        if ("mediaSession" in navigator && Number.isFinite(this.#duration) && time <= this.#duration) {
            navigator.mediaSession.setPositionState({ duration: this.#duration, position: time, playbackRate: 1 });
        }
    }

    #changed() {
        setIconButton(this.#playButton, this.isPlaying ? "pause" : "play", this.isPlaying ? "Pause" : "Play");
        if (!this.current) document.title = "Talas";
        if ("mediaSession" in navigator) navigator.mediaSession.playbackState = this.isPlaying ? "playing" : "paused";
        this.dispatchEvent(new Event("change"));
    }

    #setVolume(volume) {
        const bounded = Math.min(Math.max(Number.isFinite(volume) ? volume : 1, 0), 1);
        this.#audio.volume = bounded;
        this.#audio.muted = false;
        this.#volume.value = String(bounded);
        localStorage.setItem(VOLUME_KEY, String(bounded));
        this.#showVolume();
    }

    #mute() {
        this.#audio.muted = !this.#audio.muted;
        this.#showVolume();
    }

    #showVolume() {
        const silent = this.#audio.muted || this.#audio.volume === 0;
        setIconButton(this.#muteButton, silent ? "muted" : "volume", silent ? "Unmute" : "Mute");
    }

    /** Space plays and pauses, arrows move in time and loudness; not while somebody types. */
    #key(event) {
        if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
        const target = event.target;
        if (target.closest("input:not([type=range]), textarea, select, [contenteditable]")) return;
        const onControl = target.closest("button, a, input, [role=slider]");
        const act = {
            " ": onControl ? null : () => this.toggle(),
            k: () => this.toggle(),
            m: () => this.#mute(),
            n: () => this.next(),
            p: () => this.previous(),
            ArrowLeft: target.closest("input") ? null : () => this.seek(Math.max(0, this.#audio.currentTime - STEP_SECONDS)),
            ArrowRight: target.closest("input") ? null : () => this.seek(Math.min(this.#duration, this.#audio.currentTime + STEP_SECONDS)),
            ArrowUp: onControl || !event.shiftKey ? null : () => this.#setVolume(this.#audio.volume + VOLUME_STEP),
            ArrowDown: onControl || !event.shiftKey ? null : () => this.#setVolume(this.#audio.volume - VOLUME_STEP),
        }[event.key];
        if (!act || (!this.current && event.key !== " ")) return;
        event.preventDefault();
        act();
    }

    #offerMediaKeys() {
        if (!("mediaSession" in navigator)) return;
        const actions = {
            play: () => this.#start(),
            pause: () => this.#audio.pause(),
            previoustrack: () => this.previous(),
            nexttrack: () => this.next(),
            seekto: ({ seekTime }) => this.seek(seekTime),
            seekbackward: ({ seekOffset }) => this.seek(this.#audio.currentTime - (seekOffset ?? STEP_SECONDS)),
            seekforward: ({ seekOffset }) => this.seek(this.#audio.currentTime + (seekOffset ?? STEP_SECONDS)),
        };
        for (const [name, handler] of Object.entries(actions)) navigator.mediaSession.setActionHandler(name, handler);
    }
}

/** The original plays as soon as it is stored, decoded or not. */
export function isPlayable(track) {
    return track.status !== "failed" && Boolean(track.file_url);
}
