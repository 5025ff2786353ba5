package kat.cri;

/// A reference to bytes of an image, as manifests have it.
///
/// @param digest `sha256:…`
/// @param size in bytes
public record Blob(String mediaType, String digest, long size) {}
