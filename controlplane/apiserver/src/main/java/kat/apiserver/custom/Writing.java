package kat.apiserver.custom;

import kat.apiserver.registry.Deleter;
import kat.apiserver.registry.Writer;

/// What writes and deletes objects.
///
/// @param conversions between versions
public record Writing(Writer writer, Deleter deleter, Conversions conversions) {}
