package kat.api.schema;

/// What a request asks to be done about unknown and duplicate fields.
public enum FieldValidation {
    /// Refuse the request.
    STRICT,
    /// Go on, and say so in `Warning` headers; Kubernetes' default.
    WARN,
    /// Go on silently.
    IGNORE
}
