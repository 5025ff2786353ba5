package kat.api.openapi;

import java.util.List;
import kat.api.json.JsonObject;

/// What one operation at a path is.
///
/// @param method `get`, `post`, `put`, `patch`, `delete`, `head` or `options`
/// @param action for example `list`
/// @param name for clients made of the document, for example `listCoreV1NamespacedPod`
/// @param description one sentence
/// @param about the kind that is sent or told of
/// @param answer the definition that is answered; empty for a text
/// @param codes of answers that hold it
/// @param body the definition that is sent; empty for none
/// @param queries names of parameters
/// @param reads the forms of what is sent
/// @param writes the forms of what is answered
record Operation(
        String method,
        String action,
        String name,
        String description,
        JsonObject about,
        String answer,
        List<String> codes,
        String body,
        List<String> queries,
        List<String> reads,
        List<String> writes) {}
