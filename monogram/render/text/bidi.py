"""The Unicode Bidirectional Algorithm (UAX 9, Unicode 15.0): embedding levels of a paragraph and visual order."""

from __future__ import annotations

from . import tables

_MAX_DEPTH = 125
_NEUTRAL = frozenset(("B", "S", "WS", "ON", "FSI", "LRI", "RLI", "PDI"))
_INITIATORS = frozenset(("LRI", "RLI", "FSI"))
_REMOVED = frozenset(("LRE", "RLE", "LRO", "RLO", "PDF", "BN"))  # by X9
# without any of these a left-to-right paragraph is level 0 throughout
_RIGHTWARD = frozenset(("R", "AL", "AN", "RLE", "RLO", "RLI", "FSI", "LRE", "LRO", "LRI"))
_TRAILING = frozenset(("WS", "FSI", "LRI", "RLI", "PDI")) | _REMOVED


def base_level(text: str, direction: str = "auto") -> int:
    """0 for a left-to-right paragraph, 1 for a right-to-left one; `auto` asks its first strong character (P2, P3)."""
    if direction == "auto":
        return _first_strong(tables.BIDI.names_of(text), 0, len(text), 0)
    return 1 if direction == "rtl" else 0


def levels(text: str, direction: str = "auto") -> list[int]:
    """The embedding level of each character of one paragraph, L1 done as if it were one line.

    What X9 removes takes the level of the character before it, so that a level run keeps its text together.
    """
    classes = tables.BIDI.names_of(text)
    base = base_level(text, direction)
    if base == 0 and _RIGHTWARD.isdisjoint(classes):
        return [0] * len(classes)
    return resolve(classes, base, text)


def resolve(classes: list[str], base: int, text: str = "") -> list[int]:
    """Levels from bidi classes; `text` is needed for paired brackets only."""
    explicit, work, match = _explicit(classes, base)
    kept = [i for i, name in enumerate(classes) if name not in _REMOVED]
    for sequence, sos, eos in list(_sequences(classes, explicit, kept, match, base)):  # before levels change
        level = explicit[sequence[0]]
        _weak(work, sequence, sos)
        if text:
            _brackets(work, sequence, sos, level, text, classes)
        _neutrals(work, sequence, sos, eos, level)
        for i in sequence:  # I1, I2
            name = work[i]
            if level % 2 == 0:
                explicit[i] = level + (1 if name == "R" else 2 if name in ("AN", "EN") else 0)
            else:
                explicit[i] = level + (1 if name in ("L", "AN", "EN") else 0)
    _fill_removed(classes, explicit, base)
    _reset(classes, explicit, base)
    return explicit


def reorder(line: list[int]) -> list[int]:
    """Indexes of a line's items from left to right, given their levels (L2)."""
    order = list(range(len(line)))
    if not line:
        return order
    lowest_odd = min((level for level in line if level % 2), default=max(line) + 1)
    for level in range(max(line), lowest_odd - 1, -1):
        start = 0
        while start < len(order):
            if line[order[start]] < level:
                start += 1
                continue
            end = start
            while end < len(order) and line[order[end]] >= level:
                end += 1
            order[start:end] = order[start:end][::-1]
            start = end
    return order


def _first_strong(classes: list[str], start: int, end: int, default: int) -> int:
    depth = 0
    for i in range(start, end):
        name = classes[i]
        if name in _INITIATORS:
            depth += 1
        elif name == "PDI":
            if depth:
                depth -= 1
        elif depth == 0:
            if name == "L":
                return 0
            if name in ("R", "AL"):
                return 1
            if name == "B":
                break
    return default


def _matches(classes: list[str]) -> dict[int, int]:
    """Isolate initiator to its PDI, for those that have one (BD9)."""
    out, stack = {}, []
    for i, name in enumerate(classes):
        if name in _INITIATORS:
            stack.append(i)
        elif name == "PDI" and stack:
            out[stack.pop()] = i
    return out


