"""Who took the memory: what the resident set grew by between two looks counts for what ran between them."""

import threading
import time

#: Of one account; what comes later counts for its sum alone.
PLACES = 500
TOP = 5
#: After the last look, in seconds.
DUE = 0.02
#: Two nodes that follow each other, in seconds.
BETWEEN = 0.001


class Account:
    """The memory that a node, or a job, took, in bytes; growth is less than nothing where more was freed than taken."""

    __slots__ = ("growth", "peak", "low", "rise", "settled", "_places")

    def __init__(self, resident):
        self.growth = 0
        self.peak = self.low = resident
        #: How far it rose above the lowest before: the engine drops the last job's results as the next one begins.
        self.rise = 0
        #: Whether that has been seen, as the job's first node begins.
        self.settled = False
        #: What each function took and has not given back: `(node, function, file, pack)` to bytes and line.
        self._places = {}

    def add(self, delta, resident, highest, node, place) -> None:
        self.growth += delta
        if highest > self.peak:
            self.peak = highest
        if highest - self.low > self.rise:
            self.rise = highest - self.low
        if resident < self.low:
            self.low = resident
        key = (node,) if place is None else (node, place.function, place.file, place.pack)
        if delta < 0:
            self._give_back(-delta, key)
        elif delta > 0 and node is not None:
            taken = self._places.get(key)
            if taken is not None:
                taken[0] += delta
                # The line that took most at once.
                if delta > taken[2]:
                    taken[1:] = [place and place.line, delta]
            elif len(self._places) < PLACES:
                self._places[key] = [delta, place and place.line, delta]

    def _give_back(self, given, key) -> None:
        """Takes it off the function first, then off its node's others: what takes memory and what frees it differ."""
        places = self._places
        for other in sorted(places, key=lambda other: (other != key, other[0] is not key[0], -places[other][0])):
            taken = places[other]
            some = min(given, taken[0])
            taken[0] -= some
            given -= some
            if given == 0:
                return

    def describe(self):
        """The places in the form of messages; those that hold nothing are left out, most comes first."""
        return {"growth": self.growth, "peak": self.peak, "rise": self.rise, "top": self.top()}

    @property
    def took(self):
        return bool(self._places)

    def top(self):
        """The places that hold most, most first."""
        ranked = sorted(self._places.items(), key=lambda item: -item[1][0])[:TOP]
        return [_describe(key, *taken) for key, taken in ranked if taken[0] > 0]


def _describe(key, held, line, _):
    node, *place = key
    described = {"bytes": held, "node": name_of(node)}
    if place:
        function, file, pack = place
        described.update(function=function, file=file, line=line, pack=pack)
    return described


def name_of(node):
    return None if node is None else {"id": node.id, "class": node.class_name, "pack": node.pack}


class Growth:
    def __init__(self, memory):
        self._memory = memory
        self._lock = threading.Lock()
        self.last = memory.resident()
        self._looked = time.monotonic()
        #: When a node was left.
        self._left = 0.0
        #: Accounts of what runs, and the node that the first one is of.
        self.node = None
        self.job = None
        self._node = None
        self._highest = memory.highest_resident()

    def after_in_child(self):
        """Another thread may have held the lock when the child was forked, and is not there."""
        self._lock = threading.Lock()

    def look(self, find_place=None):
        """Counts what was added since the last look for what runs, and for the place where there is any.

        Returns the resident set.
        """
        with self._lock:
            return self._look(find_place)

    def glance(self, find_place, patience):
        """Looks where the last look is so many seconds ago, or memory came; at most times that is one cheap call."""
        with self._lock:
            self._look_if_due(time.monotonic(), patience, find_place)

    def begin_job(self) -> Account:
        with self._lock:
            self._count_anew()
            self.job = Account(self._look(None) or 0)
            return self.job

    def end_job(self):
        """Returns the job's account; `None` where none was begun."""
        with self._lock:
            self._look(None)
            job, self.job = self.job, None
            return job

    def describe_job(self):
        """The memory that the job that runs took so far; `None` where none runs."""
        with self._lock:
            return None if self.job is None else self.job.describe()

    def enter_node(self, node, account) -> Account:
        """From here on what is added counts for a node, in a new account where it has none."""
        with self._lock:
            now = time.monotonic()
            if self.job is not None and not self.job.settled:
                self._settle(self.job)
            # Right after another node nothing can have come that is not this one's.
            elif now - self._left > BETWEEN:
                self._look_if_due(now)
            self._node, self.node = node, account or Account(self.last or 0)
            return self.node

    def _settle(self, job) -> None:
        """Before the job's first node: what the engine dropped for it is gone, and all that comes is its own."""
        job.settled = True
        self._look(None)
        self._count_anew()

    def _count_anew(self) -> None:
        self._memory.forget_highest()
        self._highest = self._memory.highest_resident()

    def leave_node(self, account) -> None:
        with self._lock:
            self._left = time.monotonic()
            self._look_if_due(self._left)
            if self.node is account:
                self.node = self._node = None

    def _look_if_due(self, now, patience=DUE, find_place=None):
        """A look hands Python's lock on, which costs more than a trivial node: left out where nothing can have come.

        The kernel's count of the highest resident set is asked without: where that rose, memory came, in whatever time.
        """
        kernels = self._memory.highest_resident()
        rose = kernels is not None and self._highest is not None and kernels > self._highest
        if rose or now - self._looked > patience:
            self._look(find_place)

    def _look(self, find_place):
        self._looked = time.monotonic()
        resident = self._memory.resident()
        if resident is None:
            return None
        delta = resident - (self.last if self.last is not None else resident)
        self.last = resident
        highest = resident
        kernels = self._memory.highest_resident()
        if kernels is not None:
            # It rose between two looks: that high it was for a moment, while this ran.
            if self._highest is not None and kernels > self._highest:
                highest = max(resident, kernels)
            self._highest = kernels
        place = find_place() if delta and find_place is not None else None
        for account in (self.node, self.job):
            if account is not None:
                account.add(delta, resident, highest, self._node, place)
        return resident
