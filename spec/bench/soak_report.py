"""The verdicts on a soak, and the report that shows where they come from."""

import itertools
import statistics
from dataclasses import dataclass

from pinging import percentile
from soak_watch import median

MEMORY_GROWTH = 0.05
PING_BUDGET = 0.020  # seconds that the 99th percentile may be above that of an idle server
WINDOWS = 12
# Of these. Prosody keeps what belonged to a connection that has ended for up to 14 minutes (its read_timeout).
WARM_UP = 3
ENOUGH = 0.45  # of the rate at which the server answers a constant


@dataclass
class Seen:
    """What was seen in a run. strangers: how many requests were theirs. pings: [(time, seconds of each answer in the second after it)]."""

    begin: float
    seconds: float
    floor: float
    idle: list
    pings: list
    strangers: int
    tally: object
    watch: object
    quiet_before: object
    quiet_after: object
    errors: list
    records: dict

    def windows(self):
        """Equal parts of the run: (begin, end). The first ones are the warm-up."""
        length = self.seconds / WINDOWS
        return [(self.begin + n * length, self.begin + (n + 1) * length) for n in range(WINDOWS)]

    def requests_per_second(self):
        return self.tally.requests() / self.seconds

    def pings_between(self, begin, end):
        return list(itertools.chain.from_iterable(took for at, took in self.pings if begin <= at < end))


@dataclass
class Verdict:
    about: str
    is_good: bool
    figures: str


def mib(size):
    return size / 2**20


def one_line(text):
    return " ".join(text.split())[:200].replace("|", "/")


def milliseconds(seconds):
    return f"{seconds * 1000:.1f} ms"


# Verdicts


def first_and_last(seen, name):
    """Medians of the first part of the run after the warm-up, and of its last."""
    return [median(seen.watch.between(*seen.windows()[number]), name) for number in (WARM_UP, -1)]


def memory(seen, name, label):
    first, last = first_and_last(seen, name)
    return Verdict(f"{label} flat within {MEMORY_GROWTH:.0%}", last <= first * (1 + MEMORY_GROWTH),
                   f"{mib(first):.1f} → {mib(last):.1f} MiB, {(last / first - 1) * 100:+.1f} %")


def descriptors(seen):
    before, after = first_and_last(seen, "fds")
    quiet = seen.quiet_before.fds, seen.quiet_after.fds
    # The pinging client and the one that asks for samples are there before and after.
    return Verdict("no more file descriptors", after <= before + 2 and quiet[1] <= quiet[0] + 2,
                   f"median {before:.0f} → {after:.0f} under load; {quiet[0]} → {quiet[1]} when all have left")


def threads(seen):
    before, after = first_and_last(seen, "threads")
    return Verdict("no more threads", after <= before, f"{before:.0f} → {after:.0f}")


def busy_enough(seen):
    rate = seen.strangers / seen.seconds
    reached = rate / seen.floor
    return Verdict("at half the floor's throughput", reached >= ENOUGH,
                   f"{rate:.0f} requests of strangers a second: {reached:.0%} of {seen.floor:.0f}")


def no_errors(seen):
    return Verdict("no error in the log", not seen.errors, "; ".join(map(one_line, seen.errors[:3])) or "none")


def answers_as_expected(seen):
    complaints = seen.tally.complaints
    return Verdict("every answer as expected", not complaints,
                   f"{len(complaints)} of {seen.tally.requests()} requests not" + "".join(f"; {one_line(said)}" for said in complaints[:3]))


def undisturbed(seen):
    idle = list(itertools.chain.from_iterable(took for _, took in seen.idle))
    loaded = seen.pings_between(seen.windows()[WARM_UP][0], float("inf"))
    p99_idle, p99 = percentile(idle, 0.99), percentile(loaded, 0.99)
    return Verdict(f"pings: p99 at most {milliseconds(PING_BUDGET)} above an idle server's", p99 <= p99_idle + PING_BUDGET,
                   f"idle {milliseconds(p99_idle)}, under load {milliseconds(p99)}, median {milliseconds(statistics.median(loaded))}, "
                   f"max {milliseconds(max(loaded))}")


def verdicts(seen):
    return [
        memory(seen, "rss", "resident memory"), memory(seen, "lua", "Lua memory"), descriptors(seen), threads(seen),
        busy_enough(seen), no_errors(seen), answers_as_expected(seen), undisturbed(seen),
    ]


# The report


def table(head, rows, alignment="---:"):
    lines = [head, [alignment] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def window_row(seen, number, begin, end):
    samples, took = seen.watch.between(begin, end), seen.pings_between(begin, end)
    share = (samples[-1].cpu - samples[0].cpu) / (samples[-1].at - samples[0].at)
    return [
        f"{(end - seen.begin) / 60:.0f} min{' (warm-up)' if number < WARM_UP else ''}",
        *(f"{mib(median(samples, name)):.1f}" for name in ("rss", "lua")),
        f"{median(samples, 'fds'):.0f} / {max(sample.fds for sample in samples)}", f"{median(samples, 'threads'):.0f}",
        f"{share:.0%}", *(f"{percentile(took, at) * 1000:.1f}" for at in (0.5, 0.99)), f"{max(took) * 1000:.0f}",
        f"{mib(samples[-1].folder):.1f}",
    ]


def windows_table(seen):
    head = ["until", "resident MiB", "Lua MiB", "descriptors (median / max)", "threads", "processor", "ping median ms", "p99 ms",
            "max ms", "data MiB"]
    return table(head, [window_row(seen, number, *window) for number, window in enumerate(seen.windows())])


def verdicts_table(judged):
    rows = [[each.about, "good" if each.is_good else "**BAD**", each.figures] for each in judged]
    return table(["what", "verdict", "figures"], rows, "---")


def asked_table(seen):
    rows = [[count, status, f"`{method} {path}`"] for (method, path, status), count in sorted(seen.tally.counts.items())]
    return table(["times", "status", "request"], rows, "---")


def report(seen, judged, storage):
    journeys = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in sorted(seen.tally.journeys.items()))
    stored = ", ".join(f"{store} {count}" for store, count in seen.records.items()) or "see the database"
    return f"""# Soak: {seen.seconds / 60:.0f} minutes, storage: {storage}

{seen.tally.requests()} requests, {seen.requests_per_second():.0f} a second; the floor is how many strangers \
the server answers beside the same people and pings if it answers them a constant: {seen.floor:.0f} a second. Medians of each part of the run:

{windows_table(seen)}

{verdicts_table(judged)}

When all have left and Lua has collected its garbage: resident {mib(seen.quiet_before.rss):.1f} → {mib(seen.quiet_after.rss):.1f} MiB, \
Lua {mib(seen.quiet_before.lua):.1f} → {mib(seen.quiet_after.lua):.1f} MiB. The log: {seen.quiet_after.log_size / 2**10:.0f} KiB of warnings.

People's journeys: {journeys}.

Records that are left, by store: {stored}.

{asked_table(seen)}
"""
