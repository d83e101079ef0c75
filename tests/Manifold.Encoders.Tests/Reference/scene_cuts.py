"""Which score finds the scenes of a clip: ffmpeg's own, colour histograms or colours by place of frames half a second apart.

    python3 scene_cuts.py FOLDER_OF_PICTURES

Clips of three stills that move, shrink or grow, with known boundaries. Prints, for each score and threshold, the share of boundaries that
score above it and the share of clips that score above it elsewhere. Needs numpy and ffmpeg.
"""
import itertools
import pathlib
import random
import subprocess
import sys

import numpy as np

SIDE, RATE, SECONDS, SCENES, STEP = 160, 25, 5.0, 3, 0.5


def load(path):
    """A picture on a light background, [300 x 300 x 3]."""
    raw = subprocess.run(
        ["ffmpeg", "-v", "error", "-i", path, "-frames:v", "1", "-vf", "scale=300:300", "-pix_fmt", "rgba", "-f", "rawvideo", "-"],
        capture_output=True, check=True).stdout
    rgba = np.frombuffer(raw, np.uint8).reshape(300, 300, 4).astype(float)
    background = random.choice([(255, 255, 255), (235, 235, 220), (200, 220, 240)])
    return rgba[..., :3] * rgba[..., 3:] / 255 + np.array(background) * (1 - rgba[..., 3:] / 255)


def view(still, at, motion):
    """What a camera sees at a share of the scene: still, drawing nearer, passing by, or drawing back."""
    side, x, y = [(300, 0, 0), (int(300 - 120 * at), -1, -1), (200, int(100 * at), 50), (int(180 + 120 * at), -1, -1)][motion]
    x, y = ((300 - side) // 2,) * 2 if x < 0 else (x, y)
    pick = np.arange(SIDE) * side // SIDE
    return still[y:y + side, x:x + side][pick][:, pick]


def clip(stills, fade, noise):
    chosen, motions = random.sample(stills, SCENES), [random.randrange(4) for _ in range(SCENES)]
    frames = np.empty((int(SCENES * SECONDS * RATE), SIDE, SIDE, 3), np.uint8)
    for k in range(len(frames)):
        t = k / RATE
        scene = min(int(t / SECONDS), SCENES - 1)
        frame, end = view(chosen[scene], (t - scene * SECONDS) / SECONDS, motions[scene]), (scene + 1) * SECONDS
        if scene + 1 < SCENES and fade and t > end - fade:
            share = (t - end + fade) / fade
            frame = frame * (1 - share) + view(chosen[scene + 1], 0, motions[scene + 1]) * share
        frames[k] = np.clip(frame + np.random.randn(SIDE, SIDE, 3) * noise, 0, 255)
    return frames, [(i + 1) * SECONDS for i in range(SCENES - 1)]


def ffmpeg_scores(frames):
    out = subprocess.run(
        ["ffmpeg", "-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{SIDE}x{SIDE}", "-r", f"{RATE}", "-i", "-",
         "-vf", "select='gte(scene,0)',metadata=print:file=-", "-f", "null", "-"], input=frames.tobytes(), capture_output=True, check=True).stdout.decode()
    scores, t = [], 0.0
    for line in out.splitlines():
        if "pts_time" in line:
            t = float(line.split("pts_time:")[1])
        if "scene_score" in line:
            scores.append((t, float(line.split("=")[1])))
    return scores


def histogram(frame):
    x = frame.reshape(-1, 3) / 255 * 3
    low = np.minimum(x.astype(int), 2)
    part, bins = x - low, np.zeros((4, 4, 4))
    for corner in itertools.product((0, 1), repeat=3):
        weight = np.prod([part[:, j] if corner[j] else 1 - part[:, j] for j in range(3)], axis=0)
        np.add.at(bins, tuple(low[:, j] + corner[j] for j in range(3)), weight)
    return bins.ravel() / len(x)


def grid(frame):
    return frame.reshape(8, SIDE // 8, 8, SIDE // 8, 3).mean((1, 3)).ravel() / 255


def sampled_scores(frames, describe, distance):
    at = range(0, len(frames), int(STEP * RATE))
    described = [describe(frames[i]) for i in at]
    return [(i / RATE, distance(a, b)) for i, a, b in zip(at[1:], described[1:], described)]


if __name__ == "__main__":
    random.seed(3)
    np.random.seed(3)
    paths = sorted(p for p in pathlib.Path(sys.argv[1]).rglob("*") if p.suffix in (".png", ".webp", ".jpg", ".jpeg"))
    stills = [load(p) for p in random.sample(paths, 24)]
    scores = {
        "ffmpeg": (ffmpeg_scores, 0.05, (0.02, 0.05, 0.1, 0.2, 0.3)),
        "histogram": (lambda f: sampled_scores(f, histogram, lambda a, b: np.abs(a - b).sum() / 2), STEP, (0.05, 0.08, 0.1, 0.15, 0.2, 0.3)),
        "grid": (lambda f: sampled_scores(f, grid, lambda a, b: np.abs(a - b).mean()), STEP, (0.04, 0.06, 0.08, 0.1, 0.15)),
    }
    found = {name: ([], []) for name in scores}
    for fade, noise, _ in itertools.product((0, 0.5, 1, 2), (0, 8), range(8)):
        frames, boundaries = clip(stills, fade, noise)
        for name, (score, late, _) in scores.items():
            scored = score(frames)
            inside = lambda t, b: b - fade - 0.01 <= t <= b + late + 0.01
            found[name][0].extend((fade, max(s for t, s in scored if inside(t, b))) for b in boundaries)
            found[name][1].append(max(s for t, s in scored if t > 0.1 and not any(inside(t, b) for b in boundaries)))
    for name, (_, _, thresholds) in scores.items():
        for threshold in thresholds:
            hard = np.mean([s > threshold for fade, s in found[name][0] if fade == 0])
            faded = np.mean([s > threshold for fade, s in found[name][0] if fade > 0])
            print(f"| {name} | {threshold} | {hard:.1%} | {faded:.1%} | {np.mean([s > threshold for s in found[name][1]]):.1%} |")