class _Embeddings:
    """The stack of X1: (level, override, isolate), and what did not fit on it."""

    def __init__(self, base: int):
        self.entries: list[tuple[int, str, bool]] = [(base, "", False)]
        self.lost_isolates = self.lost_embeddings = self.isolates = 0

    def open(self, name: str) -> None:
        """X2 to X5b."""
        level, isolate = self.entries[-1][0], name[2] == "I"
        deeper = (level + 1) | 1 if name[0] == "R" else (level + 2) & ~1
        if deeper <= _MAX_DEPTH and not self.lost_isolates and not self.lost_embeddings:
            self.isolates += isolate
            self.entries.append((deeper, name[0] if name[2] == "O" else "", isolate))
        elif isolate:
            self.lost_isolates += 1
        elif not self.lost_isolates:
            self.lost_embeddings += 1

    def close_isolate(self) -> None:
        """X6a."""
        if self.lost_isolates:
            self.lost_isolates -= 1
        elif self.isolates:
            self.lost_embeddings = 0
            while not self.entries[-1][2]:
                self.entries.pop()
            self.entries.pop()
            self.isolates -= 1

    def close_embedding(self) -> None:
        """X7."""
        if self.lost_isolates:
            return
        if self.lost_embeddings:
            self.lost_embeddings -= 1
        elif not self.entries[-1][2] and len(self.entries) >= 2:
            self.entries.pop()


def _explicit(classes: list[str], base: int) -> tuple[list[int], list[str], dict[int, int]]:
    """X1 to X8: levels, classes after overrides, and matching isolates."""
    out, work, match = [base] * len(classes), list(classes), _matches(classes)
    embeddings = _Embeddings(base)
    for i, name in enumerate(classes):
        if name == "B":
            continue
        if name == "PDF":
            embeddings.close_embedding()
            continue
        if name == "PDI":
            embeddings.close_isolate()
        level, override, _ = embeddings.entries[-1]
        out[i] = level
        if override and name != "BN":
            work[i] = override
        if name == "FSI":
            name = "RLI" if _first_strong(classes, i + 1, match.get(i, len(classes)), 0) else "LRI"
        if name in ("RLE", "LRE", "RLO", "LRO", "RLI", "LRI"):
            embeddings.open(name)
    return out, work, match


def _sequences(classes, explicit, kept, match, base):
    """Isolating run sequences: (indexes, class at the start, class at the end) (BD13, X10)."""
    runs: list[list[int]] = []
    for i in kept:
        if runs and explicit[runs[-1][-1]] == explicit[i]:
            runs[-1].append(i)
        else:
            runs.append([i])
    starting = {run[0]: number for number, run in enumerate(runs)}
    closers = set(match.values())
    place = {i: number for number, i in enumerate(kept)}
    for run in runs:
        if run[0] in closers:
            continue  # continues the sequence of its initiator
        sequence = list(run)
        while sequence[-1] in match:
            sequence += runs[starting[match[sequence[-1]]]]
        level, first, last = explicit[sequence[0]], place[sequence[0]], place[sequence[-1]]
        before = explicit[kept[first - 1]] if first else base
        unmatched = classes[sequence[-1]] in _INITIATORS
        after = base if unmatched or last + 1 == len(kept) else explicit[kept[last + 1]]
        yield sequence, "R" if max(level, before) % 2 else "L", "R" if max(level, after) % 2 else "L"


def _weak(work: list[str], sequence: list[int], sos: str) -> None:
    """W1 to W7."""
    previous, strong = sos, sos
    for i in sequence:  # W1 to W3
        name = work[i]
        if name == "NSM":
            name = "ON" if previous in _INITIATORS or previous == "PDI" else previous
        previous = name
        if name in ("L", "R", "AL"):
            strong = name
        elif name == "EN" and strong == "AL":
            name = "AN"
        work[i] = name
    _separators(work, sequence)
    for i in sequence:  # W3, put after W4 and W5, which do not look at letters
        if work[i] == "AL":
            work[i] = "R"
    strong = sos
    for i in sequence:  # W7
        if work[i] in ("L", "R"):
            strong = work[i]
        elif work[i] == "EN" and strong == "L":
            work[i] = "L"


