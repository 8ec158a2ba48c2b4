-- Who can serve a model; docs/models.md describes them.
return { 'lmstudio', 'ollama', 'openai', 'anthropic', 'gemini', 'azure', 'custom' }
