"""Reference numbers of log_mel.json, in double precision with numpy and scipy alone.

    python3 log_mel.py > log_mel.json

It follows the equations of docs/media.md and shares nothing with the implementation in C#: padding is numpy's, the windows are
scipy's, the transform is scipy's on whole frames, the filters are an interpolation over the mel points.
"""
import json

import numpy as np
from scipy import fft, signal


def samples(rate, seconds):
    """A chirp, a steady tone and noise of a linear congruential generator, the same in the tests."""
    count = int(rate * seconds)
    state, noise = 1, np.empty(count)
    for i in range(count):
        state = (state * 1103515245 + 12345) & 0x7FFFFFFF
        noise[i] = state / 0x7FFFFFFF * 2 - 1
    t = np.arange(count) / rate
    return 0.5 * np.sin(2 * np.pi * (200 * t + 1500 * t * t)) + 0.2 * np.sin(2 * np.pi * 440 * t) + 0.01 * noise


def mel_points(o, rate):
    high = o.get("maxHz", rate / 2)
    if o["scale"] == "htk":
        to_mel = lambda hz: 2595 * np.log10(1 + hz / 700)
        to_hz = lambda mel: 700 * (10 ** (mel / 2595) - 1)
    else:
        step = np.log(6.4) / 27
        to_mel = lambda hz: np.where(hz < 1000, hz / (200 / 3), 15 + np.log(np.maximum(hz, 1) / 1000) / step)
        to_hz = lambda mel: np.where(mel < 15, mel * 200 / 3, 1000 * np.exp(step * (mel - 15)))
    return to_hz(np.linspace(to_mel(np.float64(o.get("minHz", 0))), to_mel(np.float64(high)), o["bands"] + 2))


def filters(o, rate):
    points, bins = mel_points(o, rate), fft.rfftfreq(o["fftLength"], 1 / rate)
    bank = np.stack([np.interp(bins, points[m:m + 3], [0, 1, 0], left=0, right=0) for m in range(o["bands"])])
    return bank * (2 / (points[2:] - points[:-2]))[:, None] if o["norm"] == "slaney" else bank


def log_mel(x, o, rate):
    n, hop, length = o["fftLength"], o["hopLength"], o.get("frameLength", o["fftLength"])
    window = np.zeros(n)
    start = (n - length) // 2
    window[start:start + length] = signal.get_window({"hann": "hann", "hamming": "hamming", "rectangular": "boxcar"}[o["window"]], length, fftbins=True)
    if o["centered"]:
        x = np.pad(x, n // 2, mode="reflect" if o["edges"] == "reflect" else "constant")
    frames = np.lib.stride_tricks.sliding_window_view(x, n)[::hop]
    energy = np.abs(fft.rfft(frames * window, axis=1)) ** o["power"] @ filters(o, rate).T
    energy = np.maximum(energy.T, o["floor"])
    value = {"ln": np.log, "log10": np.log10, "decibel": lambda e: 10 * np.log10(e)}[o["log"]](energy)
    if "frames" in o:
        value = value[:, :o["frames"]]
    if "range" in o:
        value = np.maximum(value, value.max() - o["range"])
    return (value - o["mean"]) / o["std"]


DEFAULTS = dict(window="hann", centered=True, edges="reflect", power=2, scale="slaney", norm="slaney", log="ln", floor=1e-10, mean=0.0, std=1.0)
CASES = [
    ("defaults", 16000, 0.3, dict(bands=64, fftLength=512, hopLength=160, frameLength=400)),
    ("whisper", 16000, 0.3, dict(bands=80, fftLength=400, hopLength=160, log="log10", range=8.0, mean=-4.0, std=4.0, frames=30)),
    ("clap", 48000, 0.2, dict(bands=64, fftLength=1024, hopLength=480, minHz=50.0, maxHz=14000.0, scale="htk", norm="none", log="decibel")),
    ("magnitudes", 22050, 0.25, dict(bands=40, fftLength=1000, hopLength=300, window="hamming", power=1, edges="zeros", norm="none", mean=-3.0, std=2.0)),
    ("not centred", 8000, 0.4, dict(bands=20, fftLength=250, hopLength=90, centered=False, scale="htk", floor=1e-6)),
    ("shorter than half a frame", 44100, 0.03, dict(bands=32, fftLength=1536, hopLength=441, window="rectangular")),
]

if __name__ == "__main__":
    cases = []
    for name, rate, seconds, options in CASES:
        o = DEFAULTS | options
        values = log_mel(samples(rate, seconds), o, rate)
        cases.append({"name": name, "sampleRate": rate, "samples": int(rate * seconds), "mel": o, "values": [[float(f"{v:.7g}") for v in row] for row in values]})
    print("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]")
