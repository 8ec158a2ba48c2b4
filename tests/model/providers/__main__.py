"""Speaks the protocols of seven providers on loopback, with one llama.cpp server behind them.

usage: python3 tests/model/providers URL KEY

URL is the server's OpenAI protocol (http://127.0.0.1:PORT/v1). Prints `READY name=address ...` when all seven listen.
Each is as strict as the service: a question that the service would refuse is refused here. There is one model, `local`.
"""

import sys
import threading

import anthropic
import gemini
import ollama
import openai
from upstream import Upstream
from web import serve


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__.strip())
    upstream, key = Upstream(sys.argv[1]), sys.argv[2]
    doors = {
        "lmstudio": (openai.LmStudio, "/v1"),
        "ollama": (ollama.Ollama, ""),
        "openai": (openai.OpenAi, "/v1"),
        "anthropic": (anthropic.Anthropic, "/v1"),
        "gemini": (gemini.Gemini, "/v1"),
        "azure": (openai.Azure, "/openai/v1"),
        "custom": (openai.Custom, "/v1"),
    }
    places = [f"{name}={serve(door(upstream, key))}{path}" for name, (door, path) in doors.items()]
    print("READY", *places, flush=True)
    threading.Event().wait()


main()
