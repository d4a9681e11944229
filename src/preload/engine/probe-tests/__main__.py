"""Runs the tests of the probe, several at a time: most of them wait for an engine."""

import concurrent.futures
import sys
import unittest

AT_ONCE = 4


def cases(suite):
    for each in suite:
        yield from cases(each) if isinstance(each, unittest.TestSuite) else [each]


def run(case):
    result = unittest.TestResult()
    case.run(result)
    return case, result


def main():
    folder = sys.path[0]
    loader = unittest.TestLoader()
    found = list(cases(loader.discover(folder)))
    wanted = [case for case in found if not sys.argv[1:] or any(word in case.id() for word in sys.argv[1:])]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for case, result in pool.map(run, wanted):
            for _, text in result.errors + result.failures:
                failed += 1
                print(f"FAILED {case.id()}\n{text}", flush=True)
            for _, reason in result.skipped:
                print(f"did not run: {case.id()}: {reason}", flush=True)
    print(f"{len(wanted) - failed} passed, {failed} failed", flush=True)
    return 1 if failed or not wanted else 0


if __name__ == "__main__":
    sys.exit(main())
