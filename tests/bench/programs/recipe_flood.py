#!/usr/bin/env python3
"""The recipe that foreman replaces: one global pool of threads, a dictionary
with the last future of each project, and one lock, so that jobs run serially.
As copied from host to host, less the database."""

import argparse
import threading
import time
from concurrent.futures import ThreadPoolExecutor

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--jobs", type=int, default=100_000)
parser.add_argument("--projects", type=int, default=100)
parser.add_argument("--threads", type=int, default=1)
parser.add_argument("--workers", type=int, default=20)
options = parser.parse_args()

executor = ThreadPoolExecutor(max_workers=options.workers)
futures = {}
lock = threading.Lock()
ran = [[0] * options.threads for _ in range(options.projects)]


def is_project_thread_running(project):
    future = futures.get(project)
    return future is not None and future.running()


def job(project, thread):
    with lock:
        ran[project][thread] += 1


def submit(project, thread):
    is_project_thread_running(project)  # the guard; the answer is not used here
    futures[project] = executor.submit(job, project, thread)


def submit_all(thread):
    for i in range(options.jobs // options.threads):
        submit(i % options.projects, thread)


start = time.perf_counter()
threads = [threading.Thread(target=submit_all, args=(t,))
           for t in range(options.threads)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
executor.shutdown()
took = time.perf_counter() - start

total = sum(sum(x) for x in ran)
if total != options.jobs // options.threads * options.threads:
    raise SystemExit("wrong: jobs were lost or ran twice")
print(f"jobs {total / took:.6g} jobs/s")
