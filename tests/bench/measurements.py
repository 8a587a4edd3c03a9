"""What is measured, and which ratios must be reached."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Measurement:
    """One program with its arguments. `small` replaces arguments for --quick."""
    name: str
    program: str
    arguments: dict = field(default_factory=dict)
    small: dict = field(default_factory=dict)

    def command(self, quick):
        arguments = {**self.arguments, **(self.small if quick else {})}
        if self.program.endswith(".py"):
            start = ["python3", f"SOURCES/programs/{self.program}"]
        else:
            start = [f"PROGRAMS/bench_{self.program}"]
        return start + [f"--{name}={value}" for name, value in arguments.items()]


@dataclass(frozen=True)
class Ratio:
    """`over / under`, and the bar that it must reach, if there is one."""
    name: str
    over: str
    under: str
    bar: float = None

    def of(self, medians):
        values = [medians.get(name) if isinstance(name, str) else name
                  for name in (self.over, self.under)]
        if None in values:
            return None
        # What fell below nothing, such as memory that was given back, is as
        # good as nothing.
        return values[0] / max(values[1], 1e-3)


ALL = []
RATIOS = []


def add(name, program, small=None, **arguments):
    ALL.append(Measurement(name, program, arguments, small or {}))


def ratio(name, over, under, bar=None):
    RATIOS.append(Ratio(name, over, under, bar))


# -- 1. flood ------------------------------------------------------------------

for threads in (1, 4):
    for projects in (1, 100, 10_000, 100_000):
        where = f"{projects}p_{threads}t"
        load = {"threads": threads, "projects": projects}
        few = {"jobs": 20_000}
        add(f"flood_key_{where}", "foreman_flood", few, way="key", **load)
        add(f"flood_handle_{where}", "foreman_flood", few, way="handle", **load)
        add(f"asio_packaged_{where}", "asio_flood", few, way="packaged", **load)
        add(f"asio_bare_{where}", "asio_flood", few, way="bare", **load)
        add(f"tbb_{where}", "tbb_flood", few, **load)
        for way in ("key", "handle"):
            mine = f"flood_{way}_{where}.jobs"
            ratio(f"{way}_to_asio_packaged_{where}", mine,
                  f"asio_packaged_{where}.jobs", 1.2)
            bare = 1.5 if projects >= 100 else (1.0 if way == "handle" else None)
            ratio(f"{way}_to_asio_bare_{where}", mine,
                  f"asio_bare_{where}.jobs", bare)
            ratio(f"{way}_to_tbb_{where}", mine, f"tbb_{where}.jobs")

add("recipe_100p_1t", "recipe_flood.py", {"jobs": 2_000}, jobs=100_000)
ratio("key_to_recipe_100p_1t", "flood_key_100p_1t.jobs", "recipe_100p_1t.jobs",
      20)

# -- 2. from other actors --------------------------------------------------------

few = {"count": 20_000}
add("caf_request", "caf_floor", few)
add("caf_ping_pong", "caf_floor", few, window=1, count=50_000)
add("message_submit", "foreman_messages", few, way="submit")
add("message_submit_many", "foreman_messages", few, way="many")
add("message_is_running", "foreman_messages", few, way="is_running")
ratio("message_submit_to_caf", "message_submit.jobs", "caf_request.requests",
      0.8)
ratio("message_submit_many_to_key_100p_1t", "message_submit_many.jobs",
      "flood_key_100p_1t.jobs", 0.5)
ratio("message_is_running_to_caf", "message_is_running.requests",
      "caf_request.requests", 0.8)

# -- 3. latency ------------------------------------------------------------------

add("latency_idle", "foreman_latency", {"count": 100}, way="idle")
add("latency_floor", "threads_latency", {"count": 100})
add("latency_steady", "foreman_latency", {"count": 10_000}, way="steady",
    count=60_000)
ratio("latency_idle_p50", "latency_floor.p50", "latency_idle.p50", 1 / 1.5)
ratio("latency_idle_p99", "latency_floor.p99", "latency_idle.p99", 1 / 2)
ratio("latency_steady_p99_below_1ms", 1000, "latency_steady.p99", 1)

# -- 4. blocking jobs, fairness ----------------------------------------------------

for milliseconds, jobs in ((1, 20_000), (10, 4_000)):
    name = f"sleep_{milliseconds}ms"
    load = {"sleep": milliseconds * 1000, "jobs": jobs}
    add(name, "foreman_sleep", {"jobs": 200}, **load)
    add(f"{name}_threads", "threads_sleep", {"jobs": 200}, **load)
    ratio(f"{name}_to_threads", f"{name}.jobs", f"{name}_threads.jobs", 0.97)

add("fair_alone", "foreman_fairness")
add("fair_beside_giant", "foreman_fairness", {"giant": 2_000}, giant=100_000)
# 1.2 times the time alone, and the hundredth project's share of it.
ratio("fair_beside_giant", "fair_alone.small", "fair_beside_giant.small",
      1 / (1.2 + 1 / 99))

add("outage", "foreman_outage", {"projects": 1_000, "away": 100})
ratio("all_deferred_within_1s", 1000, "outage.deferred", 1)
ratio("away_p99.9_below_20ms", 20, "outage.away_p99.9", 1)
ratio("back_p99.9_below_20ms", 20, "outage.back_p99.9", 1)

add("burst", "foreman_burst", {"projects": 1_000})
ratio("burst_p99.9_below_20ms", 20, "burst.p99.9", 1)

# -- 5. questions -----------------------------------------------------------------

add("flood_unasked", "foreman_questions", {"jobs": 20_000}, askers=0)
add("flood_asked", "foreman_questions", {"jobs": 20_000})
add("list_100000", "foreman_questions", {"projects": 1_000}, way="list",
    projects=100_000)
ratio("flood_while_asked", "flood_asked.jobs", "flood_unasked.jobs", 0.8)
ratio("answers_to_1M", "flood_asked.answers", 1e6, 1)
ratio("list_below_100ms", 100, "list_100000.list", 1)

# -- 6. memory --------------------------------------------------------------------

add("memory_job", "foreman_memory", {"count": 1_000}, way="queued")
add("memory_project", "foreman_memory", {"count": 1_000}, way="busy")
add("memory_past_projects", "foreman_memory", {"count": 10_000},
    way="past_projects", count=1_000_000)
add("memory_past_jobs", "foreman_memory", {"count": 10_000}, way="past_jobs",
    count=10_000_000)
ratio("memory_job_below_256", 256, "memory_job.job", 1)
ratio("memory_project_below_2048", 2048, "memory_project.project", 1)
ratio("memory_past_projects_below_5_percent", 5,
      "memory_past_projects.resident_grew", 1)
ratio("memory_past_jobs_below_5_percent", 5, "memory_past_jobs.resident_grew",
      1)

# -- 7. to 9. idle, checks, life ---------------------------------------------------

add("idle", "foreman_rest", {"seconds": 1}, way="idle")
add("unchecked", "foreman_rest", few, way="unchecked")
add("checked", "foreman_rest", few, way="checked")
add("life", "foreman_rest", {"count": 5}, way="life", count=100)
ratio("check_below_2us", 2, "checked.job", 1)
ratio("idle_below_0.1_percent", 0.1, "idle.idle", 1)
ratio("start_below_10ms", 10, "life.start", 1)
ratio("stop_below_10ms", 10, "life.stop", 1)
