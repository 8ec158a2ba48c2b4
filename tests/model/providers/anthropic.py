"""Anthropic's messages, in the version of 2026-10-21: sampling parameters are refused."""

import contextlib
import json

from web import Door, Refused, bearer, only

VERSION = "2026-10-21"
KNOWN = frozenset("model max_tokens system messages stop_sequences stream thinking output_config metadata".split())
TYPES = {400: "invalid_request_error", 401: "authentication_error", 404: "not_found_error"}


class Anthropic(Door):
    def given_key(self, headers):
        return headers.get("x-api-key") or bearer(headers)

    def complaint(self, status, message, name=None):
        error = {"type": TYPES[status], "message": message}
        return Refused(status, {"type": "error", "error": error, "request_id": "req_1"})

    def wrong_key(self, given):
        return self.complaint(401, "invalid x-api-key")

    def answer(self, request):
        if request.headers.get("anthropic-version") != VERSION:
            raise self.complaint(400, "anthropic-version: header is required")
        match request.method, request.path:
            case "GET", "/v1/models":
                model = {"type": "model", "id": "local", "display_name": "Local", "created_at": "2026-01-01T00:00:00Z"}
                request.send({"data": [model], "has_more": False, "first_id": "local", "last_id": "local"})
            case "POST", "/v1/messages":
                self.messages(request)
            case _:
                raise self.complaint(404, "Not found")

    def messages(self, request):
        body = request.body
        only(body, KNOWN, lambda name: self.complaint(400, f"{name}: Extra inputs are not permitted"))
        for name in ("model", "max_tokens", "messages"):
            if name not in body:
                raise self.complaint(400, f"{name}: Field required")
        if body["model"] != "local":
            raise self.complaint(404, f"model: {body['model']}")
        roles = [message["role"] for message in body["messages"]]
        if any(role not in ("user", "assistant") for role in roles):
            raise self.complaint(400, "messages: Unexpected role")
        if not roles or roles[0] != "user" or roles[-1] != "user":
            raise self.complaint(400, "messages: the conversation must begin and end with a user message")
        orders = [{"role": "system", "content": body["system"]}] if "system" in body else []
        pieces = self.upstream.pieces(orders + body["messages"], body["max_tokens"], None)
        if not body.get("stream"):
            raise self.complaint(400, "stream: these tests stream")
        request.stream("text/event-stream", self.events(pieces))

    def events(self, pieces):
        def event(kind, **more):
            return f"event: {kind}\ndata: {json.dumps({'type': kind} | more)}\n\n"

        with contextlib.closing(pieces):
            message = {"id": "msg_1", "type": "message", "role": "assistant", "model": "local", "content": []}
            message |= {"stop_reason": None, "usage": {"input_tokens": 1, "output_tokens": 1}}
            yield event("message_start", message=message)
            yield event("content_block_start", index=0, content_block={"type": "text", "text": ""})
            yield event("ping")
            for text, end in pieces:
                if end is None:
                    yield event("content_block_delta", index=0, delta={"type": "text_delta", "text": text})
                    continue
                yield event("content_block_stop", index=0)
                reason = "max_tokens" if end["length"] else "end_turn"
                counts = {"input_tokens": end["asked"], "output_tokens": end["said"]}
                yield event("message_delta", delta={"stop_reason": reason, "stop_sequence": None}, usage=counts)
            yield event("message_stop")
