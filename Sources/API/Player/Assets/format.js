// Numbers as people read them.

export function clock(seconds) {
    if (!Number.isFinite(seconds) || seconds < 0) return "–:––";
    const whole = Math.floor(seconds);
    const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
    const pad = (number) => String(number).padStart(2, "0");
    return hours ? `${hours}:${pad(minutes)}:${pad(rest)}` : `${minutes}:${pad(rest)}`;
}

/** For screen readers: "1 minute 5 seconds". */
export function spokenTime(seconds) {
    if (!Number.isFinite(seconds)) return "unknown";
    const [minutes, rest] = [Math.floor(seconds / 60), Math.floor(seconds % 60)];
    const count = (number, unit) => `${number} ${unit}${number === 1 ? "" : "s"}`;
    return minutes ? `${count(minutes, "minute")} ${count(rest, "second")}` : count(rest, "second");
}

export function bytes(size) {
    const units = ["bytes", "kB", "MB", "GB"];
    let unit = 0;
    while (size >= 1000 && unit < units.length - 1) {
        size /= 1000;
        unit += 1;
    }
    return `${unit && size < 100 ? size.toFixed(1) : Math.round(size)} ${units[unit]}`;
}

export function day(time) {
    const date = new Date(time);
    return Number.isNaN(date.getTime()) ? "" : date.toLocaleDateString(undefined, { dateStyle: "medium" });
}

/** Seconds of a track, exact if the server knows them. */
export function seconds(track) {
    return track.duration_ms != null ? track.duration_ms / 1000 : track.duration ?? NaN;
}