def _separators(work: list[str], sequence: list[int]) -> None:
    """W4 to W6."""
    names = [work[i] for i in sequence]
    for k in range(1, len(names) - 1):
        before, after = names[k - 1], names[k + 1]
        if before == after and ((names[k] == "CS" and before in ("EN", "AN")) or (names[k] == "ES" and before == "EN")):
            names[k] = before
    k = 0
    while k < len(names):
        if names[k] != "ET":
            k += 1
            continue
        end = k
        while end < len(names) and names[end] == "ET":
            end += 1
        if (k and names[k - 1] == "EN") or (end < len(names) and names[end] == "EN"):
            names[k:end] = ["EN"] * (end - k)
        k = end
    for k, i in enumerate(sequence):
        work[i] = "ON" if names[k] in ("ES", "ET", "CS") else names[k]


def _direction(name: str) -> str:
    return "L" if name == "L" else "R" if name in ("R", "EN", "AN") else ""


def _pairs(work: list[str], sequence: list[int], text: str) -> list[tuple[int, int]]:
    """Places in the sequence of paired brackets, by their opening ones (BD16)."""
    stack: list[tuple[int, int]] = []
    pairs = []
    for k, i in enumerate(sequence):
        if work[i] != "ON":
            continue
        side, pair = tables.BRACKETS.get(ord(text[i]), (0, 0))
        if side == 1:
            if len(stack) == 63:
                return []
            stack.append((pair, k))
        elif side == -1:
            for depth in range(len(stack) - 1, -1, -1):
                if stack[depth][0] == pair:
                    pairs.append((stack[depth][1], k))
                    del stack[depth:]
                    break
    return sorted(pairs)


def _brackets(work, sequence, sos, level, text, classes) -> None:
    """N0."""
    embedding = "R" if level % 2 else "L"
    for opening, closing in _pairs(work, sequence, text):
        inside = {_direction(work[sequence[k]]) for k in range(opening + 1, closing)}
        if embedding in inside:
            chosen = embedding
        elif inside - {""}:
            context = next((d for k in range(opening - 1, -1, -1) if (d := _direction(work[sequence[k]]))), sos)
            chosen = context if context != embedding else embedding
        else:
            continue
        for place in (opening, closing):
            work[sequence[place]] = chosen
            for k in range(place + 1, len(sequence)):  # marks on a bracket go with it
                if classes[sequence[k]] != "NSM":
                    break
                work[sequence[k]] = chosen


def _neutrals(work: list[str], sequence: list[int], sos: str, eos: str, level: int) -> None:
    """N1 and N2."""
    embedding = "R" if level % 2 else "L"
    k = 0
    while k < len(sequence):
        if work[sequence[k]] not in _NEUTRAL:
            k += 1
            continue
        end = k
        while end < len(sequence) and work[sequence[end]] in _NEUTRAL:
            end += 1
        before = _direction(work[sequence[k - 1]]) if k else sos
        after = _direction(work[sequence[end]]) if end < len(sequence) else eos
        for place in range(k, end):
            work[sequence[place]] = before if before == after else embedding
        k = end


def _fill_removed(classes: list[str], out: list[int], base: int) -> None:
    for i, name in enumerate(classes):
        if name in _REMOVED:
            out[i] = out[i - 1] if i else base


def _reset(classes: list[str], out: list[int], base: int) -> None:
    """L1: separators, and white space before them and at the end, take the paragraph's level."""
    trailing = True
    for i in range(len(classes) - 1, -1, -1):
        if classes[i] in ("S", "B"):
            out[i], trailing = base, True
        elif classes[i] in _TRAILING:
            if trailing:
                out[i] = base
        else:
            trailing = False
