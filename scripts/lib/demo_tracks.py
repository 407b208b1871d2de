"""Four short pieces of synthesised music, so that a first visit has something to hear and a waveform worth looking at.

Pure Python: instruments render each distinct note once, and a piece is a list of notes mixed at their places. ffmpeg adds
the room, the limiter and the encoding.
"""

import array
import math
import operator
import random
import subprocess
from pathlib import Path

RATE = 44_100
TABLE = 2048


def midi_hertz(note):
    return 440 * 2 ** ((note - 69) / 12)


def table(harmonics):
    """One cycle of a wave given by the strength of its harmonics, normalised."""
    cycle = [
        sum(strength * math.sin(2 * math.pi * number * i / TABLE) for number, strength in enumerate(harmonics, 1))
        for i in range(TABLE)
    ]
    peak = max(map(abs, cycle))
    return [value / peak for value in cycle]


WARM = table([1, 0.5, 0.3, 0.18, 0.1, 0.06])
BRIGHT = table([1 / n for n in range(1, 18)])
HOLLOW = table([1, 0, 0.35, 0, 0.2, 0, 0.1])
BELL = table([1, 0.1, 0, 0.4, 0, 0, 0.25])
ROUND = table([1, 0.25, 0.05])


def oscillate(cycle, hertz, frames):
    step = hertz * TABLE / RATE
    return [cycle[int(i * step) % TABLE] for i in range(frames)]


