"""Serves a GGUF file over the OpenAI protocol on loopback, until it is terminated.

usage: serve.py WEIGHTS [PORT]

Without a port it takes a free one. Prints `READY URL` when questions are answered. One thread on purpose: llama.cpp's
threads wait by spinning, and on a busy machine with two cores two threads are 15 times slower than one.
"""

import signal
import socket
import sys

import xllamacpp


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main():
    weights = sys.argv[1]
    port = int(sys.argv[2]) if len(sys.argv) > 2 else free_port()
    params = xllamacpp.CommonParams()
    params.model.path = weights
    params.model_alias = {"smollm2-135m-instruct"}
    params.hostnames = ["127.0.0.1"] if isinstance(params.hostnames, (list, tuple)) else "127.0.0.1"
    params.port = port
    params.n_ctx = 8192
    params.n_parallel = 2
    params.cpuparams.n_threads = 1
    params.cpuparams_batch.n_threads = 1
    params.endpoint_slots = True
    params.use_jinja = True
    # Without it the cache of prompts grows by hundreds of megabytes.
    params.cache_ram_mib = 0
    server = xllamacpp.Server(params)
    print(f"READY {server.listening_address}/v1", flush=True)
    signal.sigwait({signal.SIGTERM, signal.SIGINT})


main()
