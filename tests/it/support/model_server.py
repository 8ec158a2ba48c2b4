"""A server of one model as a process of its own, to be killed, stopped, unloaded and started again.

usage: model_server.py ollama|lmstudio|llamacpp [PORT]

Prints `READY PORT`. Takes a command a line on standard input, and prints `ok` when it is done:

    load, unload     put the model into memory, or take it out
    hide, show       take the model off the list, or put it back
    busy, idle       answer questions about anything with 503 "Loading model", or no longer
    slow             the next load, which a question starts, goes on until `load`
"""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KIND = sys.argv[1]
MODEL = "coder:latest" if KIND == "ollama" else "coder"
changed = threading.Condition()
state = {"loaded": KIND == "llamacpp", "listed": True, "busy": False, "slow": False}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *arguments):
        pass

    def answer(self, value, status=200, kind="application/json"):
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def lost(self):
        if KIND == "lmstudio":
            self.answer({"error": f"Unexpected endpoint or method. ({self.command} {self.path})"})
        else:
            self.answer({"error": {"message": "not found", "code": 404}}, 404)

    def is_busy(self):
        if state["busy"]:
            self.answer({"error": {"code": 503, "message": "Loading model", "type": "unavailable_error"}}, 503)
        return state["busy"]

    def do_GET(self):
        if self.is_busy():
            return
        names = [MODEL] if state["listed"] else ["another"]
        loaded = [MODEL] if state["loaded"] and state["listed"] else []
        route = (KIND, self.path)
        if route == ("ollama", "/api/tags"):
            self.answer({"models": [{"name": name, "model": name} for name in names]})
        elif route == ("ollama", "/api/ps"):
            self.answer({"models": [{"name": name, "model": name, "context_length": 8192} for name in loaded]})
        elif route == ("lmstudio", "/api/v1/models"):
            instances = [{"id": name, "config": {"context_length": 8192}} for name in loaded]
            self.answer({"models": [{"type": "llm", "key": name, "loaded_instances": instances} for name in names]})
        elif route == ("llamacpp", "/health"):
            self.answer({"status": "ok"})
        elif KIND != "ollama" and self.path == "/v1/models":
            self.answer({"object": "list", "data": [{"id": name, "object": "model"} for name in names]})
        else:
            self.lost()

    def do_POST(self):
        question = json.loads(self.rfile.read(int(self.headers["content-length"])))
        if self.is_busy():
            return
        if not state["listed"]:
            self.answer({"error": {"message": "model not found", "code": "model_not_found"}}, 404)
            return
        with changed:
            if state["slow"]:
                changed.wait_for(lambda: not state["slow"])
            state["loaded"] = True
        if (KIND, self.path) == ("ollama", "/api/chat"):
            if not question["messages"]:
                self.answer({"model": MODEL, "message": {"role": "assistant", "content": ""}, "done": True,
                             "done_reason": "load"})
                return
            lines = [{"model": MODEL, "message": {"role": "assistant", "content": "yes"}, "done": False},
                     {"model": MODEL, "message": {"role": "assistant", "content": ""}, "done": True,
                      "done_reason": "stop", "prompt_eval_count": 3, "eval_count": 1}]
            body = "".join(json.dumps(line) + "\n" for line in lines)
            self.answer(body.encode(), kind="application/x-ndjson")
        elif KIND != "ollama" and self.path == "/v1/chat/completions":
            choices = [{"choices": [{"delta": {"content": "yes"}}], "model": MODEL},
                       {"choices": [{"delta": {}, "finish_reason": "stop"}], "model": MODEL}]
            body = "".join(f"data: {json.dumps(choice)}\n\n" for choice in choices) + "data: [DONE]\n\n"
            self.answer(body.encode(), kind="text/event-stream")
        else:
            self.lost()


COMMANDS = {
    "load": {"loaded": True, "slow": False},
    "unload": {"loaded": False},
    "hide": {"listed": False},
    "show": {"listed": True},
    "busy": {"busy": True},
    "idle": {"busy": False},
    "slow": {"slow": True},
}


def main():
    port = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"READY {server.server_port}", flush=True)
    for command in sys.stdin:
        with changed:
            state.update(COMMANDS[command.strip()])
            changed.notify_all()
        print("ok", flush=True)


main()