def envelope(frames, attack, release):
    """Linear rise, plateau, and fall, each in seconds; never longer than the note."""
    rise = min(frames // 2, max(1, int(attack * RATE)))
    fall = min(frames - rise, max(1, int(release * RATE)))
    return (
        [i / rise for i in range(rise)] + [1.0] * (frames - rise - fall) + [1 - i / fall for i in range(fall)]
    )


def decay(frames, half_life):
    factor = 0.5 ** (1 / (half_life * RATE))
    return [factor**i for i in range(frames)]


def shaped(samples, *envelopes):
    for curve in envelopes:
        samples = list(map(operator.mul, samples, curve))
    return array.array("f", samples)


def pad(note, seconds):
    frames = int(seconds * RATE)
    voices = [oscillate(WARM, midi_hertz(note) * detune, frames) for detune in (0.9965, 1.0, 1.0042)]
    return shaped(map(lambda a, b, c: (a + b + c) / 3, *voices), envelope(frames, seconds * 0.3, seconds * 0.4))


def bass(note, seconds):
    frames = int(seconds * RATE)
    dull, sharp = oscillate(ROUND, midi_hertz(note), frames), oscillate(BRIGHT, midi_hertz(note), frames)
    bite = decay(frames, 0.07)
    blend = map(lambda d, s, b: d * (1 - 0.5 * b) + s * 0.5 * b, dull, sharp, bite)
    return shaped(blend, envelope(frames, 0.004, 0.06))


def bell(note, seconds):
    frames = int(seconds * RATE)
    return shaped(oscillate(BELL, midi_hertz(note), frames), decay(frames, seconds / 6), envelope(frames, 0.002, 0.02))


def lead(note, seconds):
    frames = int(seconds * RATE)
    vibrato = [1 + 0.1 * math.sin(2 * math.pi * 5.2 * i / RATE) for i in range(frames)]
    return shaped(oscillate(HOLLOW, midi_hertz(note), frames), vibrato, envelope(frames, 0.03, seconds * 0.4))


def pluck(note, seconds):
    """A string: noise that goes round a delay line and loses its edge (Karplus and Strong)."""
    generator = random.Random(note)
    length = int(RATE / midi_hertz(note))
    line = [generator.uniform(-1, 1) for _ in range(length)]
    samples = []
    previous = 0.0
    for i in range(int(seconds * RATE)):
        value = line[i % length]
        line[i % length] = (value + previous) * 0.4985
        previous = value
        samples.append(value)
    return shaped(samples, envelope(len(samples), 0.001, 0.1))


def kick(_, seconds):
    frames = int(seconds * RATE)
    phase, samples = 0.0, []
    for i in range(frames):
        phase += 2 * math.pi * (46 + 120 * math.exp(-i / RATE * 34)) / RATE
        samples.append(math.sin(phase))
    return shaped(samples, decay(frames, 0.09), envelope(frames, 0.001, 0.02))


def snare(_, seconds):
    generator = random.Random(7)
    frames = int(seconds * RATE)
    body = oscillate(ROUND, 190, frames)
    return shaped([0.7 * generator.uniform(-1, 1) + 0.4 * b for b in body], decay(frames, 0.04), envelope(frames, 0.001, 0.02))


def hat(_, seconds):
    generator = random.Random(11)
    frames = int(seconds * RATE)
    noise = [generator.uniform(-1, 1) for _ in range(frames + 1)]
    return shaped([b - a for a, b in zip(noise, noise[1:])], decay(frames, seconds / 7))


class Piece:
    """Two channels of sound, and a clock in beats."""

    def __init__(self, title, name, beats_per_minute, beats, tags, seed=1, drive=1.2):
        self.title, self.name, self.tags, self.drive = title, name, tags, drive
        self.beat = 60 / beats_per_minute
        self.random = random.Random(seed)
        frames = int((beats * self.beat + 4) * RATE)
        self.left, self.right = (array.array("f", bytes(4 * frames)) for _ in range(2))
        self.rendered = {}

    def play(self, instrument, note, at, beats, gain=0.5, pan=0.0):
        """One note: `at` and `beats` count beats, `pan` goes from -1 (left) to 1."""
        key = (instrument, note, beats)
        if key not in self.rendered:
            self.rendered[key] = instrument(note, beats * self.beat)
        sound = self.rendered[key]
        start = int(at * self.beat * RATE)
        for channel, side in ((self.left, 1 - pan), (self.right, 1 + pan)):
            strength = gain * min(1, side)
            end = min(len(channel), start + len(sound))
            channel[start:end] = array.array(
                "f", map(lambda a, b: a + b * strength, channel[start:end], sound)
            )

    def write(self, folder, options):
        interleaved = array.array("f", bytes(8 * len(self.left)))
        interleaved[0::2], interleaved[1::2] = self.left, self.right
        peak = max(max(map(abs, interleaved)), 1e-6)
        room = f"volume={self.drive / peak:.4f},aecho=0.9:0.8:53|97|181|331:0.22|0.18|0.12|0.07,alimiter=limit=0.89:level=0"
        ending = f"afade=t=out:st={len(self.left) / RATE - 3:.2f}:d=3"
        metadata = {"title": self.title, "artist": "Talas Demo Ensemble", "album": "First Light", **self.tags}
        command = ["ffmpeg", "-nostdin", "-y", "-v", "error", "-f", "f32le", "-ar", str(RATE), "-ac", "2", "-i", "pipe:0"]
        command += ["-af", f"{room},{ending}"]
        command += [part for key, value in metadata.items() for part in ("-metadata", f"{key}={value}")]
        target = folder / self.name
        partial = folder / f".{self.name}"
        subprocess.run([*command, *options, str(partial)], input=interleaved.tobytes(), check=True)
        partial.rename(target)


def drums(piece, start, bars, level, beats_per_bar=4, busy=False):
    for bar in range(bars):
        at = start + bar * beats_per_bar
        for beat in range(beats_per_bar):
            if busy or beat % 2 == 0:
                piece.play(kick, 0, at + beat, 0.6, 0.8 * level)
            if beat % 2 == 1:
                piece.play(snare, 0, at + beat, 0.4, 0.45 * level, 0.1)
            for half in (0, 0.5):
                accent = 0.14 if half else 0.09
                piece.play(hat, 0, at + beat + half, 0.25, accent * level * piece.random.uniform(0.8, 1.2), -0.3)


def lantern_walk():
    """Broad chords that gather a beat, lose it in a break, and come back whole."""
    piece = Piece("Lantern Walk", "lantern-walk.flac", 96, 32 * 4, {"genre": "downtempo", "date": "2025"}, drive=1.6)
    chords = [(57, 60, 64, 67), (53, 57, 60, 64), (48, 55, 60, 64), (55, 59, 62, 65)]
    for bar in range(32):
        chord = chords[bar // 2 % 4] if bar < 16 else chords[bar % 4]
        at = bar * 4
        full = bar in range(8, 18) or bar in range(22, 30)
        swell = 0.12 + 0.1 * min(1, bar / 8)
        for i, note in enumerate(chord):
            piece.play(pad, note, at, 4.5, swell if bar < 30 else 0.1, (i - 1.5) / 3)
        if bar >= 4:
            pattern = (0, 2, 1, 3, 2, 1, 3, 2)
            for step, degree in enumerate(pattern):
                loud = 0.26 if full else 0.3
                piece.play(pluck, chord[degree] + 12, at + step / 2, 2, loud * (1.2 if step % 4 == 0 else 0.8), 0.4)
        if full:
            for step, length in ((0, 1.5), (1.5, 0.5), (2.5, 1), (3.5, 0.5)):
                piece.play(bass, chord[0] - 24, at + step, length, 0.3)
            drums(piece, at, 1, 0.95 if bar >= 12 else 0.6)
        if bar in range(24, 30):
            melody = ((0, 76, 1.5), (1.5, 74, 0.5), (2, 72, 1), (3, 67 + bar % 3 * 2, 1))
            for offset, note, length in melody:
                piece.play(lead, note, at + offset, length, 0.16, -0.25)
    return piece, ["-c:a", "flac", "-sample_fmt", "s16"]


def night_ferry():
    """No drums: slow swells over a low tone, bells in the distance."""
    piece = Piece("Night Ferry", "night-ferry.ogg", 60, 64, {"genre": "ambient", "date": "2025"}, seed=3, drive=0.75)
    chords = [(50, 57, 62, 65), (46, 53, 58, 62), (48, 55, 60, 64), (45, 52, 57, 61)]
    for step in range(8):
        chord = chords[step % 4]
        height = math.sin(math.pi * (step + 0.7) / 8.4)
        for i, note in enumerate(chord):
            piece.play(pad, note, step * 8, 10, 0.06 + 0.14 * height, (i - 1.5) / 2)
        piece.play(pad, chord[0] - 12, step * 8, 10, 0.1 + 0.1 * height)
        for _ in range(3 + step % 3 * 2):
            at = step * 8 + piece.random.uniform(0, 7.5)
            piece.play(bell, piece.random.choice(chord) + 24, at, 3, 0.1 * height + 0.03, piece.random.uniform(-0.8, 0.8))
    return piece, ["-c:a", "libvorbis", "-q:a", "5"]


def copper_rain():
    """Four to the floor: filters open, the floor drops away, everything returns."""
    piece = Piece("Copper Rain", "copper-rain.mp3", 124, 36 * 4, {"genre": "techno", "date": "2025"}, seed=5, drive=1.7)
    roots = [45, 45, 48, 43]
    for bar in range(36):
        at, root = bar * 4, roots[bar // 2 % 4]
        resting = bar in range(16, 21)
        if not resting and bar < 34:
            drums(piece, at, 1, 0.8 if bar >= 4 else 0.45, busy=True)
        if bar >= 4 and not resting:
            for step in range(8):
                if step % 2 == 1 or bar >= 12:
                    piece.play(bass, root - 12 + (12 if step == 6 else 0), at + step / 2, 0.4, 0.3)
        strength = min(1, bar / 14) if bar < 16 else 0.35 + 0.13 * (bar - 16) if resting else 1
        for step in range(16):
            if piece.random.random() < 0.75:
                note = root + 12 + piece.random.choice((0, 3, 7, 10, 12, 15))
                piece.play(bell, note + 12, at + step / 4, 0.75, 0.2 * (0.3 + 0.7 * strength), math.sin(step))
        if resting or bar >= 28:
            for i, interval in enumerate((0, 3, 7, 10)):
                piece.play(pad, root + 12 + interval, at, 4.5, 0.16, (i - 1.5) / 2)
        if bar == 20:
            for roll in range(16):
                piece.play(snare, 0, at + roll / 4, 0.4, 0.08 + roll * 0.03)
    return piece, ["-c:a", "libmp3lame", "-q:a", "2"]


def paper_waltz():
    """Plucked strings in three, with long breaths between the phrases."""
    piece = Piece("Paper Waltz", "paper-waltz.flac", 138, 33 * 3, {"genre": "acoustic", "date": "2025"}, seed=9)
    chords = [(48, 64, 67), (45, 60, 64), (50, 65, 69), (43, 62, 65)]
    tune = [76, 79, 74, 76, 72, 74, 71, 72, 69, 72, 67, 69]
    for bar in range(32):
        at, chord = bar * 3, chords[bar % 4]
        phrase = bar % 8
        loud = 0.16 + 0.05 * phrase if phrase < 6 else 0.18
        if phrase == 7:
            piece.play(pluck, chord[0], at, 4, 0.3)
            continue
        piece.play(pluck, chord[0], at, 3, loud + 0.1, -0.2)
        for beat in (1, 2):
            for note in chord[1:]:
                piece.play(pluck, note, at + beat, 1.5, loud * 0.7, 0.3)
        if bar >= 8:
            piece.play(pluck, tune[bar % 12] + 12 * (bar >= 24), at, 2.5, loud + 0.05, 0.1)
            if bar % 2:
                piece.play(pluck, tune[(bar + 5) % 12], at + 1.5, 1.5, loud, 0.1)
        if bar >= 16:
            piece.play(pad, chord[1], at, 4, 0.1, -0.4)
    return piece, ["-c:a", "flac", "-sample_fmt", "s16"]


def make_demo_tracks(folder):
    """Adds what is missing in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, compose in (("lantern-walk.flac", lantern_walk), ("night-ferry.ogg", night_ferry),
                          ("copper-rain.mp3", copper_rain), ("paper-waltz.flac", paper_waltz)):
        if (folder / name).exists():
            continue
        print(f"make-fixtures: composing {name}", flush=True)
        piece, options = compose()
        piece.write(Path(folder), options)
