"""A demo Omie as a process: `python -m drills.omie PORT WINDOW LATENCY FAULTS`."""

import sys

import uvicorn

from adapters.omie.demo.app import DemoOmie
from adapters.omie.demo.drill import Drill


def main(port: str, window: str, latency: str, faults: str) -> None:
    demo = DemoOmie(window_seconds=float(window))
    demo.latency = float(latency)
    demo.drill = Drill(rate=float(faults), timeout=1.0)
    uvicorn.run(demo.app, port=int(port), log_config=None, lifespan="off")


if __name__ == "__main__":
    main(*sys.argv[1:])
