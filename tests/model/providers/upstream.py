"""The one real model behind every protocol."""

import http.client
import json
import urllib.parse


class Upstream:
    """A llama.cpp server."""

    def __init__(self, url):
        self.address = urllib.parse.urlsplit(url)

    def pieces(self, messages, limit, temperature):
        """Yields `(text, None)` for each piece of an answer, and last `("", end)`. Closing it stops the model."""
        question = {"messages": messages, "stream": True, "stream_options": {"include_usage": True}}
        if limit is not None:
            question["max_tokens"] = limit
        if temperature is not None:
            question["temperature"] = temperature
        connection = http.client.HTTPConnection(self.address.hostname, self.address.port, timeout=600)
        end = {"length": False, "asked": 0, "said": 0}
        try:
            connection.request(
                "POST",
                f"{self.address.path}/chat/completions",
                json.dumps(question),
                {"content-type": "application/json"},
            )
            response = connection.getresponse()
            if response.status != 200:
                raise RuntimeError(response.read(1000))
            for line in response:
                data = line.decode().removeprefix("data: ").strip()
                if not data or data == "[DONE]":
                    continue
                event = json.loads(data)
                usage = event.get("usage") or {}
                end["asked"] = usage.get("prompt_tokens", end["asked"])
                end["said"] = usage.get("completion_tokens", end["said"])
                for choice in event["choices"]:
                    end["length"] = end["length"] or choice.get("finish_reason") == "length"
                    if text := choice["delta"].get("content"):
                        yield text, None
            yield "", end
        finally:
            connection.close()
