"""Ollama's own protocol."""

import contextlib
import json
import time

from web import Door, Refused

NAMES = ("local", "local:latest")


class Ollama(Door):
    needs_key = False

    def __init__(self, upstream, key):
        super().__init__(upstream, key)
        # The context with which the model is in memory; None while it is not.
        self.context = None

    def complaint(self, status, message, name=None):
        return Refused(status, {"error": message})

    def wrong_key(self, given):
        return self.complaint(401, "unauthorized")

    def answer(self, request):
        model = {"name": "local:latest", "model": "local:latest", "details": {"format": "gguf", "family": "llama"}}
        match request.method, request.path:
            case "GET", "/api/version":
                request.send({"version": "0.40.0"})
            case "GET", "/api/tags":
                request.send({"models": [model]})
            case "GET", "/api/ps":
                loaded = [model | {"context_length": self.context}] if self.context else []
                request.send({"models": loaded})
            case "POST", "/api/chat":
                self.chat(request)
            case _:
                raise Refused(404, b"404 page not found")

    def chat(self, request):
        body = request.body
        if body.get("model") not in NAMES:
            raise self.complaint(404, f"model '{body.get('model')}' not found")
        if body.get("think"):
            raise self.complaint(400, f'"{body["model"]}" does not support thinking')
        options = body.get("options", {})
        # Without it the real one takes 4096 and cuts what is longer; with another one it loads the model anew.
        context = options.get("num_ctx")
        if context is None:
            raise self.complaint(400, "these tests want num_ctx in every question")
        if not body.get("messages"):
            if context != self.context:
                raise self.complaint(500, f"keeping it warm would load it anew: num_ctx {context}, not {self.context}")
            message = {"role": "assistant", "content": ""}
            return request.send({"model": body["model"], "message": message, "done": True, "done_reason": "load"})
        self.context = context
        pieces = self.upstream.pieces(body["messages"], options.get("num_predict"), options.get("temperature"))
        if body.get("stream") is False:
            raise self.complaint(400, "these tests stream")
        return request.stream("application/x-ndjson", self.lines(body["model"], pieces))

    def lines(self, model, pieces):
        def line(text, **more):
            message = {"role": "assistant", "content": text}
            stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
            return json.dumps({"model": model, "created_at": stamp, "message": message, "done": False} | more) + "\n"

        with contextlib.closing(pieces):
            for text, end in pieces:
                if end is None:
                    yield line(text)
                    continue
                counts = {"prompt_eval_count": end["asked"], "eval_count": end["said"], "total_duration": 1}
                yield line("", done=True, done_reason="length" if end["length"] else "stop", **counts)
