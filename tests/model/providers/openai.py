"""OpenAI's chat protocol, as four providers speak it."""

import contextlib
import json
import time

from web import Door, Refused, bearer, only

MODEL = "local"


class OpenAi(Door):
    """OpenAI itself: refuses what it does not know, and the old name of the limit beside the new one."""

    prefix = "/v1"
    known = frozenset(
        "model messages stream stream_options temperature max_tokens max_completion_tokens stop seed top_p "
        "response_format reasoning_effort".split()
    )

    def complaint(self, status, message, name=None, param=None):
        kind = "server_error" if status >= 500 else "invalid_request_error"
        error = {"message": message, "type": kind, "param": param, "code": name}
        return Refused(status, {"error": error})

    def missing(self, model):
        return self.complaint(404, f"The model `{model}` does not exist or you do not have access to it.", "model_not_found")

    def lost(self, request):
        return self.complaint(404, f"Invalid URL ({request.method} {request.path})")

    def answer(self, request):
        match request.method, request.path.removeprefix(self.prefix):
            case "GET", "/models":
                request.send({"object": "list", "data": [self.listed()]})
            case "POST", "/chat/completions":
                self.chat(request, request.body.get("model"))
            case _:
                raise self.lost(request)

    def listed(self):
        return {"id": MODEL, "object": "model", "created": 1, "owned_by": "tests"}

    def chat(self, request, model):
        body = request.body
        only(body, self.known, lambda name: self.complaint(
            400, f"Unrecognized request argument supplied: {name}", None, name))
        if model != MODEL:
            raise self.missing(model)
        if "max_tokens" in body and "max_completion_tokens" in body:
            raise self.complaint(400, "Setting 'max_tokens' and 'max_completion_tokens' at the same time is not supported.")
        if not 0 <= body.get("temperature", 1) <= 2:
            raise self.complaint(400, "temperature is out of range", None, "temperature")
        for message in body["messages"]:
            if message["role"] not in ("system", "developer", "user", "assistant"):
                raise self.complaint(400, "unknown role", None, "messages")
        limit = body.get("max_completion_tokens", body.get("max_tokens"))
        pieces = self.upstream.pieces(body["messages"], limit, body.get("temperature"))
        if not body.get("stream"):
            return request.send(self.whole(pieces))
        counts = (body.get("stream_options") or {}).get("include_usage")
        return request.stream("text/event-stream", self.events(pieces, counts))

    def first_events(self):
        return []

    def events(self, pieces, counts):
        def event(choices, **more):
            chunk = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": int(time.time()), "model": MODEL}
            return f"data: {json.dumps(chunk | {'choices': choices} | more)}\n\n"

        def choice(delta, reason=None):
            return [{"index": 0, "delta": delta, "finish_reason": reason}]

        with contextlib.closing(pieces):
            yield from self.first_events()
            yield event(choice({"role": "assistant", "content": ""}))
            for text, end in pieces:
                if end is None:
                    yield event(choice({"content": text}))
                    continue
                yield event(choice({}, "length" if end["length"] else "stop"))
                if counts:
                    yield event([], usage=usage(end))
            yield "data: [DONE]\n\n"

    def whole(self, pieces):
        said = list(pieces)
        end = said[-1][1]
        message = {"role": "assistant", "content": "".join(text for text, _ in said)}
        reason = "length" if end["length"] else "stop"
        choice = {"index": 0, "message": message, "finish_reason": reason}
        return {"id": "chatcmpl-1", "object": "chat.completion", "model": MODEL, "choices": [choice], "usage": usage(end)}


def usage(end):
    return {
        "prompt_tokens": end["asked"],
        "completion_tokens": end["said"],
        "total_tokens": end["asked"] + end["said"],
    }


class Custom(OpenAi):
    """Any server: knows the old name of the limit only, and complains with a plain string."""

    needs_key = False
    known = OpenAi.known - {"max_completion_tokens", "reasoning_effort"}

    def complaint(self, status, message, name=None, param=None):
        return Refused(status, {"error": message})


class LmStudio(OpenAi):
    """LM Studio: tells what is loaded, and answers 200 to what it does not know."""

    needs_key = False
    known = OpenAi.known - {"max_completion_tokens"} | {"ttl"}

    def lost(self, request):
        return Refused(200, {"error": f"Unexpected endpoint or method. ({request.method} {request.path})"})

    def answer(self, request):
        if (request.method, request.path) != ("GET", "/api/v1/models"):
            return super().answer(request)
        instance = {"id": MODEL, "config": {"context_length": 8192}}
        model = {"type": "llm", "key": MODEL, "loaded_instances": [instance], "max_context_length": 8192}
        return request.send({"models": [model]})


class Azure(OpenAi):
    """Azure, by its new addresses and its classic ones. The model is a deployment; the list is of something else."""

    prefix = "/openai/v1"

    def given_key(self, headers):
        return headers.get("api-key") or bearer(headers)

    def complaint(self, status, message, name=None, param=None):
        return Refused(status, {"error": {"code": name or str(status), "message": message}})

    def wrong_key(self, given):
        return self.complaint(401, "Access denied due to invalid subscription key or wrong API endpoint.", "401")

    def missing(self, model):
        return self.complaint(404, "The API deployment for this resource does not exist.", "DeploymentNotFound")

    def lost(self, request):
        return self.complaint(404, "Resource not found")

    def listed(self):
        return {"id": "a-base-model", "object": "model", "created_at": 1}

    def first_events(self):
        remarks = [{"prompt_index": 0, "content_filter_results": {}}]
        yield f"data: {json.dumps({'choices': [], 'prompt_filter_results': remarks})}\n\n"

    def answer(self, request):
        match request.path.strip("/").split("/"):
            case ["openai", "deployments", deployment, "chat", "completions"] if "api-version" in request.query:
                return self.chat(request, deployment)
            case ["openai", "models"] if "api-version" in request.query:
                return request.send({"object": "list", "data": [self.listed()]})
        return super().answer(request)
