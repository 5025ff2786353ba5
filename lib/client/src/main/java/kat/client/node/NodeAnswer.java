package kat.client.node;

import java.io.InputStream;

/// A node agent's answer to a request that was passed on to it.
///
/// @param code the HTTP status
/// @param contentType for example `application/json`
/// @param body read to its end and closed by the receiver
public record NodeAnswer(int code, String contentType, InputStream body) {}
