"""Google's generateContent."""

import contextlib
import json

from web import Door, Refused, only

KNOWN = frozenset("systemInstruction contents generationConfig safetySettings".split())
SETTINGS = frozenset("temperature maxOutputTokens stopSequences seed topP responseMimeType thinkingConfig".split())
STATUSES = {400: "INVALID_ARGUMENT", 403: "PERMISSION_DENIED", 404: "NOT_FOUND"}


class Gemini(Door):
    def given_key(self, headers):
        return headers.get("x-goog-api-key")

    def complaint(self, status, message, reason=None):
        error = {"code": status, "message": message, "status": STATUSES[status]}
        if reason:
            kind = "type.googleapis.com/google.rpc.ErrorInfo"
            error["details"] = [{"@type": kind, "reason": reason, "domain": "googleapis.com"}]
        return Refused(status, {"error": error})

    def wrong_key(self, given):
        if given is None:
            return self.complaint(403, "Method doesn't allow unregistered callers")
        return self.complaint(400, "API key not valid. Please pass a valid API key.", "API_KEY_INVALID")

    def answer(self, request):
        folder, _, rest = request.path.removeprefix("/v1beta").removeprefix("/v1").lstrip("/").partition("/")
        if folder != "models" or "key" in request.query:
            raise self.complaint(404, "Not found")
        if request.method == "GET" and not rest:
            model = {"name": "models/local", "displayName": "Local", "inputTokenLimit": 8192}
            drawing = model | {"name": "models/drawing", "supportedGenerationMethods": ["predict"]}
            model["supportedGenerationMethods"] = ["generateContent", "countTokens"]
            return request.send({"models": [drawing, model]})
        name, _, verb = rest.partition(":")
        if name != "local":
            raise self.complaint(404, f"models/{name} is not found for API version v1")
        if verb != "streamGenerateContent" or request.query.get("alt") != "sse":
            raise self.complaint(400, "these tests stream events")
        return self.generate(request)

    def generate(self, request):
        body = request.body

        def unknown(name):
            return self.complaint(400, f'Invalid JSON payload received. Unknown name "{name}": Cannot find field.')

        only(body, KNOWN, unknown)
        settings = body.get("generationConfig", {})
        only(settings, SETTINGS, unknown)
        roles = {"user": "user", "model": "assistant"}
        messages = []
        if "systemInstruction" in body:
            messages.append({"role": "system", "content": joined(body["systemInstruction"])})
        for content in body["contents"]:
            if content["role"] not in roles:
                raise self.complaint(400, "Please use a valid role: user, model.")
            messages.append({"role": roles[content["role"]], "content": joined(content)})
        pieces = self.upstream.pieces(messages, settings.get("maxOutputTokens"), settings.get("temperature"))
        request.stream("text/event-stream", self.events(pieces))

    def events(self, pieces):
        def event(text, **more):
            candidate = {"content": {"parts": [{"text": text}], "role": "model"}, "index": 0}
            reason = more.pop("reason", None)
            if reason:
                candidate["finishReason"] = reason
            return f"data: {json.dumps({'candidates': [candidate], 'modelVersion': 'local'} | more)}\r\n\r\n"

        with contextlib.closing(pieces):
            for text, end in pieces:
                if end is None:
                    yield event(text)
                    continue
                counts = {"promptTokenCount": end["asked"], "candidatesTokenCount": end["said"]}
                counts["totalTokenCount"] = end["asked"] + end["said"]
                yield event("", reason="MAX_TOKENS" if end["length"] else "STOP", usageMetadata=counts)


def joined(content):
    return "".join(part["text"] for part in content["parts"])
